public import SalesModel

/// The sales of one country in one stream: a pure function from ordinals to bytes, with caches that make going forward fast.
///
/// Asking for any range of ordinals in any order, on any copy, gives the same bytes. Copies are cheap and independent of each other, so that
/// several threads can each have their own.
public struct SalesGenerator: Sendable {
    /// What decides the sales.
    public let configuration: StreamConfiguration
    /// Whose sales these are.
    public let country: CountryCode

    private static let batch = 1024

    private let arrivalKey: UInt64
    private let market: Catalog.Country
    private let book: PriceBook
    private let tables = DigitTables.shared
    private var index: HourIndex
    private var order: ProductOrder
    private var arrivals = ArrivalTree()
    private var hour: HourIndex.Hour?
    private var fragments: RowFragments
    private var shared = RowFrame()
    // The ordinals, without their last 16 bits, for which `shared` holds.
    private var window: UInt64 = .max
    private var products = [UInt32](repeating: 0, count: batch)
    private var milliseconds = [UInt32](repeating: 0, count: batch)

    /// A generator for one country of a stream.
    ///
    /// - Throws: `GeneratorError.unknownCountry` where the catalog has no such country.
    public init(_ configuration: StreamConfiguration, country: CountryCode) throws(GeneratorError) {
        let (market, number) = try configuration.market(country)
        func key(_ purpose: Purpose) -> UInt64 { purpose.key(configuration.key, country: number) }
        self.configuration = configuration
        self.country = country
        self.market = market
        arrivalKey = key(.arrivals)
        var counts = HourCounts(
            season: SeasonalRate(rate: configuration.rate(of: market), country: market, catalog: configuration.catalog),
            key: key(.hourCounts))
        let (firstHour, second) = Int(configuration.start).quotientAndRemainder(dividingBy: 3600)
        var first = ArrivalTree()
        first.begin(key: Self.hourKey(arrivalKey, firstHour), count: counts.count(hour: firstHour))
        index = HourIndex(firstHour: firstHour, skipped: first.count(before: UInt64(second) * 1000), counts: counts)
        order = ProductOrder(catalog: configuration.catalog, key: key(.order))
        book = PriceBook(
            country: market, products: configuration.catalog.products, changeKey: key(.priceChange), priceKey: key(.prices))
        fragments = RowFragments(
            syntax: RowSyntax(format: .csv, endsLine: true), catalog: configuration.catalog, country: market, highestPrice: book.highest)
    }

    /// How many consecutive ordinals, from a multiple of it on, are an iteration.
    public var iterationLength: Int { configuration.catalog.iterationLength }

    /// Appends the rows of a range of ordinals, each with a line feed at its end. CSV has no header here.
    ///
    /// - Throws: `GeneratorError` where the range goes beyond the last ordinal or the year 9999; `output` then has the rows before that.
    public mutating func append(_ ordinals: Range<UInt64>, format: RowFormat, to output: inout [UInt8]) throws(GeneratorError) {
        let syntax = RowSyntax(format: format, endsLine: true)
        var ordinal = ordinals.lowerBound
        while ordinal < ordinals.upperBound { ordinal = try writeBatch(ordinal..<ordinals.upperBound, syntax, to: &output) }
    }

    /// Appends the messages of a range of ordinals: JSON objects without anything between them, and for each the number of bytes in
    /// `output` up to its end. A message's key is its `sale_id`, which stands at `RowFormat.json.saleIDRange` of it.
    ///
    /// - Throws: `GeneratorError` where the range goes beyond the last ordinal or the year 9999; the messages before that are there.
    public mutating func appendMessages(
        _ ordinals: Range<UInt64>, to output: inout [UInt8], ends: inout [Int]
    ) throws(GeneratorError) {
        var ordinal = ordinals.lowerBound
        let syntax = RowSyntax(format: .json, endsLine: false)
        while ordinal < ordinals.upperBound {
            let begin = output.count
            let next = try writeBatch(ordinal..<ordinals.upperBound, syntax, to: &output)
            fragments.ends(products, count: Int(next - ordinal), from: begin, to: &ends)
            ordinal = next
        }
    }

