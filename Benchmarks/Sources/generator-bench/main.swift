// Rows a second of the generator on one core: CSV and JSON into a buffer that is used again and again.
//
//     swift run -c release --package-path Benchmarks generator-bench [--once | --jobs] [rows, 20000000] [sales a second, 10]
//
// With --once: only CSV, one run, and nothing printed but the million rows a second. With --jobs: one job against two, in CSV; run it under
// `time -v` with 100000000 rows to see the memory.
import SalesGenerator
import SalesModel

let options = CommandLine.arguments.filter { $0.hasPrefix("--") }
let arguments = CommandLine.arguments.dropFirst().filter { !$0.hasPrefix("--") }
let rows = arguments.first.flatMap { UInt64($0) } ?? 20_000_000
let rate = arguments.dropFirst().first.flatMap { ExactDecimal($0) } ?? StreamConfiguration.standardRate

/// The median of five runs, after one to warm up.
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

/// Makes all rows in pieces, into one buffer.
func run(_ generator: inout SalesGenerator, _ format: RowFormat, _ buffer: inout [UInt8]) throws {
    for first in stride(from: 0, to: rows, by: 16_384) {
        buffer.removeAll(keepingCapacity: true)
        try generator.append(first..<min(first + 16_384, rows), format: format, to: &buffer)
    }
}

if options.contains("--jobs") {
    try await measureJobs()
} else if options.contains("--once") {
    var buffer: [UInt8] = []
    var generator = try SalesGenerator(configuration, country: country)
    let elapsed = try ContinuousClock().measure { try run(&generator, .csv, &buffer) }
    print(Double(rows) / (elapsed / .microseconds(1)))
} else {
    for format in RowFormat.allCases {
        var generator = try SalesGenerator(configuration, country: country)
        try measure(format.rawValue) { buffer in try run(&generator, format, &buffer) }
    }
}

/// One job against two, the buffers thrown away.
func measureJobs() async throws {
    func median(jobs: Int) async throws -> Double {
        var runs: [Double] = []
        for _ in 0..<6 {
            let clock = ContinuousClock()
            let begin = clock.now
            try await configuration.generate(0..<rows, of: [country], format: .csv, jobs: jobs) { _ in }
            runs.append((clock.now - begin) / .nanoseconds(1) / Double(rows))
        }
        return runs.dropFirst().sorted()[2]
    }
    let (one, two) = (try await median(jobs: 1), try await median(jobs: 2))
    func short(_ value: Double) -> Double { Double(Int(value * 100)) / 100 }
    print("csv by jobs: 1 job \(short(one)) ns a row, 2 jobs \(short(two)); ratio \(short(one / two))")
}
