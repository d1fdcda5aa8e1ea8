/// Numbers in as few bytes as they need: seven bits a byte, the lowest first, the top bit set on all but the last (LEB128).
enum Varint {
    static func append(_ number: Int, to bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: Int64(number))
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// A number that may be negative, small where its distance from zero is.
    static func appendSigned(_ number: Int, to bytes: inout [UInt8]) { append((number << 1) ^ (number >> 63), to: &bytes) }

    /// The number at `place`, which moves behind it; it is never negative.
    @inline(__always)
    static func read(_ bytes: Span<UInt8>, _ place: inout Int) throws(CorruptBatch) -> Int {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while place < bytes.count, shift < 63 {
            let byte = bytes[place]
            place += 1
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int(number & UInt64(Int64.max)) }
            shift += 7
        }
        throw CorruptBatch()
    }

    @inline(__always)
    static func readSigned(_ bytes: Span<UInt8>, _ place: inout Int) throws(CorruptBatch) -> Int {
        let number = try read(bytes, &place)
        return (number >> 1) ^ -(number & 1)
    }
}

/// A stored batch that contradicts itself.
struct CorruptBatch: Error {}
