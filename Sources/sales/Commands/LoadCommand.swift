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
        let counts = try await session.working("rows", stops: [stop], rows: Self.progress) {
            settings[S.rejected] ? try await loader.reloadRejects(stop: stop) : try await loader.run(stop: stop, finish: finish)
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
        // Each file under way is kept twice at the most: as it was fetched, and as rows.
        loading.keptFileSize = Int64(max(1 << 20, settings[S.memory] / (4 * settings[S.concurrency])))
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

    static func json(_ counts: [CountryCode: LoadCounts], _ session: Session) -> JSONValue {
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
            ] + Report.time(counts.values.reduce(0) { $0 + $1.rows }, session))
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
