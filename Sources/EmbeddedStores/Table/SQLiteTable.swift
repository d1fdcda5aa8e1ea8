internal import BlockingExecutor
public import Pipeline
public import SalesModel

/// The table `sales` in a SQLite file: six TEXT columns named as in the CSV header, `sale_id` the primary key.
///
/// Several processes may write at once; they wait for each other a transaction at a time. People may read it with any tool.
public actor SQLiteTable: SalesTable {
    private nonisolated let executor = BlockingExecutor()
    /// A thread of its own, for calls to SQLite block.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Rows that one `write` takes: a transaction, and so one wait for the disk.
    public nonisolated let maximumBatch = 10_000
    /// Rows of a part of a scan.
    private let scanRows: Int64 = 10_000

    private let path: String
    private let surroundings: DatabaseSurroundings
    private var opened: Database?
    /// Writes that go into the next transaction.
    private var waiting: [WaitingWrite] = []
    /// Whether the table is known to be there with the right columns.
    private var isChecked = false

    static let kind = DatabaseKind(
        name: "table of sales", applicationID: 0x5341_4C54, version: 1, pageSize: 4_096, schema: [], takesUnmarked: true)

    init(_ path: String, _ surroundings: DatabaseSurroundings) {
        self.path = path
        self.surroundings = surroundings
    }

    /// Opens the file at `path`, and makes it and its folder where they are absent; `create` makes the table.
    ///
    /// Throws `.unusable` for a file of another kind, a newer version, a damaged one, or one whose table `sales` has other columns; `.denied` without
    /// write access, `.throttled` where the disk is full, `.misconfigured` on a network file system.
    public static func open(_ path: String) async throws(PortError) -> SQLiteTable { try await open(path, DatabaseSurroundings()) }

    static func open(_ path: String, _ surroundings: DatabaseSurroundings) async throws(PortError) -> SQLiteTable {
        let table = SQLiteTable(path, surroundings)
        try await table.look()
        return table
    }

    private func look() throws(PortError) {
        let database = try database()
        _ = try database.read("open", of: path) { try hasTable(database) }
    }

    private func database() throws(PortError) -> Database {
        if let opened { return opened }
        let database = try Database(path: path, Self.kind, surroundings)
        opened = database
        return database
    }

    private func hasTable(_ database: Database) throws -> Bool {
        let columns = try database.all("SELECT name, upper(type), pk FROM pragma_table_info('sales')") {
            ($0.text(0), $0.text(1), $0.int(2))
        }
        if columns.isEmpty { return false }
        let expected = SaleField.allCases.map(\.description)
        guard columns.map(\.0).sorted() == expected.sorted(), columns.allSatisfy({ $0.1 == "TEXT" && ($0.2 == 1) == ($0.0 == "sale_id") })
        else {
            throw PortError(
                .unusable, "open", of: path,
                because: "its table sales has the columns \(columns.map { "\($0.0) \($0.1)" }.joined(separator: ", "))",
                mend: "It must have \(expected.joined(separator: ", ")), all TEXT, with sale_id as the primary key. Name another file.")
        }
        isChecked = true
        return true
    }

    /// Throws where there is no table.
    private func checkedDatabase(_ operation: String) throws(PortError) -> Database {
        let database = try database()
        if isChecked { return database }
        guard try database.read(operation, of: path, { try hasTable(database) }) else {
            throw PortError(.missing, operation, of: path, because: "there is no table sales", mend: "Make it: sales setup.")
        }
        return database
    }

    /// Makes the table where it is absent. Returns whether it was made.
    public func create() throws(PortError) -> Bool {
        let database = try database()
        return try database.write("create", of: path) {
            if try hasTable(database) { return false }
            let columns = SaleField.allCases.map { "\($0) TEXT NOT NULL\($0 == .saleID ? " PRIMARY KEY" : "")" }
            try database.run("CREATE TABLE sales (\(columns.joined(separator: ", "))) WITHOUT ROWID")
            isChecked = true
            return true
        }
    }

    /// Writes rows; they are durable when this returns.
    ///
    /// All writes that wait for each other go into one transaction: the wait for the disk is then theirs together.
    public func write(_ rows: RowBatch, _ range: Range<Int>, onConflict: ConflictPolicy) async throws(PortError) -> [RowOutcome] {
        guard range.count <= maximumBatch, range.lowerBound >= 0, range.upperBound <= rows.count else {
            throw PortError(.defect, "write", of: path, because: "rows \(range) of \(rows.count), and \(maximumBatch) at most")
        }
        return try await withCheckedContinuation { done in
            waiting.append(WaitingWrite(rows: rows, range: range, policy: onConflict, done: done))
            // Behind every call that has been queued by now, so that their rows come along.
            if waiting.count == 1 { Task { writeWaiting() } }
        }.get()
    }

    private func writeWaiting() {
        let writes = waiting
        waiting = []
        do {
            let database = try checkedDatabase("write")
            let outcomes = try database.write("write", of: path) {
                try writes.map { write in
                    let writer = try RowWriter(database, write.policy)
                    return try write.rows.bytes.withUnsafeBufferPointer { bytes in
                        try write.range.map { try writer.write(write.rows.fields(of: $0), bytes) }
                    }
                }
            }
            for (write, outcomes) in zip(writes, outcomes) { write.done.resume(returning: .success(outcomes)) }
        } catch {
            for write in writes { write.done.resume(returning: .failure(error)) }
        }
    }

    /// How many rows there are of each country: reads the whole table.
    public func counts() throws(PortError) -> [CountryCode: Int] {
        let database = try checkedDatabase("count")
        let counted = try database.read("count", of: path) {
            try database.all("SELECT country_of_sale, count(*) FROM sales GROUP BY country_of_sale") { ($0.text(0), Int($0.int(1))) }
        }
        return Dictionary(counted.compactMap { name, count in CountryCode(name).map { ($0, count) } }, uniquingKeysWith: +)
    }

    /// Which rows stand in the table under their key.
    public func present(_ rows: RowBatch, _ range: Range<Int>) throws(PortError) -> [Bool] {
        let database = try checkedDatabase("look up")
        return try database.read("look up", of: path) {
            let look = try database.statement("SELECT 1 FROM sales WHERE sale_id = ?1")
            return try rows.bytes.withUnsafeBufferPointer { bytes in
                try range.map { row in
                    defer { look.reset() }
                    look.bindUncopied(1, text: UnsafeBufferPointer(rebasing: bytes[rows.field(.saleID, of: row)]))
                    return try look.step()
                }
            }
        }
    }

    /// All rows in the order of their keys. Rows that are no sales, which only other programs can have written, are among the batch's rejections.
    public func scan(country: CountryCode?, from cursor: String?) throws(PortError) -> (rows: RowBatch, next: String?) {
        let database = try checkedDatabase("scan")
        return try database.read("scan", of: path) {
            var part = ScannedPart()
            let names = SaleField.allCases.map(\.description).joined(separator: ", ")
            try database.each(
                """
                SELECT \(names) FROM sales WHERE sale_id > ?1 \(country == nil ? "" : "AND country_of_sale = ?3") ORDER BY sale_id LIMIT ?2
                """, .text(cursor ?? ""), .int(scanRows), .text(country?.description ?? "")
            ) {
                part.append($0)
                return true
            }
            return (try part.batch(path), part.count < scanRows ? nil : part.last)
        }
    }
}

/// A call of `write` that has not been answered.
private struct WaitingWrite {
    let rows: RowBatch
    let range: Range<Int>
    let policy: ConflictPolicy
    let done: CheckedContinuation<Result<[RowOutcome], PortError>, Never>
}
