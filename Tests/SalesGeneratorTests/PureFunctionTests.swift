import SalesModel
import Testing

@testable import SalesGenerator

@Suite("A sale is a pure function of configuration, country and ordinal")
struct PureFunctionTests {
    @Test("Any range, in any order and split in any way, gives the same bytes", arguments: RowFormat.allCases, ["0.001", "10", "20000"])
    func splits(format: RowFormat, rate: String) throws {
        var generator = try makeGenerator("US", configure(rate: rate, start: newYear2026 + 1234))
        let total: UInt64 = 20_000
        let whole = try rows(generator, 0..<total, format)
        var numbers = SeededNumbers(seed: 7)
        for _ in 0..<3 {
            var cuts: [UInt64] = [0, total] + (0..<60).map { _ in UInt64.random(in: 0..<total, using: &numbers) }
            cuts.sort()
            var pieces = zip(cuts, cuts.dropFirst()).map { (range: $0..<$1, bytes: [UInt8]()) }
            for index in pieces.indices.shuffled(using: &numbers) {
                try generator.append(pieces[index].range, format: format, to: &pieces[index].bytes)
            }
            #expect(pieces.flatMap(\.bytes) == whole)
        }
    }

    @Test("Reads as CSV and as JSON what the contract says")
    func looks() throws {
        let generator = try makeGenerator("UK", configure())
        let csv = try lines(generator, 0..<3)
        let json = try lines(generator, 0x1_0000_0000..<0x1_0000_0001, .json)
        #expect(
            csv == [
                "06955b90-0cb9-8557-a8a0-000000000000,p1,UK,2026-01-01T00:00:00.142Z,8.99,GBP",
                "06955b90-0cb9-8557-a8a0-000000000001,p1,UK,2026-01-01T00:00:13.328Z,8.99,GBP",
                "06955b90-0cb9-8557-a8a0-000000000002,p1,UK,2026-01-01T00:00:22.339Z,8.99,GBP",
            ])
        let expected =
            #"{"sale_id":"06955b90-0cb9-8557-a8a0-000100000000","product_code":"p4","country_of_sale":"UK","#
            + #""datetime":"2094-01-11T15:10:27.214Z","selling_price":34.99,"currency":"GBP"}"#
        #expect(json == [expected])
    }
}
