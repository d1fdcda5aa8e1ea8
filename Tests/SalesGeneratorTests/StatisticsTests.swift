import SalesModel
import Testing

@testable import SalesGenerator

/// A row of CSV, taken apart.
private struct Row {
    let product: String
    let instant: String
    let price: String

    init(_ line: String) {
        let fields = line.split(separator: ",").map(String.init)
        product = fields[1]
        instant = fields[3]
        price = fields[4]
    }
}

@Suite("Sales look like sales")
struct StatisticsTests {
    @Test("In every iteration each product is sold exactly its frequency times, in an order of its own")
    func frequencies() throws {
        var orders: Set<[String]> = []
        let generator = try makeGenerator("DE", configure())
        for iteration in [0, 1, 2, 1_000_000] as [UInt64] {
            let sold = try lines(generator, iteration * 55..<(iteration + 1) * 55).map { Row($0).product }
            let counts = Dictionary(sold.map { ($0, 1) }, uniquingKeysWith: +)
            #expect(counts == ["p1": 17, "p2": 9, "p3": 6, "p4": 5, "p5": 4, "p6": 3, "p7": 3, "p8": 3, "p9": 3, "p10": 2])
            orders.insert(sold)
        }
        #expect(orders.count == 4)
        #expect(generator.iterationLength == 55)
    }

