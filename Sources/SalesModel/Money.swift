/// An amount of money in integer minor units (cents), so that nothing is ever rounded.
public struct Money: Hashable, Sendable, CustomStringConvertible {
    /// The amount in units of its last digit: 999 is 9.99 with two digits.
    public let minorUnits: Int
    /// Digits behind the point, 0 to 18.
    public let digits: Int

    /// Nil where `digits` is not 0 to 18.
    public init?(minorUnits: Int, digits: Int) {
        guard (0...18).contains(digits) else { return nil }
        self.minorUnits = minorUnits
        self.digits = digits
    }

    /// An amount with as many digits as the currency has.
    public init(minorUnits: Int, in currency: Currency) {
        self.minorUnits = minorUnits
        digits = currency.digits
    }

    /// The most bytes that the text of any amount takes: a sign, 19 digits, a point.
    public static let maximumTextLength = 21

    /// Appends the decimal text, such as `9.99`; a point only where there are digits behind it. The output needs room for
    /// ``maximumTextLength`` bytes.
    public func append(to output: inout OutputSpan<UInt8>) {
        if minorUnits < 0 { output.append(0x2D) }
        var text: InlineArray<19, UInt8> = .init(repeating: 0x30)
        var rest = minorUnits.magnitude
        var first = 19
        while rest > 0 || first > 18 - digits {
            first -= 1
            text[first] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        for index in first..<19 {
            if digits > 0, index == 19 - digits { output.append(0x2E) }
            output.append(text[index])
        }
    }

    /// Appends the decimal text, such as `9.99`.
    public func append(to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: Self.maximumTextLength) { append(to: &$0) }
    }

    /// The decimal text.
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
