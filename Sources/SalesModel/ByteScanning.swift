extension RawSpan {
    /// One byte, checked against the bounds.
    @inline(__always) func byte(_ offset: Int) -> UInt8 { unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

    /// Two bytes, the first in the low byte, checked against the bounds.
    @inline(__always) func half(_ offset: Int) -> UInt16 {
        UInt16(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// Eight bytes, the first in the lowest byte, checked against the bounds.
    @inline(__always) func word(_ offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// The first byte from `start` on, before `end`, that is not plain; `end` where all are. Plain is what can stand in
    /// a JSON string and in a CSV field as it is, without a closer look: ASCII from `-` to `~` but for the backslash.
    @inline(__always) func endOfPlainText(from start: Int, before end: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let marks = Word.notPlain(word(index))
            if marks != 0 { return index &+ marks.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < end, byte(index).isPlain { index &+= 1 }
        return index
    }

    /// The first line feed from `start` on, before `end`; `end` where there is none.
    func firstLineFeed(from start: Int, before end: Int) -> Int {
        var index = start
        while index &+ 8 <= end {
            let difference = word(index) ^ Word.repeating(0x0A)
            let marks = (difference &- Word.repeating(1)) & ~difference & Word.repeating(0x80)
            if marks != 0 { return index &+ marks.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < end, byte(index) != 0x0A { index &+= 1 }
        return index
    }
}

extension UInt8 {
    /// See ``RawSpan/endOfPlainText(from:before:)``.
    @inline(__always) var isPlain: Bool { self >= 0x2D && self < 0x7F && self != 0x5C }
    @inline(__always) var isDigit: Bool { self &- 0x30 < 10 }
    @inline(__always) var isCapital: Bool { self &- 0x41 < 26 }
}

/// Arithmetic on eight bytes at once.
enum Word {
    @inline(__always) static func repeating(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

    /// The high bit of each byte that is not plain. Bits above the lowest set one may be wrong, for borrows and carries
    /// travel upwards; the lowest is right.
    @inline(__always) static func notPlain(_ word: UInt64) -> UInt64 {
        let backslashes = (word ^ repeating(0x5C)) &- repeating(1)
        let low = word &- repeating(0x2D)
        return (((low | backslashes) & ~word) | (word &+ repeating(1)) | word) & repeating(0x80)
    }

    /// The high bit of each byte that is no digit, given the bytes exclusive-or'ed with `0`. The lowest set bit is right.
    @inline(__always) static func notDigits(_ difference: UInt64) -> UInt64 {
        ((difference &+ repeating(0x76)) | difference) & repeating(0x80)
    }
}
