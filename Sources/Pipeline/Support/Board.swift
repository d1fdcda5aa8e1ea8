public import SalesModel
internal import Synchronization

/// How far each stage has come in each country, for whoever shows it. Counts are of this run.
public final class Board: Sendable {
    /// What is shown of a country.
    public struct Row: Sendable, Hashable {
        /// Sales published and acknowledged.
        public var published = 0
        /// How many are to be published; nil without an end.
        public var goal: Int?
        /// Messages in files that are stored and committed.
        public var streamed = 0
        /// Files stored and committed.
        public var files = 0
        /// Messages that wait in the topic behind the last one taken.
        public var lag: Int?
        /// Rows that the table has answered for.
        public var loaded = 0
    }

    private let rows = Mutex<[CountryCode: Row]>([:])

    /// Nothing has happened yet.
    public init() {}

    /// Changes a country's row.
    public func update(_ country: CountryCode, _ change: (inout Row) -> Void) {
        rows.withLock { change(&$0[country, default: Row()]) }
    }

    /// All rows at this moment.
    public var snapshot: [CountryCode: Row] { rows.withLock { $0 } }
}
