internal import Checksums
public import SalesModel

/// All that decides what is sold: the same configuration gives the same sales, byte for byte, on any machine and in any order.
public struct StreamConfiguration: Hashable, Sendable {
    /// The version of the generator's rules. It changes whenever any sale of any configuration would change.
    public static let generatorVersion = 1
    /// The rate without another one: 10 sales a second, all countries together.
    public static let standardRate = ExactDecimal(whole: 10)

    /// Where chance begins.
    public let seed: UInt64
    /// Sales a second of all countries together, as the mean over a year: 0.000001 to 10,000,000.
    public let rate: ExactDecimal
    /// What is sold where.
    public let catalog: Catalog
    /// When the stream begins: seconds since 1970 UTC.
    public let start: UInt64
    /// The identity that the start and all else give to the stream.
    public let streamID: StreamID

    /// The key from which all random numbers of the stream come; it does not depend on the start.
    let key: UInt64

    /// A configuration.
    ///
    /// - Throws: `GeneratorError` where the rate or the start is out of its bounds.
    public init(seed: UInt64, rate: ExactDecimal = standardRate, catalog: Catalog = .standard, start: UInt64) throws(GeneratorError) {
        guard (1e-6...1e7).contains(rate.real) else { throw .rateOutOfBounds(rate) }
        let digest = SHA256.hash(Array(Self.canonicalText(seed: seed, rate: rate, catalog: catalog).utf8)).bytes
        let fingerprint = digest[0..<3].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard let streamID = StreamID(start: start, fingerprint: fingerprint) else { throw .startOutOfBounds(start) }
        self.init(
            seed: seed, rate: rate, catalog: catalog, start: start, streamID: streamID,
            key: digest[8..<16].reduce(0) { $0 << 8 | UInt64($1) })
    }

    private init(seed: UInt64, rate: ExactDecimal, catalog: Catalog, start: UInt64, streamID: StreamID, key: UInt64) {
        self.seed = seed
        self.rate = rate
        self.catalog = catalog
        self.start = start
        self.streamID = streamID
        self.key = key
    }

    /// The same stream with another start.
    ///
    /// - Throws: `GeneratorError` where the start is out of its bounds.
    public func starting(at start: UInt64) throws(GeneratorError) -> StreamConfiguration {
        guard let streamID = StreamID(start: start, fingerprint: streamID.fingerprint) else { throw .startOutOfBounds(start) }
        return StreamConfiguration(seed: seed, rate: rate, catalog: catalog, start: start, streamID: streamID, key: key)
    }

    /// The text whose SHA-256 is the stream's fingerprint: generator version, seed, rate and catalog.
    public var canonicalText: String { Self.canonicalText(seed: seed, rate: rate, catalog: catalog) }

    private static func canonicalText(seed: UInt64, rate: ExactDecimal, catalog: Catalog) -> String {
        "sales generator \(generatorVersion)\nseed \(seed)\nrate \(rate)\n" + catalog.canonicalText
    }

    /// Sales a second of a country, as the mean over a year.
    func rate(of country: Catalog.Country) -> Double {
        rate.real * (country.share.real / catalog.countries.reduce(0) { $0 + $1.share.real })
    }

    /// The country with this code and its number in keys.
    func market(_ code: CountryCode) throws(GeneratorError) -> (country: Catalog.Country, key: UInt64) {
        guard let country = catalog[code] else { throw .unknownCountry(code, known: catalog.countries.map(\.code)) }
        return (country, UInt64(code.first) << 8 | UInt64(code.second))
    }
}
