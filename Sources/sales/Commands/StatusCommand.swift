internal import Pipeline
internal import SalesModel
internal import Settings

/// `sales status`: where each country stands.
struct StatusCommand {
    private typealias S = SalesSettings
    private static let interval = Duration.seconds(2)

    let session: Session

    func run() async throws {
        let countries = try session.countries(session.catalog())
        let wiring = Wiring(session)
        let reader = StatusReader(
            log: try await wiring.log(countries), store: try await wiring.store(), table: try await wiring.table(),
            group: session.settings[S.group])
        let stop = StopSignal()
        if session.settings[S.watch] { session.signals.listen([stop], within: session.settings[S.stopWithin]) }
        while true {
            let status = try await reader.read(countries)
            let isLast = !session.settings[S.watch] || stop.isStopping
            // With --json there is one object, at the end.
            if isLast || !session.settings[S.json] { session.print(json: json(status), text: text(status)) }
            if isLast { return }
            let next = session.clock.elapsed() + Self.interval
            while session.clock.elapsed() < next, !stop.isStopping { try await session.clock.sleep(for: .milliseconds(100)) }
        }
    }

    private func age(_ status: CountryStatus) -> Int? {
        status.oldestWaiting.map { Int(max(0, session.clock.wall() - $0)) / 1000 }
    }

    private func json(_ status: [CountryCode: CountryStatus]) -> JSONValue {
        .object([
            ("command", .string("status")),
            (
                "countries",
                Report.countries(status) { status in
                    .object([
                        ("lag", .integer(Int(status.lag))), ("open", .integer(Int(status.open))),
                        ("filesWaiting", .integer(status.filesWaiting)),
                        ("oldestSeconds", age(status).map { .integer($0) } ?? .null), ("rowsLoaded", .integer(status.rowsLoaded)),
                        ("rejectFiles", .integer(status.rejectFiles)), ("deadLetters", .integer(Int(status.deadLetters))),
                        ("topic", .bool(status.hasTopic)),
                    ])
                }
            ),
        ])
    }

    private func text(_ status: [CountryCode: CountryStatus]) -> String {
        Report.table(
            ["country", "lag", "open", "files waiting", "oldest", "rows loaded", "reject files", "dead letters"],
            status.sorted { $0.key < $1.key }.map { country, status in
                [
                    "\(country)", status.hasTopic ? "\(status.lag)" : "no topic", "\(status.open)", "\(status.filesWaiting)",
                    age(status).map { "\($0) s" } ?? "-", "\(status.rowsLoaded)", "\(status.rejectFiles)", "\(status.deadLetters)",
                ]
            })
    }
}
