/// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
enum UTF8Text {
    /// The length of the well-formed sequence of two to four bytes that begins at `start`; nil where it is not well formed.
    static func sequenceLength(_ text: RawSpan, at start: Int, before end: Int) -> Int? {
        let first = text.byte(start)
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF:
            length = 3
            if first == 0xE0 { second = 0xA0...0xBF }
            if first == 0xED { second = 0x80...0x9F }
        case 0xF0...0xF4:
            length = 4
            if first == 0xF0 { second = 0x90...0xBF }
            if first == 0xF4 { second = 0x80...0x8F }
        default: return nil
        }
        guard start + length <= end, second.contains(text.byte(start + 1)) else { return nil }
        for index in start + 2..<max(start + 2, start + length) where text.byte(index) & 0xC0 != 0x80 { return nil }
        return length
    }

    /// The offset of the first byte that begins no well-formed sequence; nil where all is well formed.
    static func firstInvalid(_ text: RawSpan, from start: Int, to end: Int) -> Int? {
        var index = start
        while index < end {
            if index &+ 8 <= end, text.word(index) & Word.repeating(0x80) == 0 {
                index &+= 8
            } else if text.byte(index) < 0x80 {
                index &+= 1
            } else if let length = sequenceLength(text, at: index, before: end) {
                index += length
            } else {
                return index
            }
        }
        return nil
    }

    /// Appends one scalar's one to four bytes.
    static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
        func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(scalar >> shift & 0x3F) }
        switch scalar {
        case ..<0x80: bytes.append(UInt8(scalar))
        case ..<0x800: bytes.append(0xC0 | UInt8(scalar >> 6)); bytes.append(tail(0))
        case ..<0x1_0000: bytes.append(0xE0 | UInt8(scalar >> 12)); bytes.append(tail(6)); bytes.append(tail(0))
        default:
            bytes.append(0xF0 | UInt8(scalar >> 18)); bytes.append(tail(12)); bytes.append(tail(6)); bytes.append(tail(0))
        }
    }
}
