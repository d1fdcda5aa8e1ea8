/// Reads a CSV file of sales in pieces of any size; how it is cut into pieces makes no difference to what is read.
///
/// The file is RFC 4180: LF or CR LF, quoted fields with anything in them; a byte order mark at its beginning and empty lines
/// are passed over. The header must have the six columns; for other people's sake they may stand in any order, with other
/// columns between them, whose content is passed over. Each row is checked by the rules for messages and becomes a row of the
/// batch or a rejection. A stray quote costs one line, not the rest of the file: where a quoted field is not closed
/// within the longest row, or the file, only the line that it begins in is refused.
public struct SaleFileReader: Sendable {
    /// The longest row, 64 KiB without the end of its line; what is longer is refused, so memory stays bounded.
    public static let maximumRowBytes = 65_536

    /// The text of the header, without the end of its line; empty until it was read.
    public private(set) var header: [UInt8] = []
    private let country: CountryCode?
    private let limit: Int
    private var columns: SaleFileHeader?
    private var splitter = CSVSplitter()
    /// What is there of a row that is not there to its end.
    private var carry: [UInt8] = []
    private var isSkippingLine = false
    private var line = 1
    /// How much of the input was taken before `carry`.
    private var inputOffset = 0

    /// A reader for one file.
    /// - Parameters:
    ///   - country: what `country_of_sale` must be in each row; nil for any.
    ///   - maximumRowBytes: the longest row, at least 256 bytes.
    public init(country: CountryCode?, maximumRowBytes: Int = Self.maximumRowBytes) {
        self.country = country
        limit = max(256, maximumRowBytes)
    }

    /// Reads the next piece and appends what is complete to the batch.
    /// - Throws: ``InvalidHeader``; then nothing more of the file can be read.
    public mutating func read(_ piece: RawSpan, into batch: inout RowBatch) throws(InvalidHeader) {
        let start = takeUpCarry(into: &batch)
        batch.bytes.append(piece, from: 0, to: piece.byteCount)
        try process(&batch, from: start, isLast: false)
    }

    /// Reads what is left when there is no next piece.
    /// - Throws: ``InvalidHeader`` where the file ends before its header does.
    public mutating func finish(into batch: inout RowBatch) throws(InvalidHeader) {
        let start = takeUpCarry(into: &batch)
        try process(&batch, from: start, isLast: true)
        if columns == nil { throw .absent }
    }

    private mutating func takeUpCarry(into batch: inout RowBatch) -> Int {
        let start = batch.bytes.count
        batch.bytes.append(carry.span.bytes, from: 0, to: carry.count)
        carry.removeAll(keepingCapacity: true)
        return start
    }

    private mutating func process(_ batch: inout RowBatch, from start: Int, isLast: Bool) throws(InvalidHeader) {
        let end = batch.bytes.count
        let shift = inputOffset - start
        var at = start
        while at < end {
            if isSkippingLine {
                at = batch.bytes.span.bytes.firstLineFeed(from: at, before: end)
                if at == end { break }
                at += 1
                line += 1
                isSkippingLine = false
                continue
            }
            if let columns, columns.isCanonical {
                at = batch.appendUsualRows(from: at, to: end, limit: limit, country: country, line: &line, inputShift: shift)
                if at == end { break }
            }
            guard let next = try processRow(&batch, from: at, to: end, isLast: isLast, shift: shift) else { break }
            at = next
        }
        inputOffset = at + shift
        carry.append(batch.bytes.span.bytes, from: at, to: end)
    }

    /// Takes one row of any form. Returns where the next one begins; nil where this one is not there to its end.
    private mutating func processRow(
        _ batch: inout RowBatch, from start: Int, to end: Int, isLast: Bool, shift: Int
    ) throws(InvalidHeader) -> Int? {
        // As much as the longest row takes with CR LF, so that the answer does not hang on how much more is there.
        let window = min(end, start + limit + 2)
        let isFull = window == start + limit + 2
        let outcome = splitter.split(batch.bytes.span.bytes, from: start, to: window, isLast: isLast && window == end)
        switch outcome {
        case .row(let textEnd, let next) where textEnd - start <= limit:
            let firstLine = line
            for byte in batch.bytes[start..<next] where byte == 0x0A { line += 1 }
            if textEnd == start { return next }
            if columns == nil {
                try readHeader(&batch, from: start, to: textEnd)
            } else {
                takeRow(&batch, original: FieldPlace(start: start, end: textEnd), line: firstLine, inputEnd: next + shift)
            }
            return next
        case .incomplete(let inQuotes) where !isFull:
            guard isLast else { return nil }
            return try refuseLine(&batch, from: start, to: window, reason: inQuotes ? .quoteNotClosed : .rowTooLong, shift: shift)
        case .incomplete(inQuotes: true):
            return try refuseLine(&batch, from: start, to: window, reason: .quoteNotClosed, shift: shift)
        default:
            return try refuseLine(&batch, from: start, to: window, reason: .rowTooLong, shift: shift)
        }
    }

