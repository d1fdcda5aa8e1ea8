/// A country as two capital ASCII letters, such as `US`. (`UK` is what the trade writes; ISO 3166 has `GB`.)
public struct CountryCode: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The two letters, the first in the high byte: the order of the numbers is the order of the alphabet.
    @usableFromInline let letters: UInt16

    /// Nil where `text` is not exactly two letters from `A` to `Z`.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 2 else { return nil }
        self.init(bytes[0], bytes[1])
    }

    /// Nil where one of the bytes is no letter from `A` to `Z`.
    public init?(_ first: UInt8, _ second: UInt8) {
        guard (0x41...0x5A).contains(first), (0x41...0x5A).contains(second) else { return nil }
        letters = UInt16(first) << 8 | UInt16(second)
    }

    /// From ten bits, five a letter, A = 0; nil where a letter would lie behind Z.
    init?(fiveBitLetters bits: UInt16) {
        guard bits >> 5 < 26, bits & 31 < 26, bits < 1024 else { return nil }
        letters = (UInt16(0x41) + bits >> 5) << 8 | (UInt16(0x41) + bits & 31)
    }

    /// The first letter in ASCII.
    @inlinable public var first: UInt8 { UInt8(letters >> 8) }
    /// The second letter in ASCII.
    @inlinable public var second: UInt8 { UInt8(letters & 0xFF) }

    /// Ten bits, five a letter, A = 0.
    var fiveBitLetters: UInt16 { UInt16(first - 0x41) << 5 | UInt16(second - 0x41) }

    /// The two letters.
    public var description: String { String(decoding: [first, second], as: UTF8.self) }

    /// In the order of the alphabet.
    public static func < (one: CountryCode, other: CountryCode) -> Bool { one.letters < other.letters }
}