    /// When a sale happens, in milliseconds since 1970 UTC. Never less than for the ordinal before.
    ///
    /// - Throws: `GeneratorError` where the ordinal is too large or the sale would be dated after the year 9999.
    public mutating func instant(of ordinal: UInt64) throws(GeneratorError) -> UInt64 {
        let hour = try move(to: ordinal)
        let within = arrivals.milliseconds(of: hour.skipped + ordinal - hour.firstOrdinal)
        return UInt64(hour.number) * ArrivalTree.millisecondsAnHour + UInt64(within)
    }

    /// How many sales of the stream happen before an instant, in milliseconds since 1970 UTC: also the first ordinal that happens at it or
    /// after it. From the year 10000 on the answer stays what it is at the end of 9999.
    public mutating func count(before instant: UInt64) -> UInt64 {
        guard instant > configuration.start * 1000 else { return 0 }
        let last = UInt64(endOfTime) * 1000 - 1
        let (number, within) = min(instant, last).quotientAndRemainder(dividingBy: ArrivalTree.millisecondsAnHour)
        let hour = index.hour(number: Int(number))
        enter(hour)
        return hour.firstOrdinal + arrivals.count(before: within + (instant > last ? 1 : 0)) - hour.skipped
    }

    /// Writes the first of these sales, as many as share an hour and all but 16 bits of their ordinals; returns the ordinal behind them.
    private mutating func writeBatch(
        _ ordinals: Range<UInt64>, _ syntax: RowSyntax, to output: inout [UInt8]
    ) throws(GeneratorError) -> UInt64 {
        let ordinal = ordinals.lowerBound
        let hour = try move(to: ordinal)
        let end = min(ordinals.upperBound, hour.ordinals.upperBound, (ordinal | 0xFFFF) + 1, ordinal + UInt64(Self.batch))
        let count = Int(end - ordinal)
        prepare(syntax, ordinal)
        order.fill(&products, from: ordinal, count: count)
        arrivals.fill(&milliseconds, from: hour.skipped + ordinal - hour.firstOrdinal, count: count)
        fragments.refresh(products, count: count, hour: hour.number, from: book)
        shared.append(
            count, from: ordinal, products: products, milliseconds: milliseconds, fragments: fragments, tables: tables, to: &output)
        return end
    }

    private mutating func prepare(_ syntax: RowSyntax, _ ordinal: UInt64) {
        if syntax != fragments.syntax {
            fragments = RowFragments(syntax: syntax, catalog: configuration.catalog, country: market, highestPrice: book.highest)
            window = .max
        }
        guard window != ordinal >> 16 else { return }
        window = ordinal >> 16
        guard let identity = SaleIdentity(stream: configuration.streamID, country: country, ordinal: ordinal) else { return }
        shared.begin(syntax, at: identity)
    }

    /// Makes the hour of an ordinal the current one.
    private mutating func move(to ordinal: UInt64) throws(GeneratorError) -> HourIndex.Hour {
        guard ordinal <= SaleIdentity.maximumOrdinal else { throw .ordinalOutOfBounds(ordinal) }
        if let hour, hour.ordinals.contains(ordinal) { return hour }
        var found: HourIndex.Hour?
        if let hour, hour.ordinals.upperBound == ordinal {
            found = index.next(after: hour)
            // A few empty hours are stepped over; a long night is found through the index.
            for _ in 0..<24 where found?.count == 0 { found = found.flatMap { index.next(after: $0) } }
        }
        if found?.ordinals.contains(ordinal) != true { found = index.hour(of: ordinal) }
        guard let found else { throw .afterYear9999(country, ordinal: ordinal) }
        enter(found)
        return found
    }

    private mutating func enter(_ hour: HourIndex.Hour) {
        guard self.hour != hour else { return }
        self.hour = hour
        arrivals.begin(key: Self.hourKey(arrivalKey, hour.number), count: hour.skipped + hour.count)
        shared.begin(hour: hour.number)
    }

    /// The key of an hour's arrivals.
    static func hourKey(_ key: UInt64, _ hour: Int) -> UInt64 { Draws.mix(key &+ UInt64(hour) &* 0xA24B_AED4_963E_E407) }
}
