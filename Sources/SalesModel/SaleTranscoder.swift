/// From messages of one country's topic to rows of its CSV files: decodes, checks, writes.
///
/// A message is one JSON object with the six keys, in any order, with any white space, escapes and further keys whose values
/// may be nested 64 deep. Refused are, with place and reason: a key of ours that is there twice or not at all, anything behind
/// the object, a byte order mark, invalid UTF-8, lone surrogates, control characters, and values that are none (``FieldCheck``,
/// ``DatetimeCheck``, ``PriceCheck`` say what is one). What is valid is carried digit for digit.
///
/// Keep one for many messages: it allocates nothing but what the caller's buffer needs to grow, and a message with more
/// escaped text than any before it. Messages in our own form, and plain ones
/// in other orders, take shorter ways with the same answer.
public struct SaleTranscoder: Sendable {
    /// The country that `country_of_sale` must name.
    public let country: CountryCode
    private var parser = MessageParser()

    /// A transcoder for the topic of one country.
    public init(country: CountryCode) { self.country = country }

    /// Appends the message's row, its line feed included.
    /// - Throws: ``InvalidSale``; then `rows` is as it was.
    public mutating func appendRow(message: RawSpan, to rows: inout [UInt8]) throws(InvalidSale) {
        if let canonical = CanonicalMessage(message, country: country) {
            canonical.appendRow(of: message, to: &rows)
        } else if let plain = PlainMessage(message, country: country) {
            SaleRow.appendUnquoted(plain.fields, in: message, to: &rows)
        } else {
            try appendGeneralRow(message: message, to: &rows)
        }
    }

    /// The same for a message of any form.
    @inline(never) mutating func appendGeneralRow(message: RawSpan, to rows: inout [UInt8]) throws(InvalidSale) {
        try parser.parse(message, country: country)
        let decoded = parser.decoded.span.bytes
        for index in 0..<6 {
            let value = parser.values[index]
            let text = value.isDecoded ? decoded : message
            if value.needsQuotes {
                CSVText.appendQuoted(text, from: value.start, to: value.end, to: &rows)
            } else {
                rows.append(text, from: value.start, to: value.end)
            }
            rows.append(index == 5 ? 0x0A : 0x2C)
        }
    }
}
