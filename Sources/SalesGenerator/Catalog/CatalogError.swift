/// Why a catalog cannot be used, and where that stands if it was read from a file.
public struct CatalogError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The part of a catalog that is wrong.
    public enum Subject: Sendable, Equatable {
        /// The catalog as a whole.
        case catalog
        /// The product at this index, from 0.
        case product(Int)
        /// The country at this index, from 0.
        case country(Int)
        /// The weights of the hours of a day.
        case hours
        /// The weights of the days of a week.
        case weekdays
        /// The weights of the months.
        case months
    }

    /// What is wrong.
    public let subject: Subject
    /// Why, and how to mend it.
    public let reason: String
    /// `file:line:column` where the catalog comes from a file.
    public let place: String?

    init(_ subject: Subject, _ reason: String, place: String? = nil) {
        self.subject = subject
        self.reason = reason
        self.place = place
    }

    /// `catalog.yaml:3:7: the reason`, or the reason alone.
    public var description: String { place.map { "\($0): \(reason)" } ?? reason }
}
