internal import SalesModel

/// The rows of one file that were refused, as the bytes of a reject file.
struct RejectedRows: Sendable {
    private let limit: Int
    private var bytes = Array("\(RejectFile.header)\n".utf8)
    private(set) var count = 0
    private(set) var firstLine = 0
    /// The header of the file itself: the refused rows are in the order of its columns.
    var header: [UInt8] = []

    /// - Parameter limit: bytes beyond which it is no use going on.
    init(limit: Int) { self.limit = limit }

    var isFull: Bool { bytes.count - RejectFile.header.utf8.count - 1 > limit }

    mutating func add(_ row: RejectedRow, of batch: RowBatch) {
        count(row.line)
        RejectFile.append(row, of: batch, to: &bytes)
    }

    mutating func add(_ record: RejectRecord) {
        count(record.line)
        RejectFile.append(record, to: &bytes)
    }

    private mutating func count(_ line: Int) {
        if count == 0 { firstLine = line }
        count += 1
    }

    /// Stores the reject file under the name of the file it came from. One that is there from the same source is left alone:
    /// somebody may be mending it. One from another source keeps its name, and this one gets a longer one.
    ///
    /// - Parameter source: names the version of the file that the rows came from.
    func keep(in store: any ObjectStore, folder: String, name: String, source: String) async throws(PortError) {
        var key = "\(folder)/\(name)"
        let metadata = [
            "sales-schema": "1", "sales-source": source, "sales-rejected": String(count),
            "sales-header": String(decoding: header, as: UTF8.self),
        ]
        while true {
            if let there = try await store.head(key) {
                if there.metadata["sales-source"] == source { return }
                let tag = source.filter { $0.isLetter || $0.isNumber }.prefix(12)
                let longer = "\(folder)/\(name.dropLast(4))-\(tag).csv"
                guard longer != key else {
                    throw PortError(
                        .unusable, "keeping rejects", of: key, because: "another object has taken that name", mend: "Move it away")
                }
                key = longer
                continue
            }
            if case .stored = try await store.put(key, bytes, metadata: metadata, overwriting: false) { return }
        }
    }
}
