import SalesModel
import Testing

@testable import SalesGenerator

@Suite("When sales happen")
struct TimeTests {
    @Test("Times never go back, and a sale's instant is the one in its row", arguments: ["0.0005", "10", "3000", "10000000"])
    func monotone(rate: String) throws {
        var generator = try makeGenerator("IT", configure(rate: rate, start: newYear2026 + 1800))
        let count: UInt64 = 3000
        let dates = try lines(generator, 0..<count).map { $0.split(separator: ",")[3] }
        #expect(dates == dates.sorted())
        #expect(dates[0] >= "2026-01-01T00:30:00.000Z")
        var last: UInt64 = 0
        for ordinal in 0..<count {
            let instant = try generator.instant(of: ordinal)
            #expect(instant >= last && dates[Int(ordinal)].hasSuffix(Self.milliseconds(instant)))
            last = instant
        }
    }

    private static func milliseconds(_ instant: UInt64) -> String {
        "\(instant / 100 % 10)\(instant / 10 % 10)\(instant % 10)Z"
    }

    @Test("The count before an instant agrees with the instants", arguments: ["0.001", "10", "100000"])
    func counts(rate: String) throws {
        var generator = try makeGenerator("UK", configure(rate: rate, start: newYear2026 + 777))
        for ordinal in [0, 1, 54, 9999, 1_000_003] as [UInt64] {
            let instant = try generator.instant(of: ordinal)
            let before = generator.count(before: instant)
            let after = generator.count(before: instant + 1)
            #expect(before <= ordinal && ordinal < after)
        }
        #expect(generator.count(before: (newYear2026 + 777) * 1000) == 0)
        #expect(generator.count(before: 0) == 0)
    }

    @Test("A stream that starts within an hour has the rest of that hour's sales, as if it had begun before")
    func firstHour() throws {
        var whole = try makeGenerator("US", configure(start: newYear2026))
        let part = try makeGenerator("US", configure(start: newYear2026 + 2000))
        let skipped = whole.count(before: (newYear2026 + 2000) * 1000)
        let late = try lines(whole, skipped..<skipped + 500).map { $0.split(separator: ",")[3] }
        #expect(try lines(part, 0..<500).map { $0.split(separator: ",")[3] } == late)
        #expect(skipped > 0)
    }

    @Test("Local time follows the rule of the catalog through both changes of the clock")
    func summerTime() throws {
        // 29 March and 25 October 2026 at 01:00 UTC in Europe; 8 March at 07:00 and 1 November at 06:00 UTC in New York.
        #expect(LocalTime(standardOffset: 60, summerTime: .eu).summer(ofYear: 2026) == 1_774_746_000..<1_792_890_000)
        #expect(LocalTime(standardOffset: -300, summerTime: .us).summer(ofYear: 2026) == 1_772_953_200..<1_793_512_800)
        #expect(LocalTime(standardOffset: 330).summer(ofYear: 2026).isEmpty)
        // The 31st is itself a Sunday in March 2024 and October 2027; the 1st in November 2026 above.
        #expect(LocalTime(standardOffset: 0, summerTime: .eu).summer(ofYear: 2024).lowerBound == 1_711_846_800)
        #expect(LocalTime(standardOffset: 0, summerTime: .eu).summer(ofYear: 2027).upperBound == 1_824_944_400)
        // 12 o'clock, the seventh heaviest of the table, is at 11:00 UTC in winter and 10:00 UTC in summer.
        let market = try #require(Catalog.standard[country("DE")])
        var season = SeasonalRate(rate: 1, country: market, catalog: .standard)
        let saturday = 1_774_656_000 / 3600
        let monday = saturday + 48
        #expect(season.mean(hour: saturday + 11) / season.mean(hour: saturday + 10) == 7.0 / 5)
        #expect(abs(season.mean(hour: monday + 10) / season.mean(hour: monday + 9) - 7.0 / 5) < 1e-12)
    }

    @Test("Every day from 1970 to 9999 has a date, in order, with leap years")
    func calendar() {
        var day = 0
        for year in 1970...9999 {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for (month, length) in [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                let date = CivilDate(daysSince1970: day)
                let last = CivilDate(daysSince1970: day + length - 1)
                if date.year != year || date.month != month + 1 || date.day != 1 || last.month != month + 1 || last.day != length {
                    Issue.record("\(date) \(last)")
                    return
                }
                if CivilDate.days(year: year, month: month + 1, day: 1) != day { Issue.record("\(date)") }
                day += length
            }
        }
        #expect(day * 86_400 == endOfTime)
        #expect(CivilDate.weekday(daysSince1970: 20_454) == 3)
    }

    @Test("Sales on the leap day are dated 29 February")
    func leapDay() throws {
        var generator = try makeGenerator("UK", configure(start: 1_835_308_800))
        let noon = generator.count(before: 1_835_438_400_000)
        #expect(try lines(generator, noon..<noon + 1)[0].split(separator: ",")[3].hasPrefix("2028-02-29T12:0"))
    }

    @Test("Beyond 52 bits there are no sales, and an error says so")
    func lastOrdinal() throws {
        var generator = try makeGenerator("US", configure())
        #expect(throws: GeneratorError.ordinalOutOfBounds(1 << 52)) { try generator.instant(of: 1 << 52) }
    }

    @Test("The last hour of the year 9999 is the last of every stream")
    func lastHour() throws {
        let market = try #require(Catalog.standard[country("US")])
        let season = SeasonalRate(rate: 2, country: market, catalog: .standard)
        let counts = HourCounts(season: season, key: 1)
        var index = HourIndex(firstHour: endOfTime / 3600 - 1000, skipped: 0, counts: counts)
        let last = index.hour(number: endOfTime / 3600 - 1)
        #expect(last.count > 0)
        #expect(index.next(after: last) == nil)
        #expect(index.hour(of: last.ordinals.upperBound - 1) == last)
        #expect(index.hour(of: last.ordinals.upperBound) == nil)
        var batch = RowFrame()
        batch.begin(hour: last.number)
        #expect((0..<14).map { batch.dateHour[$0] } == Array("9999-12-31T23:".utf8))
    }

    @Test("The latest start leaves just enough sales, and is at least a day ago", arguments: [1, 1100, 100_000, 5_000_000] as [UInt64])
    func latestStart(count: UInt64) throws {
        let configuration = try configure()
        let countries = Catalog.standard.countries.map(\.code)
        let now = newYear2026 + 12_345_678
        let start = try configuration.latestStart(for: count, countries: countries, before: now)
        func fewest(_ start: UInt64) throws -> UInt64 {
            try countries.map { country in
                var generator = try SalesGenerator(configuration.starting(at: start), country: country)
                return generator.count(before: now * 1000)
            }.min() ?? 0
        }
        #expect(try fewest(start) >= count)
        #expect(start <= now - 86_400)
        if start < now - 86_400 { #expect(try fewest(start + 1) < count) }
    }

    @Test("A start before 1970 would be needed: an error says so")
    func notEnoughPast() throws {
        let us = try country("US")
        let configuration = try configure(rate: "0.001")
        let error = #expect(throws: GeneratorError.self) {
            try configuration.latestStart(for: 1_000_000_000, countries: [us], before: newYear2026)
        }
        #expect(error?.description == "1000000000 sales of US at this rate reach back before 1970; a higher rate makes them fit")
    }
}
