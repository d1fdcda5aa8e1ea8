/// Text as it may stand in a line of a log.
enum Escape {
    /// No piece of a line is longer, in Unicode scalars: one bad value must not fill a log.
    static let longest = 4096

    /// A message: as it is, but for what would break the line or fool a terminal.
    static func text(_ text: String, to line: inout [UInt8]) {
        append(text, to: &line, quote: false, json: false)
    }

    /// A key: what would make `key=value` ambiguous becomes an underscore.
    static func key(_ key: String, to line: inout [UInt8]) {
        if key.isEmpty { line.append(UInt8(ascii: "_")) }
        for scalar in key.unicodeScalars.prefix(longest) {
            let plain = !isHidden(scalar) && scalar != " " && scalar != "=" && scalar != "\""
            line.append(contentsOf: (plain ? String(scalar) : "_").utf8)
        }
    }

    /// A value: in quotation marks if it is empty or holds a space, an equals sign, a quotation mark or an escape.
    static func value(_ text: String, to line: inout [UInt8]) {
        let bare = !text.isEmpty && text.unicodeScalars.allSatisfy { !isHidden($0) && $0 != " " && $0 != "=" && $0 != "\"" && $0 != "\\" }
        guard !bare else { return self.text(text, to: &line) }
        line.append(UInt8(ascii: "\""))
        append(text, to: &line, quote: true, json: false)
        line.append(UInt8(ascii: "\""))
    }

    /// A string of JSON with its quotation marks.
    static func json(_ text: String, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        append(text, to: &line, quote: true, json: true)
        line.append(UInt8(ascii: "\""))
    }

    private static func append(_ text: String, to line: inout [UInt8], quote: Bool, json: Bool) {
        var left = longest
        for scalar in text.unicodeScalars {
            if left == 0 {
                line.append(contentsOf: "... (\(text.utf8.count) bytes)".utf8)
                return
            }
            left -= 1
            switch scalar {
            case "\n": line.append(contentsOf: "\\n".utf8)
            case "\r": line.append(contentsOf: "\\r".utf8)
            case "\t": line.append(contentsOf: "\\t".utf8)
            case "\"" where quote: line.append(contentsOf: "\\\"".utf8)
            case "\\" where quote: line.append(contentsOf: "\\\\".utf8)
            default:
                if isHidden(scalar) {
                    let digits = String(scalar.value, radix: 16)
                    let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
                    line.append(contentsOf: (json ? "\\u\(padded)" : "\\u{\(digits)}").utf8)
                } else {
                    line.append(contentsOf: scalar.utf8)
                }
            }
        }
    }

    /// C0, DEL, C1, the line and paragraph separators, and the marks that turn the direction of text (all of them below U+10000).
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}

extension Unicode.Scalar {
    fileprivate var utf8: UTF8.EncodedScalar {
        UTF8.encode(self) ?? UTF8.encodedReplacementCharacter
    }
}
