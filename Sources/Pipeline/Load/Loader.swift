public import Logging
public import SalesModel

/// The load stage: files in `Inbound/<country>/` into the table, then away to `Processed/`; rows that are no sales to `Rejected/`.
public struct Loader: Sendable {
    let store: any ObjectStore
    let table: any SalesTable
    let clock: any PipelineClock
    let settings: LoadSettings
    let logger: Logger
    let writer: RowWriter

    /// A loader from a store into a table.
    public init(
        store: any ObjectStore, table: any SalesTable, clock: any PipelineClock, settings: LoadSettings, logger: Logger, board: Board
    ) {
        self.store = store
        self.table = table
        self.clock = clock
        self.settings = settings
        self.logger = logger
        writer = RowWriter(
            table: table, clock: clock, settings: settings, logger: logger, board: board,
            pace: WritePace(rowsPerSecond: settings.rowsPerSecond))
    }

    /// Loads what is there and, as long as `finish` has not asked, what arrives. A look that began after `finish` asked is the last one.
    /// `stop` ends it after the files that are under way.
    ///
    /// A file that cannot be loaded stays where it is and does not keep the others from being loaded; it is thrown at the end.
    public func run(stop: StopSignal, finish: StopSignal) async throws(StageError) -> [CountryCode: LoadCounts] {
        var counts: [CountryCode: LoadCounts] = [:]
        try await run(stop: stop, finish: finish, counts: &counts)
        return counts
    }

    /// The same; `counts` hold what was loaded also where it throws.
    public func run(stop: StopSignal, finish: StopSignal, counts: inout [CountryCode: LoadCounts]) async throws(StageError) {
        counts = Dictionary(settings.countries.map { ($0, LoadCounts()) }, uniquingKeysWith: { first, _ in first })
        /// Files that failed for good, by their version: looked at once.
        var failed: [String: StageError] = [:]
        while !stop.isStopping {
            let isLast = finish.isStopping
            let found = try await pass(stop, &counts, &failed)
            if isLast { break }
            if !found { try await waitForFiles(stop, finish) }
        }
        if let first = failed.min(by: { $0.key < $1.key }) { throw first.value }
    }

    /// Waits for the next look; less where somebody asks meanwhile.
    private func waitForFiles(_ stop: StopSignal, _ finish: StopSignal) async throws(StageError) {
        let next = clock.elapsed() + settings.interval
        while !stop.isStopping, !finish.isStopping, clock.elapsed() < next {
            try await port { () throws(PortError) in try await clock.sleep(for: min(settings.interval, .milliseconds(50))) }
        }
    }

    /// One look through all folders, a page of each in turn: files that keep arriving in one country keep no other waiting.
    /// Whether a file was loaded.
    private func pass(
        _ stop: StopSignal, _ counts: inout [CountryCode: LoadCounts], _ failed: inout [String: StageError]
    ) async throws(StageError) -> Bool {
        var found = false
        for country in settings.countries { counts[country]?.strange = 0 }
        var places: [(country: CountryCode, after: String?)] = settings.countries.map { ($0, nil) }
        while !places.isEmpty, !stop.isStopping {
            var unfinished: [(country: CountryCode, after: String?)] = []
            for (country, after) in places {
                let page = try await page(of: country, after: after)
                let files = page.objects.filter { $0.key.hasSuffix(".csv") && failed["\($0.key) \($0.etag)"] == nil }
                counts[country]?.strange += page.objects.count { !$0.key.hasSuffix(".csv") && !Names.file(of: $0.key).hasPrefix(".") }
                for (file, result) in await load(files, of: country, stop) {
                    switch result {
                    case .success(.loaded(let loaded)):
                        counts[country]?.add(loaded)
                        found = true
                        logger.info(
                            "loaded \(Names.file(of: file.key))", metadata: ["rows": "\(loaded.rows)", "rejected": "\(loaded.rejected)"])
                    case .success(.gone): found = true
                    case .failure(.port(let error)) where error.kind != .unusable: throw .port(error)
                    case .failure(let error):
                        logger.error("\(error)", metadata: ["file": "\(file.key)"])
                        failed["\(file.key) \(file.etag)"] = error
                    }
                }
                if page.next != nil { unfinished.append((country, page.next)) }
            }
            places = unfinished
        }
        return found
    }

    private func page(of country: CountryCode, after: String?) async throws(StageError) -> ObjectPage {
        try await port { () throws(PortError) in
            try await settings.retry.retrying(clock) { () throws(PortError) in
                try await store.list(folder: Names.inbound(country), after: after)
            }
        }
    }

    /// Loads files, so many at once as the settings say.
    private func load(
        _ files: [ObjectInfo], of country: CountryCode, _ stop: StopSignal
    ) async -> [(ObjectInfo, Result<FileLoader.Outcome, StageError>)] {
        await withTaskGroup(of: (ObjectInfo, Result<FileLoader.Outcome, StageError>).self) { group in
            var results: [(ObjectInfo, Result<FileLoader.Outcome, StageError>)] = []
            var waiting = files[...]
            func begin() {
                guard !stop.isStopping, let file = waiting.popFirst() else { return }
                group.addTask { (file, await attempt(file, of: country)) }
            }
            for _ in 0..<settings.concurrency { begin() }
            while let result = await group.next() {
                results.append(result)
                begin()
            }
            // Told in the order of their names, whichever was done first.
            return results.sorted { $0.0.key < $1.0.key }
        }
    }

    /// Loads one file, again and again where a service fails in a way that may pass.
    private func attempt(_ file: ObjectInfo, of country: CountryCode) async -> Result<FileLoader.Outcome, StageError> {
        var retrying = Retrying(settings.retry, salt: file.key.utf8.reduce(0) { $0 &* 31 &+ Int($1) })
        while true {
            do throws(StageError) {
                return .success(try await FileLoader(stage: self, country: country).load(file))
            } catch {
                guard case .port(let failure) = error, failure.isRetriable, let wait = retrying.failed(at: clock.elapsed()) else {
                    return .failure(error)
                }
                logger.warning("loading failed and is tried again", metadata: ["file": "\(file.key)", "because": "\(failure)"])
                do { try await clock.sleep(for: wait) } catch { return .failure(.port(error)) }
            }
        }
    }
}
