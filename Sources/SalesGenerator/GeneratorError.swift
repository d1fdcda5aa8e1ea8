public import SalesModel

/// Why no sales can be made of what was asked for.
public enum GeneratorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The rate is not between 0.000001 and 10,000,000 sales a second.
    case rateOutOfBounds(ExactDecimal)
    /// The start needs more than 36 bits of seconds since 1970.
    case startOutOfBounds(UInt64)
    /// The catalog has no such country.
    case unknownCountry(CountryCode, known: [CountryCode])
    /// The ordinal needs more than 52 bits.
    case ordinalOutOfBounds(UInt64)
    /// The sale with this ordinal would be dated after the year 9999.
    case afterYear9999(CountryCode, ordinal: UInt64)
    /// So many sales of a country do not lie between 1970 and the present.
    case notEnoughPast(CountryCode, count: UInt64)

    /// What is wrong and how to mend it.
    public var description: String {
        switch self {
        case .rateOutOfBounds(let rate):
            "the rate must be 0.000001 to 10000000 sales a second, not \(rate)"
        case .startOutOfBounds(let start):
            "the start must be a second from 1970 to 4147, not \(start) seconds after 1970"
        case .unknownCountry(let country, let known):
            "the catalog has no country \(country); it has \(known.map(\.description).joined(separator: ", "))"
        case .ordinalOutOfBounds(let ordinal):
            "a country has no sale number \(ordinal); the last is \(SaleIdentity.maximumOrdinal)"
        case .afterYear9999(let country, let ordinal):
            "sale number \(ordinal) of \(country) would be dated after the year 9999; a higher rate or an earlier start brings it forward"
        case .notEnoughPast(let country, let count):
            "\(count) sales of \(country) at this rate reach back before 1970; a higher rate makes them fit"
        }
    }
}