    @Test("Each place of an iteration is as likely for each product: the shuffle is fair")
    func shuffle() throws {
        var order = ProductOrder(catalog: .standard, key: 99)
        var sold = [UInt32](repeating: 0, count: 55)
        var first = [Int](repeating: 0, count: 55)
        for iteration in 0..<20_000 as Range<UInt64> {
            order.fill(&sold, from: iteration * 55, count: 55)
            for place in 0..<55 where sold[place] == 0 { first[place] += 1 }
        }
        // 17 of 55 a place; one of the 55 is dependent on the others. 99.9 % of a chi-square with 54 degrees of freedom lie below 91.9.
        let expected = 20_000.0 * 17 / 55
        let square = first.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / (expected * (1 - 17.0 / 55)) } * 54 / 55
        #expect(square < 91.9)
    }

    @Test("Hours of the day and weekdays have their published shapes in local time", arguments: ["US", "UK", "IT"])
    func shapes(code: String) throws {
        let configuration = try configure(rate: "50")
        let (market, number) = try configuration.market(country(code))
        var season = SeasonalRate(rate: configuration.rate(of: market), country: market, catalog: .standard)
        var counts = HourCounts(season: season, key: Purpose.hourCounts.key(configuration.key, country: number))
        let first = Int(newYear2026) / 3600
        var hours = [Tally](repeating: Tally(), count: 24)
        var days = [Tally](repeating: Tally(), count: 7)
        for hour in first..<first + 364 * 24 {
            let summer = market.localTime.summer(ofYear: 2026).contains(hour * 3600)
            let local = hour + market.localTime.standardOffset / 60 + (summer ? 1 : 0)
            let mean = season.mean(hour: hour)
            let count = Double(counts.count(hour: hour))
            hours[local % 24].add(count, mean)
            days[CivilDate.weekday(daysSince1970: local / 24)].add(count, mean)
        }
        // 99.9 % of a chi-square with 24 and 7 degrees of freedom lie below these.
        #expect(hours.reduce(0) { $0 + $1.square } < 51.2)
        #expect(days.reduce(0) { $0 + $1.square } < 24.4)
        // The expectation itself has the shape of the tables.
        let hourSum = hours.reduce(0) { $0 + $1.mean }
        for (hour, weight) in Catalog.standardHours.enumerated() {
            #expect(abs(hours[hour].mean / hourSum - weight.real / 100) < 0.002)
        }
        let daySum = days.reduce(0) { $0 + $1.mean }
        for (day, weight) in Catalog.standardWeekdays.enumerated() {
            #expect(abs(days[day].mean / daySum - weight.real / 100.1) < 0.004)
        }
    }

    /// What came against what was expected, with a variance of mean + mean^2 / 18 an hour.
    private struct Tally {
        var count = 0.0
        var mean = 0.0
        var variance = 0.0

        mutating func add(_ count: Double, _ mean: Double) {
            self.count += count
            self.mean += mean
            variance += mean + mean * mean / 18
        }

        var square: Double { (count - mean) * (count - mean) / variance }
    }

    @Test("A calendar year has the rate as its mean, and its months weigh 29, 66 and 100", arguments: [2026, 2028, 2100])
    func years(year: Int) throws {
        let market = try #require(Catalog.standard[country("US")])
        var season = SeasonalRate(rate: 2, country: market, catalog: .standard)
        let from = CivilDate.days(year: year, month: 1, day: 1) * 24 + 5
        let to = CivilDate.days(year: year + 1, month: 1, day: 1) * 24 + 5
        var months = [Double](repeating: 0, count: 12)
        for hour in from..<to { months[CivilDate(daysSince1970: (hour - 5) / 24).month - 1] += season.mean(hour: hour) }
        #expect(abs(months.reduce(0, +) / Double(to - from) / 7200 - 1) < 0.0001)
        #expect(abs(months[8] / 30 / (months[5] / 30) / (66.0 / 29) - 1) < 0.05)
        #expect(abs(months[10] / 30 / (months[5] / 30) / (100.0 / 29) - 1) < 0.05)
    }

    @Test("Hourly counts scatter as a gamma-mixed Poisson's with k = 18", arguments: ["0.5", "10", "5000"])
    func overdispersion(rate: String) throws {
        let configuration = try configure(rate: rate)
        let (market, number) = try configuration.market(country("FR"))
        var season = SeasonalRate(rate: configuration.rate(of: market), country: market, catalog: .standard)
        var counts = HourCounts(season: season, key: Purpose.hourCounts.key(configuration.key, country: number))
        var excess = 0.0
        var total = 0.0
        let hours = 40_000
        for hour in 500_000..<500_000 + hours {
            let mean = season.mean(hour: hour)
            let count = Double(counts.count(hour: hour))
            excess += ((count - mean) * (count - mean) - mean) / (mean * mean)
            total += count / mean
        }
        #expect(abs(total / Double(hours) - 1) < 0.01)
        let shape = Double(hours) / excess
        #expect((16...20).contains(shape))
    }

    @Test("Within an hour, one-second counts scatter as Poisson's do", arguments: [900, 7200, 3_000_000] as [UInt64])
    func withinAnHour(sales: UInt64) {
        var dispersion = 0.0
        let hours = 10
        for hour in 0..<hours {
            var tree = ArrivalTree()
            tree.begin(key: UInt64(hour) &* 77, count: sales)
            var seconds = [Double](repeating: 0, count: 3600)
            var before: UInt64 = 0
            for second in 1...3600 {
                let count = tree.count(before: UInt64(second) * 1000)
                seconds[second - 1] = Double(count - before)
                before = count
            }
            let mean = Double(sales) / 3600
            dispersion += seconds.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3599 / mean
        }
        #expect((0.9...1.1).contains(dispersion / Double(hours)))
    }

    @Test("A product has about four prices a year, all inside its range and with a shop's endings")
    func prices() throws {
        let catalog = Catalog.standard
        var years = 0
        var distinct = 0
        for (index, market) in catalog.countries.enumerated() {
            let book = PriceBook(country: market, products: catalog.products, changeKey: UInt64(index), priceKey: UInt64(index) + 50)
            for product in catalog.products.indices {
                for year in 56..<66 {
                    let hours = year * 8766..<(year + 1) * 8766
                    let seen = Set(
                        stride(from: hours.lowerBound, to: hours.upperBound, by: 24).map { book.price(of: product, hour: $0).amount })
                    distinct += seen.count
                    years += 1
                    let range = catalog.products[product]
                    #expect(seen.allSatisfy { range.lowestPrice.units...range.highestPrice.units ~= $0 && [95, 99].contains($0 % 100) })
                }
            }
        }
        #expect((3.5...4.2).contains(Double(distinct) / Double(years)))
    }

    @Test("A price holds until its epoch ends, and then changes")
    func sticky() throws {
        let market = try #require(Catalog.standard[country("US")])
        let book = PriceBook(country: market, products: Catalog.standard.products, changeKey: 5, priceKey: 6)
        for product in 0..<10 {
            let (amount, since) = book.price(of: product, hour: 490_000)
            #expect(book.price(of: product, hour: since).amount == amount)
            #expect(book.price(of: product, hour: since + PriceBook.epoch - 1).amount == amount)
            #expect(book.price(of: product, hour: since - 1).amount != amount)
            #expect(book.price(of: product, hour: since + PriceBook.epoch).amount != amount)
        }
    }

    @Test("With weights, products are drawn in proportion")
    func weights() throws {
        let price = try decimal("4.99")
        let shares: [UInt64] = [1, 2, 3, 4, 90]
        let catalog = try Catalog(
            products: shares.map { Catalog.Product(code: "w\($0)", share: $0, lowestPrice: price, highestPrice: price) }, demand: .weight,
            countries: Catalog.standard.countries)
        var order = ProductOrder(catalog: catalog, key: 3)
        let draws = 200_000
        var products = [UInt32](repeating: 0, count: draws)
        order.fill(&products, from: 0, count: draws)
        var counts = [Double](repeating: 0, count: 5)
        for product in products { counts[Int(product)] += 1 }
        // 99.9 % of a chi-square with 4 degrees of freedom lie below 18.5.
        let square = zip(counts, shares).reduce(0.0) { sum, pair in
            let expected = Double(pair.1) / 100 * Double(draws)
            return sum + (pair.0 - expected) * (pair.0 - expected) / expected
        }
        #expect(square < 18.5)
        #expect(catalog.iterationLength == 5)
    }
}
