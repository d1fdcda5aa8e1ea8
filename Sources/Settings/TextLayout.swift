/// Text in lines of at most 80 characters.
enum TextLayout {
    static let width = 80

    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Breaks a paragraph between words; a word that is too long stands alone.
    static func wrap(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// Wraps each paragraph; a paragraph whose first line is indented is left as it is.
    static func paragraphs(_ text: String) -> String {
        var blocks: [[Substring]] = [[]]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty { blocks.append([]) } else { blocks[blocks.count - 1].append(line) }
        }
        return blocks.filter { !$0.isEmpty }.map { block in
            let isSet = block.first?.first == " "
            return (isSet ? block.map(String.init) : wrap(block.joined(separator: " "), width: width)).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    /// Two columns: names on the left, wrapped text on the right, below the name where that is too long.
    static func columns(_ rows: [(left: String, right: String)], widest: Int = 28) -> String {
        let left = rows.map(\.left.count).filter { $0 <= widest }.max() ?? 0
        let indent = String(repeating: " ", count: left + 2)
        var text = ""
        for row in rows {
            let lines = wrap(row.right, width: width - left - 2)
            if row.left.count > left {
                text += row.left + "\n" + lines.map { indent + $0 + "\n" }.joined()
            } else {
                text += padded(row.left, to: lines.isEmpty ? 0 : left + 2) + (lines.first ?? "") + "\n"
                text += lines.dropFirst().map { indent + $0 + "\n" }.joined()
            }
        }
        return text
    }
}
