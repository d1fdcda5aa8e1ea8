public import SalesModel

extension StreamConfiguration {
    /// The latest start from which each of the countries has `count` sales before `now`, and which is at least a day ago.
    ///
    /// What happens in an hour does not depend on the start, so the sales are counted back from `now` until there are enough. The time taken
    /// grows with the number of hours: some milliseconds a year.
    ///
    /// - Parameter now: seconds since 1970 UTC.
    /// - Returns: seconds since 1970 UTC.
    /// - Throws: `GeneratorError.notEnoughPast` where that would be before 1970, `unknownCountry` where the catalog lacks a country.
    public func latestStart(for count: UInt64, countries: [CountryCode], before now: UInt64) throws(GeneratorError) -> UInt64 {
        var start = now > 86_400 ? now - 86_400 : 0
        for country in countries { start = min(start, try latestStart(for: count, country, before: now)) }
        return start
    }

    private func latestStart(for count: UInt64, _ country: CountryCode, before now: UInt64) throws(GeneratorError) -> UInt64 {
        let (market, number) = try market(country)
        var counts = HourCounts(
            season: SeasonalRate(rate: rate(of: market), country: market, catalog: catalog),
            key: Purpose.hourCounts.key(key, country: number))
        let arrivalKey = Purpose.arrivals.key(key, country: number)
        var arrivals = ArrivalTree()
        let (lastHour, second) = Int(min(now, UInt64(endOfTime - 1))).quotientAndRemainder(dividingBy: 3600)
        var found: UInt64 = 0
        for hour in stride(from: lastHour, through: 0, by: -1) {
            var here = counts.count(hour: hour)
            if hour == lastHour || found + here >= count {
                arrivals.begin(key: SalesGenerator.hourKey(arrivalKey, hour), count: here)
                if hour == lastHour { here = arrivals.count(before: UInt64(second) * 1000) }
            }
            if found + here >= count {
                // The start's second is that of the last sale that is still needed.
                guard count > found else { return UInt64(hour * 3600 + (hour == lastHour ? second : 3600)) }
                let needed = arrivals.milliseconds(of: here - (count - found))
                return UInt64(hour * 3600) + UInt64(needed / 1000)
            }
            found += here
        }
        throw .notEnoughPast(country, count: count)
    }
}
