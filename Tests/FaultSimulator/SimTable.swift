public import Pipeline
public import SalesModel

/// What a table keeps: the six values of a row under its key.
struct SimTableState: Sendable {
    var rows: [String: [String]] = [:]
    var isMade = false
    /// The most rows of one write.
    var maximumBatch = 25
    /// How often a row is put off, of 10,000, while there are faults.
    var putOff = 0
}

/// A process's connection to the table of its world.
public struct SimTable: SalesTable {
    let world: SimWorld
    let process: Int
    /// Rows of one write.
    public let maximumBatch: Int

    /// Makes the table where it is absent.
    public func create() async throws(PortError) -> Bool {
        try await world.call(process, .createTable) { state in
            defer { state.table.isMade = true }
            return !state.table.isMade
        }
    }

    /// Writes rows; some may be put off.
    public func write(_ rows: RowBatch, _ range: Range<Int>, onConflict: ConflictPolicy) async throws(PortError) -> [RowOutcome] {
        let fields = range.map { row in SaleField.allCases.map { rows.text($0, of: row) } }
        return try await world.call(process, .write, "\(range.count) rows from \(fields.first?[0] ?? "")") { state in
            fields.map { row in
                if state.now < state.faults.until, state.random.chance(state.table.putOff) { return .tryAgain }
                let before = state.table.rows[row[0]]
                if before == nil || onConflict == .replace { state.table.rows[row[0]] = row }
                return before == nil ? .written : before == row ? .identical : .conflicting
            }
        }
    }

    /// Which keys are there.
    public func present(_ rows: RowBatch, _ range: Range<Int>) async throws(PortError) -> [Bool] {
        let keys = range.map { rows.text(.saleID, of: $0) }
        return try await world.call(process, .present) { state in keys.map { state.table.rows[$0] != nil } }
    }

    /// All rows, in the order of their keys, some at a time.
    public func scan(country: CountryCode?, from cursor: String?) async throws(PortError) -> (rows: RowBatch, next: String?) {
        let part = try await world.call(process, .scan) { state in
            let keys = state.table.rows.keys.filter { cursor.map { $0 < $1 }?($0) ?? true }
            return keys.sorted().prefix(100).compactMap { state.table.rows[$0] }
        }
        return (RowBatch(), nil)
    }
}
