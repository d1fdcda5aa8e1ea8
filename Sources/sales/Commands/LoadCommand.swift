internal import Logging
internal import Pipeline
internal import SalesModel
internal import Settings

/// `sales load`: files into the table.
struct LoadCommand {
    private typealias S = SalesSettings

    let session: Session

    func run() async throws {
        let countries = try session.countries(session.catalog())
        let wiring = Wiring(session)
        let (store, table) = (try await wiring.store(), try await wiring.table())
        let loader = loader(store, table, countries)
        let settings = session.settings
        let (stop, finish) = (StopSignal(), StopSignal())
        if !settings[S.watch] { finish.stop() }
        var counts: [CountryCode: LoadCounts] = [:]
        do {
            try await session.working("rows", stops: [stop], rows: Self.progress) {
                if settings[S.rejected] {
                    counts = try await loader.reloadRejects(stop: stop)
                } else {
                    try await loader.run(stop: stop, finish: finish, counts: &counts)
                }
            }
        } catch {
            // What was loaded before, or beside a file that cannot be, is told all the same.
            let failure = Failure(error)
            let isSome = counts.values.contains { $0.files > 0 }
            session.print(json: Self.json(counts, session, failure), text: isSome ? Self.text(counts) : "")
            throw failure
        }
        session.print(json: Self.json(counts, session), text: Self.text(counts))
        try Self.checkStrict(counts, session)
    }

    func loader(_ store: any ObjectStore, _ table: any SalesTable, _ countries: [CountryCode]) -> Loader {
        var loading = LoadSettings(countries: countries)
        let settings = session.settings
        loading.concurrency = settings[S.concurrency]
        loading.onConflict = settings[S.onConflict]
        loading.rowsPerSecond = settings[S.wcu]
        loading.keptFileSize = Int64(session.memory(countries: countries.count).file)
        return Loader(
            store: store, table: table, clock: session.clock, settings: loading, logger: session.logger.child(component: "load"),
            board: session.board)
    }

    /// With `--strict` a rejected row is an answer of "no".
    static func checkStrict(_ counts: [CountryCode: LoadCounts], _ session: Session) throws {
        let rejected = counts.values.reduce(0) { $0 + $1.rejected }
        guard session.settings[S.strict], rejected > 0 else { return }
        throw Failure(.answeredNo, "\(rejected) rows were rejected; they are in Inbound/<country>/Rejected/, each with its reason")
    }

    static func json(_ counts: [CountryCode: LoadCounts], _ session: Session, _ failure: Failure? = nil) -> JSONValue {
        .object(
            [
                ("command", .string("load")),
                (
                    "countries",
                    Report.countries(counts) {
                        .object([
                            ("files", .integer($0.files)), ("rows", .integer($0.rows)), ("rejected", .integer($0.rejected)),
                            ("identical", .integer($0.identical)), ("conflicts", .integer($0.conflicts)),
                            ("unverified", .integer($0.unverified)), ("throttled", .integer($0.throttled)),
                            ("strange", .integer($0.strange)),
                        ])
                    }
                ),
            ] + Report.time(counts.values.reduce(0) { $0 + $1.rows }, session) + (failure.map(Report.failure) ?? []))
    }

    private static func text(_ counts: [CountryCode: LoadCounts]) -> String {
        Report.table(
            ["country", "files", "rows", "rejected", "identical", "conflicts"],
            counts.sorted { $0.key < $1.key }.map {
                [
                    "\($0.key)", "\($0.value.files)", "\($0.value.rows)", "\($0.value.rejected)", "\($0.value.identical)",
                    "\($0.value.conflicts)",
                ]
            })
    }

    @Sendable private static func progress(_ rows: [CountryCode: Board.Row]) -> [ProgressRow] {
        rows.sorted { $0.key < $1.key }.map { ProgressRow(name: "\($0.key)", done: $0.value.loaded) }
    }
}
