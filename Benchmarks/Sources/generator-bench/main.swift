// Rows a second of the generator on one core: CSV and JSON into a buffer that is used again and again.
//
//     swift run -c release --package-path Benchmarks generator-bench [rows, 20000000] [sales a second, 10]
import SalesGenerator
import SalesModel

let arguments = CommandLine.arguments.dropFirst()
let rows = arguments.first.flatMap { UInt64($0) } ?? 20_000_000
let rate = arguments.dropFirst().first.flatMap { ExactDecimal($0) } ?? StreamConfiguration.standardRate

func measure(_ name: String, _ body: (inout [UInt8]) throws -> Void) throws {
    var buffer: [UInt8] = []
    try body(&buffer)
    var nanoseconds: [Double] = []
    for _ in 0..<5 {
        let elapsed = try ContinuousClock().measure { try body(&buffer) }
        nanoseconds.append(Double(elapsed / .nanoseconds(1)) / Double(rows))
    }
    nanoseconds.sort()
    let median = nanoseconds[2]
    print("\(name): \(Double(Int(median * 10 + 0.5)) / 10) ns a row, \(Double(Int(10_000 / median + 0.5)) / 10) million rows/s")
}

guard let country = CountryCode("US") else { throw CancellationError() }
let configuration = try StreamConfiguration(seed: 1, rate: rate, start: 1_767_225_600)
for format in RowFormat.allCases {
    var generator = try SalesGenerator(configuration, country: country)
    try measure(format.rawValue) { buffer in
        var ordinal: UInt64 = 0
        while ordinal < rows {
            let end = min(ordinal + 16_384, rows)
            buffer.removeAll(keepingCapacity: true)
            try generator.append(ordinal..<end, format: format, to: &buffer)
            ordinal = end
        }
    }
}
