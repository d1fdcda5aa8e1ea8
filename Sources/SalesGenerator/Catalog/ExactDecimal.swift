/// A decimal number without sign or rounding: what prices, rates and weights are written as.
///
/// At most 15 digits in all and 9 behind the point, so that products of two of them fit 128-bit integers.
public struct ExactDecimal: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The digits without the point; no trailing zero behind the point, so that equal numbers are equal values.
    public let units: UInt64
    /// How many of the digits stand behind the point: 0 to 9.
    public let scale: Int

    /// From parts that are known to be in their bounds and without trailing zeros.
    init(exactly units: UInt64, scale: Int) {
        self.units = units
        self.scale = scale
    }

    /// `units / 10^scale`; nil where there are more than 15 digits in all or `scale` is not 0 to 9.
    public init?(units: UInt64, scale: Int = 0) {
        guard units < 1_000_000_000_000_000, (0...9).contains(scale) else { return nil }
        var (units, scale) = (units, scale)
        while scale > 0, units % 10 == 0 { (units, scale) = (units / 10, scale - 1) }
        self.units = units
        self.scale = scale
    }

    /// Digits with at most one point, such as `4.99`; no sign, no exponent, no separators. Nil for any other text.
    public init?(_ text: some StringProtocol) {
        var units: UInt64 = 0
        var digits = 0
        var scale: Int?
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39:
                digits += 1
                guard digits <= 24, units < 1_000_000_000_000_000 else { return nil }
                units = units * 10 + UInt64(byte - 0x30)
                scale = scale.map { $0 + 1 }
            case 0x2E where scale == nil && digits > 0:
                scale = 0
            default: return nil
            }
        }
        guard digits > 0, scale != 0 else { return nil }
        var places = scale ?? 0
        while places > 0, units % 10 == 0 { (units, places) = (units / 10, places - 1) }
        self.init(units: units, scale: places)
    }

    /// The nearest binary number; the same on every machine, for both parts of the division are exact.
    var real: Double { Double(units) / Double(Self.powers[scale]) }

    /// `10^0` to `10^9`.
    static let powers: [UInt64] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000]

    /// The shortest text: no trailing zeros behind the point, no point without digits behind it.
    public var description: String {
        let digits = String(units)
        guard scale > 0 else { return digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
        return "\(padded.dropLast(scale)).\(padded.suffix(scale))"
    }

    /// By value.
    public static func < (one: ExactDecimal, other: ExactDecimal) -> Bool {
        UInt128(one.units) * UInt128(powers[other.scale]) < UInt128(other.units) * UInt128(powers[one.scale])
    }
}
