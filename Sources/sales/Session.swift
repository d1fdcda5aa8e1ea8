internal import Glibc
internal import Logging
internal import Pipeline
internal import SalesGenerator
internal import SalesModel
internal import Settings
internal import Synchronization

/// Whether results have been printed: with `--json` that happens once.
private final class Answer: Sendable {
    let isGiven = Mutex(false)
}

/// One call of the program: its settings, where it speaks, how it is stopped.
struct Session: Sendable {
    let settings: ResolvedSettings
    let console: Console
    let logger: Logger
    let clock = SystemClock()
    let board = Board()
    let signals = Signals()
    let began: Duration
    /// Its name, such as "publish".
    let command: String
    private let answer = Answer()
    /// Writes to the log file only, what the console has been told in other words.
    private let fileLogger: Logger

    /// - Parameter logsToFile: whether lines go to the log file too; commands that only look leave no trace.
    init(_ settings: ResolvedSettings, warnings: [String], command: String, logsToFile: Bool) {
        self.settings = settings
        let console = Console()
        self.console = console
        let format: LogFormat = settings[SalesSettings.logFormat] == .json ? .json : .text
        let shown: Logger.Level =
            settings[SalesSettings.verbose] ? .debug : settings[SalesSettings.quiet] || console.isTerminal ? .warning : .info
        var handlers: [any LogHandler] = []
        if logsToFile {
            let path = settings[SalesSettings.logFile]
            let name = Names.file(of: path)
            let folder = name.utf8.count == path.utf8.count ? "." : String(path.dropLast(name.count + 1))
            handlers.append(
                RotatedFileHandler(
                    folder: folder.isEmpty ? "/" : folder, name: name, limits: .init(age: settings[SalesSettings.retention]),
                    level: settings[SalesSettings.verbose] ? .debug : .info, format: format
                ) { console.write("sales: \($0)") })
        }
        fileLogger = Logger(component: command, handlers: handlers)
        logger = Logger(component: command, handlers: [ConsoleHandler(console, level: shown, format: format)] + handlers)
        self.command = command
        began = clock.elapsed()
        for warning in warnings { logger.warning(warning) }
    }

    /// Who this is, for others to read: the process, the machine, and since when.
    var identity: String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return "process \(getpid()) on \(host.isEmpty ? "this machine" : host) since \(WallTime.now().text)"
    }

    /// Seconds since the call began.
    var seconds: Double {
        let (seconds, attoseconds) = (clock.elapsed() - began).components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// How `--memory` is divided.
    ///
    /// - Parameter countries: how many are published at the same time.
    func memory(countries: Int) -> MemoryBudget {
        MemoryBudget(
            total: settings[SalesSettings.memory], countries: countries, files: settings[SalesSettings.concurrency],
            isShared: command == "run")
    }

    /// What is sold where.
    func catalog() throws -> Catalog {
        guard let path = settings[SalesSettings.catalog] else { return .standard }
        do { return try Catalog(yaml: try Files.read(path), file: path) } catch let error as CatalogError {
            throw Failure(.configuration, error.description)
        }
    }

    /// The countries that are worked on, all of the catalog unless told otherwise.
    func countries(_ catalog: Catalog) throws -> [CountryCode] {
        let known = catalog.countries.map(\.code)
        guard let asked = settings[SalesSettings.countries], !asked.isEmpty else { return known }
        if let unknown = asked.first(where: { !known.contains($0) }) {
            throw settings.error(
                SalesSettings.countries,
                "must be countries of the catalog (\(known.map(\.description).joined(separator: ", "))), which has no \(unknown)")
        }
        return asked
    }

    /// All that decides the sales but the start.
    func configuration(_ catalog: Catalog, start: UInt64 = 0) throws -> StreamConfiguration {
        guard let rate = ExactDecimal(settings[SalesSettings.rate].description) else {
            throw settings.error(SalesSettings.rate, "must be a number of sales a second")
        }
        return try StreamConfiguration(seed: UInt64(settings[SalesSettings.seed]), rate: rate, catalog: catalog, start: start)
    }

    /// The start that was asked for, in seconds since 1970.
    func start() throws -> UInt64? {
        guard let start = settings[SalesSettings.start] else { return nil }
        guard start.nanoseconds == 0, start.seconds >= 0 else {
            throw settings.error(SalesSettings.start, "must be a whole second from 1970 on")
        }
        return UInt64(start.seconds)
    }

    /// Begins to listen to signals and shows progress while `work` runs.
    func working<Result: Sendable>(
        _ unit: String, stops: [StopSignal], late: [StopSignal] = [], rows: @escaping @Sendable ([CountryCode: Board.Row]) -> [ProgressRow],
        _ work: () async throws -> Result
    ) async throws -> Result {
        signals.listen(stops, late: late, within: settings[SalesSettings.stopWithin])
        let display = ProgressDisplay(
            title: logger.component, unit: unit, mode: settings[SalesSettings.quiet] ? .none : .automatic, console: console, logger: logger)
        let showing = Task { [board] in
            while !Task.isCancelled {
                display.update(rows(board.snapshot))
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        defer {
            showing.cancel()
            display.update(rows(board.snapshot))
            display.finish()
        }
        return try await work()
    }

    /// Prints the results: one JSON object, or what people read.
    func print(json: @autoclosure () -> JSONValue, text: @autoclosure () -> String) {
        answer.isGiven.withLock { $0 = true }
        Swift.print(settings[SalesSettings.json] ? json().text : text(), terminator: settings[SalesSettings.json] ? "\n" : "")
        fflush(nil)
    }

    /// Tells the log file and, with `--json`, whoever reads the results why there are none.
    func tell(_ failure: Failure) {
        // A call that was mistyped leaves no trace.
        if failure.status != .usage { fileLogger.error(failure.message) }
        guard settings[SalesSettings.json], !answer.isGiven.withLock({ $0 }) else { return }
        print(
            json: .object([("command", .string(command))] + Report.failure(failure)), text: "")
    }
}
