internal import SalesModel

extension Catalog {
    /// Ten products in five countries; what is sold when nothing else is asked for.
    ///
    /// - Frequencies: 55 sales, spread by Zipf's law with s = 0.87 over ten ranks and rounded so that each is at least 2.
    /// - Prices: ranges of our own that double from bottom to top, wider the rarer the product.
    /// - Currencies: ISO 4217. Clocks: US Eastern (the zone with the most people), UK, and Central European time.
    public static let standard = Catalog(unchecked: standardProducts, countries: standardCountries)

    /// Percent of a day's sales in each hour from midnight: TPC-DS (Transaction Processing Performance Council, decision support
    /// benchmark), distribution of the hours of web sales.
    public static let standardHours: [ExactDecimal] = [
        1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 7, 5, 3, 4, 5, 6, 7, 8, 7, 5, 3, 1,
    ].map { ExactDecimal(whole: $0) }

    /// Percent of a week's orders on each day from Monday: "The Ulabox Online Supermarket Dataset 2017", orders by weekday.
    public static let standardWeekdays: [ExactDecimal] = [208, 166, 157, 136, 85, 77, 172].map { tenths in
        tenths % 10 == 0 ? ExactDecimal(whole: tenths / 10) : ExactDecimal(exactly: UInt64(tenths), scale: 1)
    }

    /// The weight of a day in each month from January: TPC-DS, three comparability zones of the year (January to July, August to October,
    /// November and December).
    public static let standardMonths: [ExactDecimal] = [29, 29, 29, 29, 29, 29, 29, 66, 66, 66, 100, 100].map {
        ExactDecimal(whole: $0)
    }

    private static let standardProducts: [Product] = {
        let frequencies: [UInt64] = [17, 9, 6, 5, 4, 3, 3, 3, 3, 2]
        let lowest: [UInt64] = [499, 999, 1499, 1999, 2499, 3999, 5999, 8999, 14999, 24999]
        let highest: [UInt64] = [999, 1999, 2999, 3999, 4999, 7999, 11999, 17999, 29999, 49999]
        return frequencies.indices.map { index in
            Product(
                code: "p\(index + 1)", share: frequencies[index], lowestPrice: ExactDecimal(exactly: lowest[index], scale: 2),
                highestPrice: ExactDecimal(exactly: highest[index], scale: 2))
        }
    }()

    private static let standardCountries: [Country] = {
        let markets: [(String, String, Int, LocalTime.SummerTime)] = [
            ("US", "USD", -300, .us), ("UK", "GBP", 0, .eu), ("DE", "EUR", 60, .eu), ("FR", "EUR", 60, .eu), ("IT", "EUR", 60, .eu),
        ]
        return markets.compactMap { code, currency, offset, summerTime in
            guard let code = CountryCode(code), let currency = Currency(currency, digits: 2) else { return nil }
            return Country(code: code, currency: currency, localTime: LocalTime(standardOffset: offset, summerTime: summerTime))
        }
    }()
}
