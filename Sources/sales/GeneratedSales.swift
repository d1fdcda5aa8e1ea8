internal import Pipeline
internal import SalesGenerator
internal import SalesModel

/// The generator's sales as the publish stage wants them.
struct GeneratedSales: SaleSource {
    private var generator: SalesGenerator
    let stream: StreamID
    let keyOffset = RowFormat.json.saleIDRange.lowerBound

    init(_ configuration: StreamConfiguration, _ country: CountryCode) throws(StageError) {
        generator = try misuse { () throws(GeneratorError) in try SalesGenerator(configuration, country: country) }
        stream = configuration.streamID
    }

    mutating func appendMessages(_ ordinals: Range<UInt64>, to bytes: inout [UInt8], ends: inout [Int]) throws(StageError) {
        do { try generator.appendMessages(ordinals, to: &bytes, ends: &ends) } catch { throw .misuse(error.description) }
    }

    mutating func count(soldBefore instant: Int64) -> UInt64 { generator.count(before: UInt64(max(0, instant))) }

    mutating func instant(of ordinal: UInt64) throws(StageError) -> Int64 {
        do { return Int64(try generator.instant(of: ordinal)) } catch { throw .misuse(error.description) }
    }
}

/// Sources of one configuration, whatever its start.
struct GeneratedSalesFactory: SaleSourceFactory {
    let configuration: StreamConfiguration

    var fingerprint: UInt32 { configuration.streamID.fingerprint }

    func source(_ country: CountryCode, start: UInt64) throws(StageError) -> any SaleSource {
        try GeneratedSales(misuse { () throws(GeneratorError) in try configuration.starting(at: start) }, country)
    }

    func start(_ countries: [CountryCode], count: UInt64?, now: Int64) throws(StageError) -> UInt64 {
        let second = UInt64(max(0, now)) / 1000
        guard let count else { return second }
        return try misuse { () throws(GeneratorError) in try configuration.latestStart(for: count, countries: countries, before: second) }
    }
}

/// What the generator refuses was asked for wrongly.
private func misuse<Result>(_ work: () throws(GeneratorError) -> Result) throws(StageError) -> Result {
    do { return try work() } catch { throw .misuse(error.description) }
}
