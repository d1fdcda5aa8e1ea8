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

    /// How many rows of each country.
    public func counts() async throws(PortError) -> [CountryCode: Int] {
        try await world.call(process, .count) { state in
            var counts: [CountryCode: Int] = [:]
            for row in state.table.rows.values {
                guard let country = CountryCode(row[SaleField.countryOfSale.place]) else { continue }
                counts[country, default: 0] += 1
            }
            return counts
        }
    }

    /// All rows, in the order of their keys, some at a time.
    public func scan(country: CountryCode?, from cursor: String?) async throws(PortError) -> (rows: RowBatch, next: String?) {
        let part = try await world.call(process, .scan) { state in
            let keys = state.table.rows.keys.filter { key in
                guard cursor.map({ $0 < key }) ?? true else { return false }
                return country.map { state.table.rows[key]?[SaleField.countryOfSale.place] == "\($0)" } ?? true
            }
            return keys.sorted().prefix(101).compactMap { state.table.rows[$0] }
        }
        let page = part.prefix(100)
        let text = SaleField.header + "\n" + page.map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
        var (reader, batch) = (SaleFileReader(country: nil), RowBatch())
        do throws(InvalidHeader) {
            let bytes = Array(text.utf8)
            try reader.read(bytes.span.bytes, into: &batch)
            try reader.finish(into: &batch)
        } catch {
            throw PortError(.defect, "scan", of: "the table", because: "\(error)")
        }
        return (batch, part.count > page.count ? page.last?[0] : nil)
    }

    private static func quoted(_ value: String) -> String {
        value.contains { "\",\r\n".contains($0) }
            ? "\"" + value.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" : value
    }
}

extension SaleField {
    /// The position among the columns.
    fileprivate var place: Int { Int(rawValue) }
}
