public import SalesModel

/// What is sold, where, how often, for how much, and when people buy.
///
/// A catalog is part of what decides a stream: any change to it, however small, makes another stream.
public struct Catalog: Hashable, Sendable {
    /// Something that is sold.
    public struct Product: Hashable, Sendable {
        /// 1 to 64 Unicode scalars, none of them a control character.
        public let code: String
        /// How often it is sold, in the unit that the catalog's `demand` says: 1 to 1,000,000,000.
        public let share: UInt64
        /// The lowest price, in units of the currency (before a country's `priceFactor`).
        public let lowestPrice: ExactDecimal
        /// The highest price, in units of the currency (before a country's `priceFactor`).
        public let highestPrice: ExactDecimal

        /// A product; whether it can be used is checked by the catalog that takes it in.
        public init(code: String, share: UInt64, lowestPrice: ExactDecimal, highestPrice: ExactDecimal) {
            self.code = code
            self.share = share
            self.lowestPrice = lowestPrice
            self.highestPrice = highestPrice
        }
    }

    /// What the products' shares mean.
    public enum Demand: String, Hashable, Sendable {
        /// In each block of as many sales as the shares add up to (an iteration), a product is sold exactly so many times.
        case frequency
        /// Each sale draws its product with a probability in proportion to the share; there are no exact blocks.
        case weight
    }

    /// A market.
    public struct Country: Hashable, Sendable {
        /// Its two letters.
        public let code: CountryCode
        /// What is paid with there.
        public let currency: Currency
        /// What the products' prices are multiplied with there: 1 where the figures are the same as everywhere.
        public let priceFactor: ExactDecimal
        /// Its part of the stream's rate, in proportion to the other countries' shares.
        public let share: ExactDecimal
        /// What its clocks show.
        public let localTime: LocalTime

        /// A country; whether it can be used is checked by the catalog that takes it in.
        public init(
            code: CountryCode, currency: Currency, localTime: LocalTime, share: ExactDecimal = .one, priceFactor: ExactDecimal = .one
        ) {
            self.code = code
            self.currency = currency
            self.localTime = localTime
            self.share = share
            self.priceFactor = priceFactor
        }
    }

    /// What is sold, in the catalog's order.
    public let products: [Product]
    /// What the products' shares mean.
    public let demand: Demand
    /// Where it is sold, in the catalog's order.
    public let countries: [Country]
    /// How sales spread over the 24 hours of a local day: weights.
    public let hours: [ExactDecimal]
    /// How sales spread over the week, Monday first: weights.
    public let weekdays: [ExactDecimal]
    /// The weight of a day in each of the twelve months.
    public let months: [ExactDecimal]

    /// The most products that a catalog can hold: 1,000,000.
    public static let maximumProducts = 1_000_000
    /// The longest iteration, in sales of a country: 1,000,000; a block of it is held in memory.
    public static let maximumIteration: UInt64 = 1_000_000

    /// How many sales of a country an iteration is: what the frequencies add up to (each product is then sold exactly its frequency
    /// times), or, where products have weights, as many as there are products.
    public var iterationLength: Int {
        demand == .frequency ? Int(products.reduce(0) { $0 + $1.share }) : products.count
    }

    /// A catalog.
    ///
    /// - Throws: `CatalogError` where something is missing, doubled or out of its bounds, or a country's currency has no price inside a
    ///   product's range.
    public init(
        products: [Product], demand: Demand, countries: [Country], hours: [ExactDecimal] = Catalog.standardHours,
        weekdays: [ExactDecimal] = Catalog.standardWeekdays, months: [ExactDecimal] = Catalog.standardMonths
    ) throws(CatalogError) {
        self.products = products
        self.demand = demand
        self.countries = countries
        self.hours = hours
        self.weekdays = weekdays
        self.months = months
        try check()
    }

    /// For the standard catalog, whose parts a test checks.
    init(unchecked products: [Product], countries: [Country]) {
        self.products = products
        demand = .frequency
        self.countries = countries
        hours = Self.standardHours
        weekdays = Self.standardWeekdays
        months = Self.standardMonths
    }

    /// The country with this code, and nil where the catalog has none.
    public subscript(country: CountryCode) -> Country? { countries.first { $0.code == country } }
}

extension ExactDecimal {
    /// The number 1.
    public static let one = ExactDecimal(whole: 1)

    /// A whole number of the catalog's own tables.
    init(whole: UInt32) {
        self.init(exactly: UInt64(whole), scale: 0)
    }
}
