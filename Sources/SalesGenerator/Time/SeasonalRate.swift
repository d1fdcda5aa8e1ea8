/// How many sales a country expects in each hour: the mean rate, shaped by the local hour, the weekday and the month.
///
/// In every local calendar year the days' weights are scaled so that their mean is 1, so the rate is the mean of each year. (Summer time
/// takes an hour from one day and gives one to another: that changes a year's sum by less than one part in 10,000.) An hour is one of UTC;
/// where an offset is no whole number of hours, its first minute decides.
struct SeasonalRate {
    private let hourly: Double
    private let hours: [Double]
    private let weekdays: [Double]
    private let months: [Double]
    private let localTime: LocalTime
    private var year: Year

    /// What is known of a local year, kept while hours of it are asked for.
    private struct Year {
        /// From its first instant to its last, in seconds of standard time since 1970.
        var seconds: Range<Int>
        var summer: Range<Int>
        var meanDay: Double
    }

    /// - Parameter rate: sales a second of the country, as the mean over a year.
    init(rate: Double, country: Catalog.Country, catalog: Catalog) {
        hourly = rate * 3600
        let sum = catalog.hours.reduce(0) { $0 + $1.real }
        hours = catalog.hours.map { $0.real * 24 / sum }
        weekdays = catalog.weekdays.map(\.real)
        months = catalog.months.map(\.real)
        localTime = country.localTime
        year = Year(seconds: 0..<0, summer: 0..<0, meanDay: 1)
    }

    /// The mean number of sales in an hour, counted since 1970 UTC.
    mutating func mean(hour: Int) -> Double {
        let instant = hour * 3600
        let standard = instant + localTime.standardOffset * 60
        if !year.seconds.contains(standard) { year = describe(CivilDate(daysSince1970: Self.day(standard)).year) }
        let local = year.summer.contains(instant) ? standard + 3600 : standard
        let day = Self.day(local)
        let weight = weekdays[CivilDate.weekday(daysSince1970: day)] * months[CivilDate(daysSince1970: day).month - 1]
        return hourly * hours[(local - day * 86_400) / 3600] * (weight / year.meanDay)
    }

    /// The day since 1970 in which a second lies, also before 1970.
    private static func day(_ second: Int) -> Int { (second + 86_400 * 7) / 86_400 - 7 }

    private func describe(_ year: Int) -> Year {
        let first = CivilDate.days(year: year, month: 1, day: 1)
        let next = CivilDate.days(year: year + 1, month: 1, day: 1)
        var sum = 0.0
        for month in 1...12 {
            let start = CivilDate.days(year: year, month: month, day: 1)
            let end = month == 12 ? next : CivilDate.days(year: year, month: month + 1, day: 1)
            for day in start..<end { sum += months[month - 1] * weekdays[CivilDate.weekday(daysSince1970: day)] }
        }
        return Year(
            seconds: first * 86_400..<next * 86_400, summer: localTime.summer(ofYear: year), meanDay: sum / Double(next - first))
    }
}
