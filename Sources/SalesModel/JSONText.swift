/// A JSON string that has been looked through: well formed, escapes and UTF-8 included.
struct JSONString {
    /// The closing quote.
    var end = 0
    /// All bytes are plain (``RawSpan/endOfPlainText(from:before:)``), so it is its own value, and each byte a character.
    var isPlain = true
    var hasEscapes = false
    /// A CSV field with this text must be quoted; not told where there are escapes.
    var needsQuotes = false
}

/// The parts of JSON (RFC 8259) that do not nest.
enum JSONText {
    /// Looks through a string whose opening quote stands before `start`. Offsets of faults are from the text's beginning.
    @inline(__always) static func scanString(_ text: RawSpan, from start: Int, into string: inout JSONString) -> Fault? {
        let end = text.endOfPlainText(from: start, before: text.byteCount)
        if end < text.byteCount, text.byte(end) == 0x22 {
            string = JSONString(end: end)
            return nil
        }
        return scanUnusualString(text, from: end, into: &string)
    }

    /// Goes on where the plain bytes end.
    private static func scanUnusualString(_ text: RawSpan, from start: Int, into string: inout JSONString) -> Fault? {
        string = JSONString()
        var index = start
        while index < text.byteCount {
            let byte = text.byte(index)
            switch byte {
            case 0x22:
                string.end = index
                return nil
            case 0x5C:
                var scalar: UInt32 = 0
                var length = 0
                if let fault = escape(text, at: index, scalar: &scalar, length: &length) { return fault }
                string.hasEscapes = true
                string.isPlain = false
                index += length
            case ..<0x20: return Fault(.rawControlCharacter, at: index)
            case 0x80...:
                guard let length = UTF8Text.sequenceLength(text, at: index, before: text.byteCount) else {
                    return Fault(.invalidUTF8, at: index)
                }
                string.isPlain = false
                index += length
            default:
                if byte == 0x7F { string.isPlain = false }
                if byte == 0x2C { string.needsQuotes = true }
                index = text.endOfPlainText(from: index + 1, before: text.byteCount)
            }
        }
        return Fault(.unexpectedEnd, at: index)
    }

    /// Reads the escape whose backslash stands at `start`; a surrogate pair is one escape.
    private static func escape(_ text: RawSpan, at start: Int, scalar: inout UInt32, length: inout Int) -> Fault? {
        guard start + 1 < text.byteCount else { return Fault(.unexpectedEnd, at: start + 1) }
        length = 2
        switch text.byte(start + 1) {
        case 0x22: scalar = 0x22
        case 0x5C: scalar = 0x5C
        case 0x2F: scalar = 0x2F
        case 0x62: scalar = 0x08
        case 0x66: scalar = 0x0C
        case 0x6E: scalar = 0x0A
        case 0x72: scalar = 0x0D
        case 0x74: scalar = 0x09
        case 0x75:
            if let fault = fourDigits(text, at: start, value: &scalar) { return fault }
            length = 6
            if 0xDC00...0xDFFF ~= scalar { return Fault(.loneSurrogate, at: start) }
            guard 0xD800...0xDBFF ~= scalar else { return nil }
            let second = start + 6
            guard second + 1 < text.byteCount else { return Fault(.unexpectedEnd, at: text.byteCount) }
            guard text.byte(second) == 0x5C, text.byte(second + 1) == 0x75 else { return Fault(.loneSurrogate, at: start) }
            var low: UInt32 = 0
            if let fault = fourDigits(text, at: second, value: &low) { return fault }
            guard 0xDC00...0xDFFF ~= low else { return Fault(.loneSurrogate, at: start) }
            scalar = 0x1_0000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            length = 12
        default: return Fault(.invalidEscape, at: start)
        }
        return nil
    }

    /// The four hexadecimal digits of `\uXXXX`, whose backslash stands at `start`.
    private static func fourDigits(_ text: RawSpan, at start: Int, value: inout UInt32) -> Fault? {
        value = 0
        for index in start + 2..<start + 6 {
            guard index < text.byteCount else { return Fault(.unexpectedEnd, at: index) }
            let byte = text.byte(index)
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: return Fault(.invalidEscape, at: start)
            }
            value = value << 4 | UInt32(digit)
        }
        return nil
    }

    /// Appends what a string that has been looked through stands for.
    static func unescape(_ text: RawSpan, from start: Int, to end: Int, into bytes: inout [UInt8]) {
        var index = start
        while index < end {
            let byte = text.byte(index)
            var scalar: UInt32 = 0
            var length = 0
            if byte == 0x5C, escape(text, at: index, scalar: &scalar, length: &length) == nil {
                UTF8Text.append(scalar, to: &bytes)
                index += length
            } else {
                bytes.append(byte)
                index += 1
            }
        }
    }

    /// Finds the end of the number that begins at `start`, with sign and exponent as JSON allows them.
    static func scanNumber(_ text: RawSpan, from start: Int, end: inout Int) -> Fault? {
        var index = start
        func isAtDigit(_ text: RawSpan) -> Bool { index < text.byteCount && text.byte(index).isDigit }
        if text.byte(index) == 0x2D { index += 1 }
        let whole = index
        while isAtDigit(text) { index += 1 }
        guard index > whole, index - whole == 1 || text.byte(whole) != 0x30 else { return number(text, at: index) }
        if index < text.byteCount, text.byte(index) == 0x2E {
            index += 1
            let fraction = index
            while isAtDigit(text) { index += 1 }
            guard index > fraction else { return number(text, at: index) }
        }
        if index < text.byteCount, text.byte(index) | 0x20 == 0x65 {
            index += 1
            if index < text.byteCount, text.byte(index) == 0x2B || text.byte(index) == 0x2D { index += 1 }
            let exponent = index
            while isAtDigit(text) { index += 1 }
            guard index > exponent else { return number(text, at: index) }
        }
        end = index
        return nil
    }

    private static func number(_ text: RawSpan, at offset: Int) -> Fault {
        Fault(offset < text.byteCount ? .malformedNumber : .unexpectedEnd, at: offset)
    }

    /// Finds the end of `true`, `false` or `null` at `start`.
    static func scanLiteral(_ text: RawSpan, from start: Int, end: inout Int) -> Fault? {
        let rest: UInt64
        let length: Int
        switch text.byte(start) {
        case 0x74: (rest, length) = (0x6575_7274, 4)
        case 0x66: (rest, length) = (0x65_736C_6166, 5)
        case 0x6E: (rest, length) = (0x6C6C_756E, 4)
        default: return Fault(.malformedJSON, at: start)
        }
        for index in 0..<length {
            guard start + index < text.byteCount else { return Fault(.unexpectedEnd, at: start + index) }
            guard UInt64(text.byte(start + index)) == rest >> UInt64(8 * index) & 0xFF else { return Fault(.malformedJSON, at: start) }
        }
        end = start + length
        return nil
    }
}
