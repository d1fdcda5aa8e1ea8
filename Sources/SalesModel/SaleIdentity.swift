/// A stream of sales: when it began and what decides its content.
public struct StreamID: Hashable, Sendable, CustomStringConvertible {
    /// Seconds since 1970 UTC, 36 bits.
    public let start: UInt64
    /// The first 24 bits of the SHA-256 of the stream's configuration.
    public let fingerprint: UInt32

    /// Nil where `start` needs more than 36 bits or `fingerprint` more than 24.
    public init?(start: UInt64, fingerprint: UInt32) {
        guard start >> 36 == 0, fingerprint >> 24 == 0 else { return nil }
        self.start = start
        self.fingerprint = fingerprint
    }

    /// `<start>-<fingerprint>`: decimal seconds, six hexadecimal digits.
    public var description: String {
        let hex = String(fingerprint, radix: 16)
        return "\(start)-\(String(repeating: "0", count: 6 - hex.count))\(hex)"
    }
}

/// What a `sale_id` of ours says: a UUID of version 8 whose text reads `SSSSSSSS-SFFF-8FFF-VCCO-OOOOOOOOOOOO`:
/// S the stream's start (36 bits), F its fingerprint (12 + 12 bits), then 64 bits of variant `10`, country (two letters of five bits)
/// and ordinal (52 bits).
public struct SaleIdentity: Hashable, Sendable, CustomStringConvertible {
    /// The stream that the sale belongs to.
    public let stream: StreamID
    /// Where it was sold.
    public let country: CountryCode
    /// Its number among the sales of that country in that stream, from 0; 52 bits.
    public let ordinal: UInt64

    /// The largest ordinal that an identity can hold.
    public static let maximumOrdinal: UInt64 = 1 << 52 - 1

    /// Nil where `ordinal` needs more than 52 bits.
    public init?(stream: StreamID, country: CountryCode, ordinal: UInt64) {
        guard ordinal <= Self.maximumOrdinal else { return nil }
        self.stream = stream
        self.country = country
        self.ordinal = ordinal
    }

    /// Reads the 36 bytes of a `sale_id`; nil for any that is not one of ours (an id from elsewhere is no error).
    /// Only the canonical text, with lower-case digits, is ours.
    public init?(text: RawSpan) {
        guard text.byteCount == 36 else { return nil }
        var halves: (UInt64, UInt64) = (0, 0)
        var digits = 0
        for index in 0..<36 {
            let byte = text.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == 0x2D else { return nil }
                continue
            }
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: return nil
            }
            if digits < 16 { halves.0 = halves.0 << 4 | UInt64(digit) } else { halves.1 = halves.1 << 4 | UInt64(digit) }
            digits += 1
        }
        self.init(high: halves.0, low: halves.1)
    }

    /// From the two halves of the UUID; nil where version, variant or country are not those of a sale of ours.
    public init?(high: UInt64, low: UInt64) {
        guard high >> 12 & 0xF == 8, low >> 62 == 2,
            let stream = StreamID(start: high >> 28, fingerprint: UInt32(high >> 16 & 0xFFF) << 12 | UInt32(high & 0xFFF)),
            let country = CountryCode(fiveBitLetters: UInt16(low >> 52 & 0x3FF))
        else { return nil }
        self.stream = stream
        self.country = country
        ordinal = low & Self.maximumOrdinal
    }

    /// The UUID's first 64 bits.
    public var high: UInt64 {
        stream.start << 28 | UInt64(stream.fingerprint >> 12) << 16 | 0x8000 | UInt64(stream.fingerprint & 0xFFF)
    }

    /// The UUID's last 64 bits.
    public var low: UInt64 { 2 << 62 | UInt64(country.fiveBitLetters) << 52 | ordinal }

    /// The canonical text.
    public var description: String {
        func hex(_ value: UInt64, _ digits: Int) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: digits - text.count) + text
        }
        return [
            hex(high >> 32, 8), hex(high >> 16 & 0xFFFF, 4), hex(high & 0xFFFF, 4), hex(low >> 48, 4), hex(low & 0xFFFF_FFFF_FFFF, 12),
        ].joined(separator: "-")
    }
}
