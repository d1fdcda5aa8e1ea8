/// Sales as they were read from a file, with what was refused between them: one block of bytes and ranges into it.
///
/// A reader appends to a batch; empty it with ``removeAll()`` when its rows are dealt with, and it allocates nothing new.
public struct RowBatch: Sendable {
    /// What all ranges of this batch point into.
    public internal(set) var bytes: [UInt8] = []
    /// What was refused, in the order of the file.
    public internal(set) var rejections: [RejectedRow] = []
    var rows: [PlacedRow] = []

    /// An empty batch.
    public init() {}

    /// How many sales there are.
    public var count: Int { rows.count }

    /// The bytes of one value: UTF-8, unquoted and unescaped, checked.
    @inline(__always) public func field(_ field: SaleField, of row: Int) -> Range<Int> { rows[row].fields[field] }

    /// The six values of one sale.
    public func fields(of row: Int) -> SaleFields { rows[row].fields }

    /// One value as a string, for messages to people.
    public func text(_ field: SaleField, of row: Int) -> String { String(decoding: bytes[self.field(field, of: row)], as: UTF8.self) }

    /// Where the sale was sold.
    public func country(of row: Int) -> CountryCode? {
        let letters = field(.countryOfSale, of: row)
        guard letters.count == 2 else { return nil }
        return CountryCode(bytes[letters.lowerBound], bytes[letters.lowerBound + 1])
    }

    /// The line of the file that the row begins in, from 1; the header is line 1.
    public func line(of row: Int) -> Int { rows[row].line }

    /// The row as it stands in the file, without the end of its line.
    public func original(of row: Int) -> Range<Int> { rows[row].original.range }

    /// The offset in the file behind the row and the end of its line: as much was read when this row was.
    public func inputEnd(of row: Int) -> Int { rows[row].inputEnd }

    /// Empties the batch and keeps its memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        rejections.removeAll(keepingCapacity: true)
        rows.removeAll(keepingCapacity: true)
    }
}

/// One accepted row of a ``RowBatch``.
struct PlacedRow: Sendable {
    var fields: SaleFields
    var original: FieldPlace
    var line: Int
    var inputEnd: Int
}

/// A row or line of a file that is no sale.
public struct RejectedRow: Equatable, Sendable {
    /// The line of the file that the row begins in, from 1.
    public let line: Int
    /// What is wrong; its position is an offset from the beginning of the row's text.
    public let fault: InvalidSale
    /// The row as it stands in the file, without the end of its line, in the batch's bytes; cut short where the reason is
    /// ``InvalidSale/Reason/rowTooLong``.
    public let original: Range<Int>
    /// The offset in the file behind the row and the end of its line.
    public let inputEnd: Int
}

extension FieldPlace {
    mutating func move(by distance: Int) {
        start += distance
        end += distance
    }

    var range: Range<Int> { Range(uncheckedBounds: (start, end)) }
}
