/// A currency and how many decimal digits its amounts are written with.
public struct Currency: Hashable, Sendable, CustomStringConvertible {
    /// Three capital ASCII letters, as in ISO 4217.
    public let code: String
    /// Digits behind the point: 0 to 4 (ISO 4217's minor unit).
    public let digits: Int

    /// Nil where `code` is not three capital letters or `digits` is not 0 to 4.
    public init?(_ code: String, digits: Int) {
        let letters = code.utf8
        guard letters.count == 3, letters.allSatisfy({ (0x41...0x5A).contains($0) }), (0...4).contains(digits) else { return nil }
        self.code = code
        self.digits = digits
    }

    /// The code.
    public var description: String { code }
}
