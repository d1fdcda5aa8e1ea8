/// A record of a reject file: a row that was refused, and why, to be mended and loaded again.
public struct RejectRecord: Equatable, Sendable {
    /// The line of the file that the row was in, from 1.
    public var line: Int
    /// The column at fault; nil where the row as a whole is.
    public var column: SaleField?
    /// Why it was refused, for people.
    public var reason: String
    /// The row as it stood in its file, without the end of its line.
    public var original: [UInt8]

    /// A record to be written.
    public init(line: Int, column: SaleField?, reason: String, original: [UInt8]) {
        self.line = line
        self.column = column
        self.reason = reason
        self.original = original
    }
}

/// Writes reject files: CSV by RFC 4180 with the columns `line,column,reason,original`.
public enum RejectFile {
    /// The header, without the line feed behind it.
    public static let header = "line,column,reason,original"

    /// Appends one record, its line feed included. The original is always quoted, so that it can be told from the rest at sight.
    public static func append(_ record: RejectRecord, to bytes: inout [UInt8]) {
        append(line: record.line, column: record.column, reason: record.reason, to: &bytes)
        CSVText.appendQuoted(record.original.span.bytes, from: 0, to: record.original.count, to: &bytes)
        bytes.append(0x0A)
    }

    /// Appends what a reader refused, its text taken from the batch that it stands in.
    public static func append(_ rejection: RejectedRow, of batch: RowBatch, to bytes: inout [UInt8]) {
        append(line: rejection.line, column: rejection.fault.field, reason: rejection.fault.reason.description, to: &bytes)
        let text = batch.bytes.span.bytes
        CSVText.appendQuoted(text, from: rejection.original.lowerBound, to: rejection.original.upperBound, to: &bytes)
        bytes.append(0x0A)
    }

    private static func append(line: Int, column: SaleField?, reason: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "\(line),\(column?.description ?? ""),".utf8)
        let reason = Array(reason.utf8)
        CSVText.append(reason.span.bytes, from: 0, to: reason.count, to: &bytes)
        bytes.append(0x2C)
    }
}

/// Why a reject file cannot be read.
public struct InvalidRejectFile: Error, Equatable, Sendable, CustomStringConvertible {
    /// The line that the record at fault begins in, from 1.
    public let line: Int

    /// One sentence without a full stop.
    public var description: String { "line \(line) is no record of a reject file (\(RejectFile.header))" }
}

/// Reads reject files in pieces of any size.
public struct RejectFileReader: Sendable {
    /// The longest record: twice the longest row, for quotes are doubled, and 1 KiB for the rest.
    static let maximumRecordBytes = 2 * SaleFileReader.maximumRowBytes + 1024

    private var splitter = CSVSplitter()
    private var carry: [UInt8] = []
    private var line = 1
    private var hasHeader = false

    /// A reader for one file.
    public init() {}

    /// Reads the next piece and appends its complete records.
    /// - Throws: ``InvalidRejectFile`` at the first record that is none.
    public mutating func read(_ piece: RawSpan, into records: inout [RejectRecord]) throws(InvalidRejectFile) {
        carry.append(piece, from: 0, to: piece.byteCount)
        try takeUp(into: &records, isLast: false)
    }

    /// Reads what is left when there is no next piece.
    public mutating func finish(into records: inout [RejectRecord]) throws(InvalidRejectFile) {
        try takeUp(into: &records, isLast: true)
        if !hasHeader { throw InvalidRejectFile(line: 1) }
    }

    private mutating func takeUp(into records: inout [RejectRecord], isLast: Bool) throws(InvalidRejectFile) {
        var text: [UInt8] = []
        swap(&text, &carry)
        try process(&text, into: &records, isLast: isLast)
        swap(&text, &carry)
    }

    private mutating func process(_ carry: inout [UInt8], into records: inout [RejectRecord], isLast: Bool) throws(InvalidRejectFile) {
        var at = 0
        while at < carry.count {
            guard case .row(let textEnd, let next) = splitter.split(carry.span.bytes, from: at, to: carry.count, isLast: isLast) else {
                if isLast || carry.count - at > Self.maximumRecordBytes { throw InvalidRejectFile(line: line) }
                break
            }
            if !hasHeader {
                guard carry[at..<textEnd].elementsEqual(RejectFile.header.utf8) else { throw InvalidRejectFile(line: line) }
                hasHeader = true
            } else if textEnd > at {
                records.append(try record(&carry))
            }
            for byte in carry[at..<next] where byte == 0x0A { line += 1 }
            at = next
        }
        carry.removeFirst(at)
    }

    private func record(_ carry: inout [UInt8]) throws(InvalidRejectFile) -> RejectRecord {
        guard splitter.fault == nil, splitter.fields.count == 4 else { throw InvalidRejectFile(line: line) }
        let size = carry.count
        var values: [[UInt8]] = []
        for field in splitter.fields {
            let place = CSVSplitter.value(of: field, in: &carry)
            values.append(Array(carry[place.range]))
        }
        carry.removeLast(carry.count - size)
        let column = String(decoding: values[1], as: UTF8.self)
        guard let number = Int(String(decoding: values[0], as: UTF8.self)), number > 0,
            column.isEmpty || SaleField(name: column) != nil
        else { throw InvalidRejectFile(line: line) }
        return RejectRecord(
            line: number, column: SaleField(name: column), reason: String(decoding: values[2], as: UTF8.self), original: values[3])
    }
}
