internal import Pipeline
internal import SalesModel

/// Writes rows one by one into the table, within a transaction of the caller's.
///
/// SQLite takes the text straight from the batch's bytes: nothing is copied or allocated for a row.
struct RowWriter {
    private let database: Database
    private let policy: ConflictPolicy
    private let insert: Statement
    private let select: Statement
    private let replace: Statement

    private static let names = SaleField.allCases.map(\.description)

    init(_ database: Database, _ policy: ConflictPolicy) throws(SQLiteFailure) {
        self.database = database
        self.policy = policy
        let columns = Self.names.joined(separator: ", ")
        insert = try database.statement("INSERT INTO sales (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING")
        select = try database.statement("SELECT \(columns) FROM sales WHERE sale_id = ?1")
        replace = try database.statement("REPLACE INTO sales (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
    }

    func write(_ row: SaleFields, _ bytes: UnsafeBufferPointer<UInt8>) throws(SQLiteFailure) -> RowOutcome {
        bind(row, bytes, to: insert)
        try insert.run()
        if database.changes == 1 { return .written }
        if try isThere(row, bytes) { return .identical }
        if policy == .replace {
            bind(row, bytes, to: replace)
            try replace.run()
        }
        return .conflicting
    }

    @inline(__always)
    private func bind(_ row: SaleFields, _ bytes: UnsafeBufferPointer<UInt8>, to statement: Statement) {
        statement.bindUncopied(1, text: UnsafeBufferPointer(rebasing: bytes[row[.saleID]]))
        statement.bindUncopied(2, text: UnsafeBufferPointer(rebasing: bytes[row[.productCode]]))
        statement.bindUncopied(3, text: UnsafeBufferPointer(rebasing: bytes[row[.countryOfSale]]))
        statement.bindUncopied(4, text: UnsafeBufferPointer(rebasing: bytes[row[.datetime]]))
        statement.bindUncopied(5, text: UnsafeBufferPointer(rebasing: bytes[row[.sellingPrice]]))
        statement.bindUncopied(6, text: UnsafeBufferPointer(rebasing: bytes[row[.currency]]))
    }

    /// Whether the row of this key has the same bytes in all its fields.
    private func isThere(_ row: SaleFields, _ bytes: UnsafeBufferPointer<UInt8>) throws(SQLiteFailure) -> Bool {
        select.bindUncopied(1, text: UnsafeBufferPointer(rebasing: bytes[row[.saleID]]))
        defer { select.reset() }
        guard try select.step() else { return false }
        return SaleField.allCases.allSatisfy { field in
            select.withBytes(Int32(field.rawValue)) { $0.elementsEqual(bytes[row[field]]) }
        }
    }
}
