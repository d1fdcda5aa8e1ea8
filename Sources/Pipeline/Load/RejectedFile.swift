internal import SalesModel

/// A reject file as it was read: its records, and the header that their originals follow.
struct RejectedFile {
    let object: ObjectInfo
    let records: [RejectRecord]
    /// The columns of the originals, as the header of their own file.
    let header: [UInt8]

    /// Nil where there is no such object. Throws where it cannot be read as a reject file.
    init?(_ store: any ObjectStore, _ key: String) async throws(StageError) {
        guard let object = try await port({ () throws(PortError) in try await store.head(key) }) else { return nil }
        self.object = object
        header = object.metadata["sales-header"].flatMap { $0.isEmpty ? nil : Array($0.utf8) } ?? Array(SaleField.header.utf8)
        var content = FileContent(store, object, keeping: 0)
        var reader = RejectFileReader()
        var records: [RejectRecord] = []
        while true {
            guard let piece = try await content.next() else { return nil }
            do {
                if piece.isEmpty {
                    try reader.finish(into: &records)
                    break
                }
                try reader.read(piece.span.bytes, into: &records)
            } catch {
                throw .contradiction("\(key) is no reject file: \(error)", mend: "Mend only the column \"original\", or take the file away")
            }
        }
        self.records = records
    }

    /// The record's original read as a row of its file.
    func row(of record: RejectRecord, country: CountryCode?) -> RowBatch {
        var batch = RowBatch()
        let text = header + [0x0A] + record.original + [0x0A]
        var reader = SaleFileReader(country: country)
        guard (try? reader.read(text.span.bytes, into: &batch)) != nil, (try? reader.finish(into: &batch)) != nil else { return RowBatch() }
        return batch
    }

    /// The `sale_id` of the original: read properly where it is a row, else its text up to the first comma.
    func saleID(of record: RejectRecord) -> [UInt8] {
        let batch = row(of: record, country: nil)
        if batch.count == 1 { return Array(batch.bytes[batch.field(.saleID, of: 0)]) }
        return Array(record.original.prefix { $0 != 0x2C })
    }
}
