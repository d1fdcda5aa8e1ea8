internal import Pipeline
internal import SalesModel

/// Rows from the table on their way to a batch: as the CSV text that the reader of files takes, so that there is one place that knows what a sale is.
struct ScannedPart {
    private var text = Array((SaleField.header + "\n").utf8)
    /// How many rows there are.
    private(set) var count: Int64 = 0
    /// The key of the last one.
    private(set) var last: String?

    /// Takes the row that a statement stands at, its columns in the order of the header.
    mutating func append(_ row: Statement) {
        for field in SaleField.allCases {
            row.withBytes(Int32(field.rawValue)) { append($0) }
            text.append(field == .currency ? UInt8(ascii: "\n") : UInt8(ascii: ","))
        }
        last = row.text(0)
        count += 1
    }

    private mutating func append(_ value: UnsafeRawBufferPointer) {
        let special: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r")]
        guard value.contains(where: { special.contains($0) }) else {
            text.append(contentsOf: value)
            return
        }
        text.append(UInt8(ascii: "\""))
        for byte in value {
            if byte == UInt8(ascii: "\"") { text.append(byte) }
            text.append(byte)
        }
        text.append(UInt8(ascii: "\""))
    }

    /// What the rows are.
    func batch(_ path: String) throws(PortError) -> RowBatch {
        var batch = RowBatch()
        var reader = SaleFileReader(country: nil)
        do {
            let text = text
            try reader.read(text.span.bytes, into: &batch)
            try reader.finish(into: &batch)
        } catch {
            throw PortError(.defect, "scan", of: path, because: "\(error)")
        }
        return batch
    }
}
