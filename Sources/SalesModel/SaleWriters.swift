/// Rows of a CSV file, from six values.
public enum SaleRow {
    /// Appends one row, its line feed included; values are quoted where RFC 4180 wants it.
    /// - Parameters:
    ///   - fields: where the values stand in `text`. They must be those of a valid sale.
    public static func append(_ fields: SaleFields, in text: RawSpan, to rows: inout [UInt8]) {
        for field in SaleField.allCases {
            let range = fields[field]
            CSVText.append(text, from: range.lowerBound, to: range.upperBound, to: &rows)
            rows.append(field == .currency ? 0x0A : 0x2C)
        }
    }
}

/// Messages as we write them: the six keys in their order, no white space.
public enum SaleMessage {
    /// Appends one message, without a line feed. The price becomes a JSON number where its text is one, so that no digit changes;
    /// `007`, `.5` and `5.` are not, and become strings. Quotes and backslashes are escaped, everything else is as it was.
    /// - Parameters:
    ///   - fields: where the values stand in `text`. They must be those of a valid sale.
    public static func append(_ fields: SaleFields, in text: RawSpan, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"sale_id":"#.utf8)
        appendString(text, fields[.saleID], to: &bytes)
        bytes.append(contentsOf: #","product_code":"#.utf8)
        appendString(text, fields[.productCode], to: &bytes)
        bytes.append(contentsOf: #","country_of_sale":"#.utf8)
        appendString(text, fields[.countryOfSale], to: &bytes)
        bytes.append(contentsOf: #","datetime":"#.utf8)
        appendString(text, fields[.datetime], to: &bytes)
        bytes.append(contentsOf: #","selling_price":"#.utf8)
        let price = fields[.sellingPrice]
        if PriceCheck.isJSONNumber(text, from: price.lowerBound, to: price.upperBound) {
            bytes.append(text, from: price.lowerBound, to: price.upperBound)
        } else {
            appendString(text, price, to: &bytes)
        }
        bytes.append(contentsOf: #","currency":"#.utf8)
        appendString(text, fields[.currency], to: &bytes)
        bytes.append(0x7D)
    }

    private static func appendString(_ text: RawSpan, _ range: Range<Int>, to bytes: inout [UInt8]) {
        bytes.append(0x22)
        var start = range.lowerBound
        while true {
            var end = text.endOfPlainText(from: start, before: range.upperBound)
            while end < range.upperBound, !mustEscape(text.byte(end)) { end += 1 }
            bytes.append(text, from: start, to: end)
            guard end < range.upperBound else { break }
            appendEscape(text.byte(end), to: &bytes)
            start = end + 1
        }
        bytes.append(0x22)
    }

    private static func mustEscape(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x5C || byte < 0x20 }

    private static func appendEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(0x5C)
        if byte >= 0x20 {
            bytes.append(byte)
        } else {
            func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x61 + value - 10 }
            bytes.append(contentsOf: [0x75, 0x30, 0x30, digit(byte >> 4), digit(byte & 15)])
        }
    }
}