    /// Refuses the first line of a row that does not end in time, and goes on behind that line.
    private mutating func refuseLine(
        _ batch: inout RowBatch, from start: Int, to window: Int, reason: InvalidSale.Reason, shift: Int
    ) throws(InvalidHeader) -> Int {
        if columns == nil { throw .malformed(reason) }
        let lineFeed = batch.bytes.span.bytes.firstLineFeed(from: start, before: window)
        var textEnd = lineFeed
        if textEnd > start, batch.bytes[textEnd - 1] == 0x0D { textEnd -= 1 }
        let isCut = textEnd - start > limit
        let next = isCut ? start + limit : min(lineFeed + 1, window)
        batch.rejections.append(
            RejectedRow(
                line: line, fault: InvalidSale(field: nil, position: 0, reason: isCut ? .rowTooLong : reason),
                original: start..<(isCut ? next : textEnd), inputEnd: next + shift))
        isSkippingLine = isCut
        if lineFeed < window, !isCut { line += 1 }
        return next
    }

    private mutating func readHeader(_ batch: inout RowBatch, from start: Int, to end: Int) throws(InvalidHeader) {
        var text = Array(batch.bytes[start..<end])
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        if text.isEmpty { throw .absent }
        _ = splitter.split(text.span.bytes, from: 0, to: text.count, isLast: true)
        header = text
        columns = try SaleFileHeader(splitter, bytes: &text)
    }

    /// Checks the row that was split last.
    private mutating func takeRow(_ batch: inout RowBatch, original: FieldPlace, line: Int, inputEnd: Int) {
        var fields = SaleFields()
        if let fault = fault(in: &batch, original: original, fields: &fields) {
            batch.rejections.append(RejectedRow(line: line, fault: fault, original: original.range, inputEnd: inputEnd))
        } else {
            batch.rows.append(PlacedRow(fields: fields, original: original, line: line, inputEnd: inputEnd))
        }
    }

    private func fault(in batch: inout RowBatch, original: FieldPlace, fields: inout SaleFields) -> InvalidSale? {
        guard let columns = columns?.columns else { return nil }
        if let fault = splitter.fault {
            // The field that text follows was split already.
            let index = splitter.fields.count - (fault.reason == .textAfterQuote ? 1 : 0)
            let column = index < columns.count ? columns[index] : nil
            return InvalidSale(field: column, position: fault.offset - original.start, reason: fault.reason)
        }
        guard splitter.fields.count == columns.count else {
            return InvalidSale(field: nil, position: original.end - original.start, reason: .wrongFieldCount)
        }
        if let invalid = UTF8Text.firstInvalid(batch.bytes.span.bytes, from: original.start, to: original.end) {
            let column = splitter.fields.firstIndex { $0.end > invalid }.flatMap { columns[$0] }
            return InvalidSale(field: column, position: invalid - original.start, reason: .invalidUTF8)
        }
        for (column, field) in zip(columns, splitter.fields) {
            guard let column else { continue }
            fields.places[column.index] = CSVSplitter.value(of: field, in: &batch.bytes)
        }
        let text = batch.bytes.span.bytes
        for column in SaleField.allCases {
            let place = fields.places[column.index]
            let fault = FieldCheck.fault(column, text, from: place.start, to: place.end, isPlain: false, country: country)
            guard let fault, let source = zip(columns, splitter.fields).first(where: { $0.0 == column })?.1 else { continue }
            let position = source.start - original.start + (source.hasDoubledQuotes ? 0 : fault.offset)
            return InvalidSale(field: column, position: position, reason: fault.reason)
        }
        return nil
    }
}
