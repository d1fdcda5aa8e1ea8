internal import Logging
internal import Pipeline
internal import SalesModel
internal import Settings

/// `sales stream`: topics into CSV files.
struct StreamCommand {
    private typealias S = SalesSettings

    let session: Session

    func run() async throws {
        let countries = try session.countries(session.catalog())
        let wiring = Wiring(session)
        let (log, store, spool) = (try await wiring.log(countries), try await wiring.store(), wiring.spool())
        let streamer = streamer(log, store, spool, countries)
        let (stop, drain) = (StopSignal(), StopSignal())
        if session.settings[S.untilDrained] { drain.stop() }
        let counts = try await Retention(session, Wiring.embedded(log), spool, countries).keeping {
            try await session.working("messages", stops: [stop], rows: Self.progress) { try await streamer.run(stop: stop, drain: drain) }
        }
        session.print(json: Self.json(counts, session), text: Self.text(counts))
    }

    func streamer(_ log: any MessageLog, _ store: any ObjectStore, _ spool: any Spool, _ countries: [CountryCode]) -> Streamer {
        var streaming = StreamSettings(countries: countries)
        let settings = session.settings
        streaming.rows = settings[S.rows]
        streaming.age = settings[S.seconds]
        streaming.group = settings[S.group]
        streaming.resumeFromFiles = settings[S.resumeFromFiles]
        streaming.memory = session.memory(countries: countries.count).rows
        return Streamer(
            log: log, store: store, spool: spool, clock: session.clock, settings: streaming,
            logger: session.logger.child(component: "stream"),
            board: session.board)
    }

    static func json(_ counts: [CountryCode: StreamCounts], _ session: Session) -> JSONValue {
        .object(
            [
                ("command", .string("stream")),
                (
                    "countries",
                    Report.countries(counts) {
                        .object([
                            ("messages", .integer($0.messages)), ("rows", .integer($0.rows)), ("files", .integer($0.files)),
                            ("deadLetters", .integer($0.deadLetters)),
                        ])
                    }
                ),
            ] + Report.time(counts.values.reduce(0) { $0 + $1.messages }, session))
    }

    private static func text(_ counts: [CountryCode: StreamCounts]) -> String {
        Report.table(
            ["country", "messages", "rows", "files", "dead letters"],
            counts.sorted { $0.key < $1.key }.map {
                ["\($0.key)", "\($0.value.messages)", "\($0.value.rows)", "\($0.value.files)", "\($0.value.deadLetters)"]
            })
    }

    @Sendable private static func progress(_ rows: [CountryCode: Board.Row]) -> [ProgressRow] {
        rows.sorted { $0.key < $1.key }.map { ProgressRow(name: "\($0.key)", done: $0.value.streamed, lag: $0.value.lag) }
    }
}
