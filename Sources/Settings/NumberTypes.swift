extension SettingType where Value == Int {
    /// A whole number in digits, which may be parted by underscores: `10_000`.
    ///
    /// - Parameter unit: what is counted, for messages and help: `rows`.
    public static func integer(_ range: ClosedRange<Int>, unit: String? = nil) -> SettingType {
        let unit = unit.map { " " + $0 } ?? ""
        let bounds =
            range.upperBound == .max
            ? (range.lowerBound == .min ? "a whole number" : "at least \(range.lowerBound)\(unit)")
            : "\(range.lowerBound) to \(range.upperBound)\(unit)"
        let rule = range.upperBound == .max && range.lowerBound != .min ? "a whole number, \(bounds)" : bounds
        return .single(
            "N", bounds: bounds,
            parse: { (text) throws(ValueError) in
                guard let value = Self.digits(text), range.contains(value) else { throw ValueError("must be \(rule)") }
                return value
            },
            show: { .number("\($0)") })
    }

    /// A number of bytes: `256MiB`, `1.5GiB`, `10MB`, `4096`. `KiB`, `MiB`, `GiB`, `TiB` are powers of 1024;
    /// `kB`, `KB`, `MB`, `GB`, `TB` of 1000; a number without unit is bytes.
    public static func bytes(_ range: ClosedRange<Int>) -> SettingType {
        let bounds =
            range.upperBound == .max ? "at least \(size(range.lowerBound))" : "\(size(range.lowerBound)) to \(size(range.upperBound))"
        return .single(
            "SIZE", bounds: bounds,
            parse: { (text) throws(ValueError) in
                guard let value = Self.bytes(text) else { throw ValueError("must be a size such as 256MiB") }
                guard range.contains(value) else { throw ValueError("must be \(bounds)") }
                return value
            },
            show: { .text(Self.size($0)) })
    }

    private static func digits(_ text: String) -> Int? {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty }), text.utf8.first != UInt8(ascii: "+") else { return nil }
        return Int(parts.joined())
    }

    private static let units: [(name: String, factor: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("TB", 1_000_000_000_000), ("GB", 1_000_000_000),
        ("MB", 1_000_000), ("KB", 1000), ("kB", 1000), ("B", 1),
    ]

    private static func bytes(_ text: String) -> Int? {
        let unit = units.first { text.hasSuffix($0.name) }
        let number = text.dropLast(unit?.name.count ?? 0)
        return DecimalNumber(String(number.last == " " ? number.dropLast() : number))?.times(unit?.factor ?? 1)
    }

    /// A size in the largest unit that leaves no fraction: `256MiB`.
    static func size(_ bytes: Int) -> String {
        guard bytes != 0, let unit = units.prefix(4).first(where: { bytes % $0.factor == 0 }) else { return "\(bytes)B" }
        return "\(bytes / unit.factor)\(unit.name)"
    }
}

extension SettingType where Value == DecimalNumber {
    /// A number with at most `fractionDigits` digits behind the point, kept exactly: `0.5`.
    public static func decimal(_ range: ClosedRange<Double>, fractionDigits: Int = 6, unit: String? = nil) -> SettingType {
        let unit = unit.map { " " + $0 } ?? ""
        let bounds = "\(plain(range.lowerBound, fractionDigits)) to \(plain(range.upperBound, fractionDigits))\(unit)"
        return .single(
            "N", bounds: bounds,
            parse: { (text) throws(ValueError) in
                guard let value = DecimalNumber(text), value.fractionDigits <= fractionDigits, range.contains(value.double) else {
                    throw ValueError("must be a number, \(bounds), with at most \(fractionDigits) decimals")
                }
                return value
            },
            show: { .number($0.description) })
    }

    /// Without an exponent, as a user would write it.
    private static func plain(_ bound: Double, _ fractionDigits: Int) -> String {
        let power = (0..<fractionDigits).reduce(1.0) { power, _ in power * 10 }
        guard let scaled = Int64(exactly: (bound.magnitude * power).rounded()) else { return "\(bound)" }
        return (bound < 0 ? "-" : "") + DecimalNumber(scaled: scaled, fractionDigits).description
    }
}

/// A decimal number that is not negative, kept exactly: `coefficient` / 10^`fractionDigits`, without trailing zeros.
public struct DecimalNumber: Sendable, Hashable, CustomStringConvertible {
    /// All digits without the point.
    public let coefficient: Int64
    /// How many of them stand behind the point, 0 to 18.
    public let fractionDigits: Int

    /// A whole number that is not negative.
    public init(_ whole: UInt32) {
        coefficient = Int64(whole)
        fractionDigits = 0
    }

    /// `coefficient` / 10^`fractionDigits`, not negative.
    init(scaled coefficient: Int64, _ fractionDigits: Int) {
        var (rest, digits) = (coefficient, fractionDigits)
        while digits > 0, rest.isMultiple(of: 10) { (rest, digits) = (rest / 10, digits - 1) }
        self.coefficient = rest
        self.fractionDigits = digits
    }

    /// Digits with at most one point, which has digits on both sides; underscores may part the digits before it.
    /// `nil` for any other text and for more digits than 18.
    public init?(_ text: String) {
        let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let groups = halves.first?.split(separator: "_", omittingEmptySubsequences: false) ?? []
        var fraction = halves.count == 2 ? String(halves[1]) : ""
        guard groups.allSatisfy({ !$0.isEmpty }), halves.count == 1 || !fraction.isEmpty else { return nil }
        while fraction.utf8.last == UInt8(ascii: "0") { fraction.removeLast() }
        let digits = groups.joined() + fraction
        guard !digits.isEmpty, digits.utf8.count <= 18, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int64(digits)
        else { return nil }
        coefficient = value
        fractionDigits = value == 0 ? 0 : fraction.utf8.count
    }

    /// The nearest binary number, for arithmetic that need not be exact.
    public var double: Double { Double(coefficient) / Double(power) }

    private var power: Int64 { (0..<fractionDigits).reduce(1) { power, _ in power * 10 } }

    /// The product, if it is whole and no overflow.
    func times(_ factor: Int) -> Int? {
        let (quotient, rest) = (Int128(coefficient) * Int128(factor)).quotientAndRemainder(dividingBy: Int128(power))
        return rest == 0 ? Int(exactly: quotient) : nil
    }

    /// The shortest text: `0.5`, `10`.
    public var description: String {
        guard fractionDigits > 0 else { return "\(coefficient)" }
        let digits = "\(coefficient)"
        let padded = String(repeating: "0", count: max(0, fractionDigits + 1 - digits.count)) + digits
        return "\(padded.dropLast(fractionDigits)).\(padded.suffix(fractionDigits))"
    }
}
