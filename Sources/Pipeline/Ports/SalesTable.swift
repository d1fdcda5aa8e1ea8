public import SalesModel

/// The table of sales, keyed by `sale_id`: DynamoDB, or a SQLite file.
///
/// Every method may be called from any task and any number at once.
public protocol SalesTable: Sendable {
    /// The largest number of rows that one `write` takes.
    var maximumBatch: Int { get }

    /// Makes the table where it is absent. Returns whether it was made.
    func create() async throws(PortError) -> Bool

    /// Writes rows `range` of `rows`; the answer has one outcome a row, in order. The same key may be there twice: the second is judged
    /// by the first. What is answered is durable.
    ///
    /// After an error it is not known which of the rows were written: write them again.
    func write(_ rows: RowBatch, _ range: Range<Int>, onConflict: ConflictPolicy) async throws(PortError) -> [RowOutcome]

    /// Which of the rows `range` of `rows` stand in the table under their key, whatever their other fields hold.
    func present(_ rows: RowBatch, _ range: Range<Int>) async throws(PortError) -> [Bool]

    /// How many rows the table holds of each country; where only an estimate can be had cheaply, that.
    func counts() async throws(PortError) -> [CountryCode: Int]

    /// All rows of the table in an order of the table's own, `country` by `country_of_sale` where given: part by part, from `cursor` (nil: the
    /// beginning). The answer's cursor is nil at the end.
    func scan(country: CountryCode?, from cursor: String?) async throws(PortError) -> (rows: RowBatch, next: String?)
}

/// What is done with a row whose key is there already with other fields.
public enum ConflictPolicy: String, Sendable, CaseIterable {
    /// The new row takes the old one's place.
    case replace
    /// The old row stays, and the new one is counted.
    case keep
    /// The old row stays, and the new one goes to the reject file.
    case reject
}

/// What became of a row.
public enum RowOutcome: UInt8, Sendable {
    /// It is there now and was not before.
    case written
    /// It was there already, all fields alike.
    case identical
    /// There was another row under its key; the policy says which one is there now.
    case conflicting
    /// The table had no room for it at the moment: write it again.
    case tryAgain
}
