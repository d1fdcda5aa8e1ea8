/// Splits one row into its fields by RFC 4180: LF or CR LF behind a row, quotes around a field, doubled quotes within.
struct CSVSplitter: Sendable {
    /// A field's text; within the quotes where it is quoted.
    struct Field: Sendable {
        var start: Int
        var end: Int
        var hasDoubledQuotes = false
    }

    enum Outcome: Equatable {
        /// A row with its line end: its text ends at `textEnd`, the next row begins at `next`.
        case row(textEnd: Int, next: Int)
        /// The text ended before the row did.
        case incomplete(inQuotes: Bool)
    }

    /// The fields of the last row.
    private(set) var fields: [Field] = []
    /// What is wrong with the last row; it goes on to the next line feed all the same. The offset is from the text's beginning.
    private(set) var fault: Fault?

    /// Splits the row that begins at `start`. `isLast`: `end` is the end of the file, which ends a row as well.
    mutating func split(_ text: RawSpan, from start: Int, to end: Int, isLast: Bool) -> Outcome {
        fields.removeAll(keepingCapacity: true)
        fault = nil
        var at = start
        while true {
            if at < end, text.byte(at) == 0x22 {
                guard let close = closingQuote(text, from: at + 1, to: end, isLast: isLast) else { return .incomplete(inQuotes: true) }
                at = close + 1
                // A CR may be half of the line's end.
                if at < end, text.byte(at) == 0x0D {
                    if at + 1 == end, !isLast { return .incomplete(inQuotes: false) }
                    if at + 1 == end || text.byte(at + 1) == 0x0A { at += 1 }
                }
                if at == end || text.byte(at) == 0x0A { return endOfRow(text, at: at, end: end, textEnd: at, isLast: isLast) }
                guard text.byte(at) == 0x2C else { return toEndOfLine(text, fault: .textAfterQuote, at: at, end: end, isLast: isLast) }
            } else {
                let first = at
                at = endOfUnquoted(text, from: at, to: end)
                if at == end || text.byte(at) == 0x0A {
                    let fieldEnd = at > first && text.byte(at - 1) == 0x0D ? at - 1 : at
                    fields.append(Field(start: first, end: fieldEnd))
                    return endOfRow(text, at: at, end: end, textEnd: at, isLast: isLast)
                }
                if text.byte(at) == 0x22 { return toEndOfLine(text, fault: .quoteInText, at: at, end: end, isLast: isLast) }
                fields.append(Field(start: first, end: at))
            }
            at += 1
        }
    }

    private func endOfUnquoted(_ text: RawSpan, from start: Int, to end: Int) -> Int {
        var at = text.endOfPlainText(from: start, before: end)
        while at < end {
            let byte = text.byte(at)
            if byte == 0x2C || byte == 0x0A || byte == 0x22 { break }
            at = text.endOfPlainText(from: at + 1, before: end)
        }
        return at
    }

    /// Appends the field and tells where its quote closes; nil where it does not, or where that cannot be told yet.
    private mutating func closingQuote(_ text: RawSpan, from start: Int, to end: Int, isLast: Bool) -> Int? {
        var field = Field(start: start, end: start)
        var at = start
        while at < end {
            if text.byte(at) == 0x22 {
                if at + 1 < end, text.byte(at + 1) == 0x22 {
                    field.hasDoubledQuotes = true
                    at += 1
                } else if at + 1 < end || isLast {
                    field.end = at
                    fields.append(field)
                    return at
                } else {
                    return nil
                }
            }
            at += 1
        }
        return nil
    }

    private mutating func toEndOfLine(
        _ text: RawSpan, fault reason: InvalidSale.Reason, at start: Int, end: Int, isLast: Bool
    ) -> Outcome {
        fault = Fault(reason, at: start)
        var at = start
        while at < end, text.byte(at) != 0x0A { at += 1 }
        return endOfRow(text, at: at, end: end, textEnd: at, isLast: isLast)
    }

    private func endOfRow(_ text: RawSpan, at: Int, end: Int, textEnd: Int, isLast: Bool) -> Outcome {
        if at == end, !isLast { return .incomplete(inQuotes: false) }
        let hasReturn = textEnd > 0 && text.byte(textEnd - 1) == 0x0D
        return .row(textEnd: hasReturn ? textEnd - 1 : textEnd, next: min(at + 1, end))
    }

    /// Where the field's value stands: in `bytes` as it is, or behind them, appended without the doubled quotes.
    static func value(of field: Field, in bytes: inout [UInt8]) -> FieldPlace {
        guard field.hasDoubledQuotes else { return FieldPlace(start: field.start, end: field.end) }
        let start = bytes.count
        var at = field.start
        while at < field.end {
            let byte = bytes[at]
            bytes.append(byte)
            at += byte == 0x22 ? 2 : 1
        }
        return FieldPlace(start: start, end: bytes.count)
    }
}
