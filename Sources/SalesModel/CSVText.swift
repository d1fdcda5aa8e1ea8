/// The fields of RFC 4180.
enum CSVText {
    /// Whether a field with this text must be quoted.
    static func needsQuotes(_ text: RawSpan, from start: Int, to end: Int) -> Bool {
        var index = text.endOfPlainText(from: start, before: end)
        while index < end {
            switch text.byte(index) {
            case 0x22, 0x2C, 0x0A, 0x0D: return true
            default: index = text.endOfPlainText(from: index + 1, before: end)
            }
        }
        return false
    }

    /// Appends a field, quoted where it must be.
    static func append(_ text: RawSpan, from start: Int, to end: Int, to bytes: inout [UInt8]) {
        if needsQuotes(text, from: start, to: end) {
            appendQuoted(text, from: start, to: end, to: &bytes)
        } else {
            bytes.append(text, from: start, to: end)
        }
    }

    /// Appends a field in quotes, those within it doubled.
    static func appendQuoted(_ text: RawSpan, from start: Int, to end: Int, to bytes: inout [UInt8]) {
        bytes.append(0x22)
        for index in start..<end {
            let byte = text.byte(index)
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }
}

extension [UInt8] {
    /// Appends the bytes from `start` to `end`, eight at a time.
    mutating func append(_ text: RawSpan, from start: Int, to end: Int) {
        append(addingCapacity: end - start) { output in
            output.append(repeating: 0, count: end - start)
            var elements = output.mutableSpan
            var bytes = elements.mutableBytes
            var index = start
            while index &+ 8 <= end {
                bytes.storeBytes(of: text.word(index).littleEndian, toByteOffset: index &- start, as: UInt64.self)
                index &+= 8
            }
            while index < end {
                bytes.storeBytes(of: text.byte(index), toByteOffset: index &- start, as: UInt8.self)
                index &+= 1
            }
        }
    }
}
