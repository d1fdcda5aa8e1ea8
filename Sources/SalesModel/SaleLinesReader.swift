/// Reads a file of messages, one a line (JSON lines), in pieces of any size; how it is cut makes no difference.
///
/// Lines end with LF or CR LF; empty ones are passed over. Each is checked as a message is (``SaleTranscoder``) and becomes a row of
/// the batch or a rejection.
public struct SaleLinesReader: Sendable {
    /// The longest line, 1 MiB, the usual limit of a message of Kafka; what is longer is refused.
    public static let maximumLineBytes = 1_048_576

    private let country: CountryCode?
    private let limit: Int
    private var parser = MessageParser()
    private var carry: [UInt8] = []
    /// How much of `carry` is known to hold no line feed.
    private var searched = 0
    private var isSkippingLine = false
    private var line = 1
    private var inputOffset = 0

    /// A reader for one file.
    /// - Parameters:
    ///   - country: what `country_of_sale` must be in each message; nil for any.
    ///   - maximumLineBytes: the longest line, at least 256 bytes.
    public init(country: CountryCode?, maximumLineBytes: Int = Self.maximumLineBytes) {
        self.country = country
        limit = max(256, maximumLineBytes)
    }

    /// Reads the next piece and appends what is complete to the batch.
    public mutating func read(_ piece: RawSpan, into batch: inout RowBatch) {
        let start = batch.bytes.count
        batch.bytes.append(carry.span.bytes, from: 0, to: carry.count)
        batch.bytes.append(piece, from: 0, to: piece.byteCount)
        carry.removeAll(keepingCapacity: true)
        process(&batch, from: start, isLast: false)
    }

    /// Reads what is left when there is no next piece: a last line without a line feed.
    public mutating func finish(into batch: inout RowBatch) {
        let start = batch.bytes.count
        batch.bytes.append(carry.span.bytes, from: 0, to: carry.count)
        carry.removeAll(keepingCapacity: true)
        process(&batch, from: start, isLast: true)
    }

    private mutating func process(_ batch: inout RowBatch, from start: Int, isLast: Bool) {
        let end = batch.bytes.count
        let shift = inputOffset - start
        var at = start
        var search = start + searched
        while at < end {
            let lineFeed = batch.bytes.span.bytes.firstLineFeed(from: search, before: end)
            guard lineFeed < end || isLast else { break }
            takeLine(&batch, from: at, to: lineFeed, shift: shift)
            at = min(lineFeed + 1, end)
            search = at
        }
        // More than the longest line with its CR and still no end: refused now, and what follows of it is passed over.
        if !isSkippingLine, end - at > limit + 1 {
            refuse(
                &batch, InvalidSale(field: nil, position: 0, reason: .rowTooLong), from: at, to: at + limit, inputEnd: at + limit + shift)
            isSkippingLine = true
        }
        if isSkippingLine { at = end }
        searched = end - at
        inputOffset = at + shift
        carry.append(batch.bytes.span.bytes, from: at, to: end)
    }

    /// Takes the line whose line feed, or the end of the file, is at `lineEnd`.
    private mutating func takeLine(_ batch: inout RowBatch, from start: Int, to lineEnd: Int, shift: Int) {
        defer { line += 1 }
        if isSkippingLine {
            isSkippingLine = false
            return
        }
        let end = lineEnd > start && batch.bytes[lineEnd - 1] == 0x0D ? lineEnd - 1 : lineEnd
        if end == start { return }
        let inputEnd = min(lineEnd + 1, batch.bytes.count) + shift
        if end - start > limit {
            let fault = InvalidSale(field: nil, position: 0, reason: .rowTooLong)
            return refuse(&batch, fault, from: start, to: start + limit, inputEnd: start + limit + shift)
        }
        do throws(InvalidSale) {
            let fields = try takeMessage(&batch.bytes, from: start, to: end)
            batch.rows.append(
                PlacedRow(fields: fields, original: FieldPlace(start: start, end: end), line: line, inputEnd: inputEnd))
        } catch {
            refuse(&batch, error, from: start, to: end, inputEnd: inputEnd)
        }
    }

    /// Finds the six values of the message from `start` to `end`; those that were written with escapes are appended to `bytes`.
    private mutating func takeMessage(_ bytes: inout [UInt8], from start: Int, to end: Int) throws(InvalidSale) -> SaleFields {
        var fields = SaleFields()
        if let canonical = CanonicalMessage(bytes.span.bytes.extracting(start..<end), country: country) {
            fields = canonical.fields
            for index in 0..<6 { fields.places[index].move(by: start) }
            return fields
        }
        try parser.parse(bytes.span.bytes.extracting(start..<end), country: country)
        for index in 0..<6 {
            let value = parser.values[index]
            fields.places[index] = FieldPlace(start: value.start, end: value.end)
            fields.places[index].move(by: value.isDecoded ? bytes.count : start)
        }
        bytes.append(parser.decoded.span.bytes, from: 0, to: parser.decoded.count)
        return fields
    }

    private func refuse(_ batch: inout RowBatch, _ fault: InvalidSale, from start: Int, to end: Int, inputEnd: Int) {
        batch.rejections.append(RejectedRow(line: line, fault: fault, original: start..<end, inputEnd: inputEnd))
    }
}
