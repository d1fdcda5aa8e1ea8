internal import Glibc
internal import Pipeline
internal import SalesGenerator
internal import SalesModel
internal import Settings

/// `sales generate`: sales as CSV or JSON lines, on standard output or into files.
struct GenerateCommand {
    private typealias S = SalesSettings
    /// Without another start, the same sales whenever it is called: 2026-01-01T00:00:00Z.
    private static let standardStart: UInt64 = 1_767_225_600

    let session: Session

    func run() async throws {
        let settings = session.settings
        let catalog = try session.catalog()
        let configuration = try session.configuration(catalog, start: try session.start() ?? Self.standardStart)
        let countries = try session.countries(catalog)
        let first = UInt64(settings[S.first])
        let count = settings[S.generateCount].map { UInt64($0) } ?? 20 * UInt64(catalog.iterationLength)
        guard first + count <= SaleIdentity.maximumOrdinal + 1 else {
            throw Failure(.usage, "a country's sales end at ordinal \(SaleIdentity.maximumOrdinal)")
        }
        let format = settings[S.format]
        let jobs = settings[S.jobs] ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        signal(SIGPIPE, SIG_IGN)
        do {
            if let folder = settings[S.output] {
                if settings[S.json] { throw Failure(.usage, "--json has nothing to add to --output; for JSON lines say --format json") }
                try await write(configuration, first..<first + count, countries, format, jobs, into: folder)
            } else {
                let output = OutputFile()
                try await configuration.generate(first..<first + count, of: countries, format: format, jobs: jobs) { try output.write($0) }
            }
        } catch is ReaderGone {}
    }

    /// A file a country, each with its header.
    private func write(
        _ configuration: StreamConfiguration, _ ordinals: Range<UInt64>, _ countries: [CountryCode], _ format: RowFormat, _ jobs: Int,
        into folder: String
    ) async throws {
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw Files.refused(folder) }
        for country in countries {
            let output = try OutputFile(creating: "\(folder)/\(country).\(format == .csv ? "csv" : "jsonl")")
            try await configuration.generate(ordinals, of: [country], format: format, jobs: jobs) { try output.write($0) }
        }
    }
}
