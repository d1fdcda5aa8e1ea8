public import SalesModel

/// How reconciling works.
public struct ReconcileSettings: Sendable {
    /// How the table is looked at.
    public enum TableCheck: String, Sendable, CaseIterable {
        /// It is asked for the keys of the files at hand.
        case keys
        /// It is read from end to end: finds altered rows and rows that no file has, too.
        case scan
    }

    /// The countries that are compared.
    public var countries: [CountryCode]
    /// The group whose committed offsets count.
    public var group = "sales-stream"
    /// Nothing may be in flight.
    public var drained = false
    /// How the table is looked at.
    public var tableCheck = TableCheck.keys

    /// The defaults, for these countries.
    public init(countries: [CountryCode]) { self.countries = countries }
}

/// What was found of one country.
public struct CountryReport: Sendable, Equatable {
    /// Messages in the topic up to the committed offsets.
    public var published = 0
    /// Rows in the files that stand for them.
    public var streamed = 0
    /// Rows of processed files that are in the table.
    public var loaded = 0
    /// Rows of processed files that are in a reject file instead.
    public var rejected = 0
    /// Messages up to the committed offsets that are no sales.
    public var deadLetters = 0
    /// Messages behind the committed offsets, and rows of files that are not loaded yet.
    public var inFlight = 0
    /// Sales counted twice.
    public var duplicates = 0
    /// Ordinals that no place has, between the first and the last of a stream.
    public var gaps: [ClosedRange<UInt64>] = []
    /// Rows of other people's files that are in the table or in a reject file.
    public var otherRows = 0
    /// What is wrong, a sentence each; empty where all is equal.
    public var problems: [String] = []

    /// Nothing yet.
    public init() {}

    /// Ranges of ordinals as people read them, the first few.
    static func told(_ ranges: [ClosedRange<UInt64>]) -> String {
        let shown = ranges.prefix(5).map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(
            separator: ", ")
        return ranges.count > 5 ? "\(shown) and \(ranges.count - 5) more" : shown
    }
}

extension [CountryCode: CountryReport] {
    /// Whether nothing is wrong anywhere.
    public var isEqual: Bool { values.allSatisfy(\.problems.isEmpty) }
}
