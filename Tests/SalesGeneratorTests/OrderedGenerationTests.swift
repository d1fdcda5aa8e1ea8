import SalesModel
import Testing

@testable import SalesGenerator

@Suite("Sales made on several cores, in order")
struct OrderedGenerationTests {
    @Test("The same bytes for any number of jobs, header once, country by country", arguments: RowFormat.allCases)
    func sameBytes(format: RowFormat) async throws {
        let configuration = try configure()
        let countries = [try country("UK"), try country("US")]
        let ordinals: Range<UInt64> = 100..<100 + 2 * PiecePlan.rows + 17
        var expected = format.header
        for code in ["UK", "US"] { expected += try rows(makeGenerator(code, configuration), ordinals, format) }
        for jobs in [0, 1, 2, 3, 16] {
            var output: [UInt8] = []
            try await configuration.generate(ordinals, of: countries, format: format, jobs: jobs) { output += $0 }
            #expect(output == expected)
        }
        var output: [UInt8] = []
        try await configuration.generate(ordinals, of: countries, format: format, header: false, jobs: 2) { output += $0 }
        #expect(output.count == expected.count - format.header.count)
    }

    @Test("Nothing asked for is a header alone")
    func nothing() async throws {
        var output: [UInt8] = []
        try await configure().generate(5..<5, of: [country("US")], format: .csv, jobs: 2) { output += $0 }
        #expect(output == RowFormat.csv.header)
    }

    @Test("What the writer throws ends it", arguments: [1, 2])
    func writerFails(jobs: Int) async throws {
        struct Full: Error {}
        var writes = 0
        await #expect(throws: Full.self) {
            try await configure().generate(0..<100 * PiecePlan.rows, of: [country("US")], format: .csv, jobs: jobs) { _ in
                writes += 1
                if writes == 3 { throw Full() }
            }
        }
        #expect(writes == 3)
    }

    @Test("What cannot be made ends it", arguments: [1, 4])
    func generatorFails(jobs: Int) async throws {
        let configuration = try configure(rate: "10000000")
        let last = SaleIdentity.maximumOrdinal
        var output: [UInt8] = []
        await #expect(throws: GeneratorError.ordinalOutOfBounds(last + 1)) {
            try await configuration.generate(last - 99..<last + 101, of: [country("US")], format: .csv, jobs: jobs) { output += $0 }
        }
        #expect(output == RowFormat.csv.header)
    }
}
