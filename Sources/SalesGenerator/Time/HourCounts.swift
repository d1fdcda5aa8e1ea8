/// How many sales a country has in each hour of UTC: Poisson's distribution around a mean that itself varies from hour to hour.
///
/// The mean of the season is multiplied by a number from the gamma distribution with shape 18: hourly counts of a shop vary more than
/// Poisson's by that much (UCI Machine Learning Repository, "Online Retail": invoices an hour against the mean of weekday and hour).
/// A count depends on configuration, country and hour, not on the stream's start.
struct HourCounts {
    static let shape = 18

    private var season: SeasonalRate
    private let key: UInt64

    init(season: SeasonalRate, key: UInt64) {
        self.season = season
        self.key = key
    }

    /// The number of sales in an hour, counted since 1970 UTC.
    mutating func count(hour: Int) -> UInt64 {
        let mean = season.mean(hour: hour)
        guard mean > 0 else { return 0 }
        var draws = Draws(key: key, sequence: UInt64(truncatingIfNeeded: hour))
        return draws.poisson(mean * draws.gamma(shape: Self.shape))
    }
}
