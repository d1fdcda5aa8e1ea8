/// Why a file's header is none of a file of sales; nothing of such a file is read.
public enum InvalidHeader: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no first line.
    case absent
    /// A column is not there.
    case missing(SaleField)
    /// A column is there twice.
    case duplicate(SaleField)
    /// The first line is no row of a CSV file of at most as many bytes as a row may have.
    case malformed(InvalidSale.Reason)

    /// One sentence without a full stop.
    public var description: String {
        switch self {
        case .absent: "the file is empty: a header with the columns \(SaleField.header) is expected"
        case .missing(let field): "the header has no column \(field): the columns \(SaleField.header) are expected"
        case .duplicate(let field): "the header has the column \(field) twice"
        case .malformed(let reason): "the header cannot be read: \(reason)"
        }
    }
}

/// The columns of a file: the six, in any order, and others whose content does not matter.
struct SaleFileHeader: Sendable {
    /// What each column of the file is; nil for one that is none of ours.
    let columns: [SaleField?]
    /// The six in our order and nothing else.
    let isCanonical: Bool

    init(_ splitter: CSVSplitter, bytes: inout [UInt8]) throws(InvalidHeader) {
        if let fault = splitter.fault { throw .malformed(fault.reason) }
        let size = bytes.count
        var columns: [SaleField?] = []
        for field in splitter.fields {
            let name = CSVSplitter.value(of: field, in: &bytes)
            let column = SaleField(text: bytes.span.bytes, from: name.start, to: name.end)
            bytes.removeLast(bytes.count - size)
            if let column, columns.contains(column) { throw .duplicate(column) }
            columns.append(column)
        }
        for field in SaleField.allCases where !columns.contains(field) { throw .missing(field) }
        self.columns = columns
        isCanonical = columns == SaleField.allCases
    }
}
