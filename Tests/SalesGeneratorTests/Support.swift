import Checksums
import SalesModel
import Testing

@testable import SalesGenerator

/// 1 January 2026, 00:00 UTC.
let newYear2026: UInt64 = 1_767_225_600

func country(_ code: String) throws -> CountryCode { try #require(CountryCode(code)) }

func decimal(_ text: String) throws -> ExactDecimal { try #require(ExactDecimal(text)) }

func configure(
    seed: UInt64 = 1, rate: String = "10", catalog: Catalog = .standard, start: UInt64 = newYear2026
) throws -> StreamConfiguration {
    try StreamConfiguration(seed: seed, rate: decimal(rate), catalog: catalog, start: start)
}

func makeGenerator(_ code: String = "US", _ configuration: StreamConfiguration) throws -> SalesGenerator {
    try SalesGenerator(configuration, country: country(code))
}

func rows(_ generator: SalesGenerator, _ ordinals: Range<UInt64>, _ format: RowFormat = .csv) throws -> [UInt8] {
    var generator = generator
    var output: [UInt8] = []
    try generator.append(ordinals, format: format, to: &output)
    return output
}

func lines(_ generator: SalesGenerator, _ ordinals: Range<UInt64>, _ format: RowFormat = .csv) throws -> [String] {
    String(decoding: try rows(generator, ordinals, format), as: UTF8.self).split(separator: "\n").map(String.init)
}

/// Small numbers that differ from run to run of a test only if the seed does.
struct SeededNumbers: RandomNumberGenerator {
    var draws: Draws
    init(seed: UInt64) { draws = Draws(key: seed) }
    mutating func next() -> UInt64 { draws.next() }
}
