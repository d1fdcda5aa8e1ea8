internal import Logging
internal import Pipeline
internal import SalesGenerator
internal import SalesModel
internal import Settings

/// `sales publish`: sales into one topic per country.
struct PublishCommand {
    private typealias S = SalesSettings

    let session: Session

    func run() async throws {
        let stop = StopSignal()
        let countries = try session.countries(session.catalog())
        let path = session.settings[S.input]
        let publishing = try publishSettings(countries)
        let wiring = Wiring(session)
        let log = try await wiring.log(countries)
        try await TopicSetup(wiring, countries).prepare(log)
        if let path { return try await publish(path, log, countries, stop) }
        let publisher = try publisher(log, publishing)
        let counts = try await session.working("sales", stops: [stop], rows: Self.progress) { try await publisher.run(stop: stop) }
        session.print(json: Self.json(counts, session), text: Self.text(counts))
    }

    /// What the settings ask for, refused where it cannot be; 20 iterations unless they name an end.
    func publishSettings(_ countries: [CountryCode]) throws -> PublishSettings {
        let settings = session.settings
        var publishing = PublishSettings(countries: countries, goal: try goal(UInt64(session.catalog().iterationLength)))
        publishing.ahead = settings[S.ahead]
        publishing.start = try session.start()
        publishing.newStream = settings[S.newStream]
        publishing.first = UInt64(settings[S.first])
        publishing.partitions = settings[S.partitions]
        publishing.transaction = settings[S.transaction]
        publishing.transactionTime = settings[S.transactionTime]
        publishing.publisher = session.identity
        if settings[S.pace] == .real, settings[S.ahead] {
            throw settings.error(S.pace, "must not be \"real\" with --ahead: each sale waits until it falls due, or it does not")
        }
        return publishing
    }

    /// The stage that does it.
    func publisher(_ log: any MessageLog, _ publishing: PublishSettings) throws -> Publisher {
        let configuration = try session.configuration(session.catalog())
        return Publisher(
            log: log, factory: GeneratedSalesFactory(configuration: configuration), clock: session.clock, settings: publishing,
            logger: session.logger.child(component: "publish"), board: session.board)
    }

    private func goal(_ iteration: UInt64) throws -> PublishSettings.Goal {
        let settings = session.settings
        let goals: [(any AnySetting, PublishSettings.Goal?)] = [
            (S.iterations, settings[S.iterations].map { .more(UInt64($0) * iteration) }),
            (S.generateCount, settings[S.generateCount].map { .more(UInt64($0)) }),
            (S.upTo, settings[S.upTo].map { .upTo(UInt64($0)) }),
            (S.continuous, settings[S.continuous] ? .endless : nil),
        ]
        let given = goals.compactMap { setting, goal in goal.map { (setting, $0) } }
        if given.count > 1 {
            throw settings.error(given[1].0, "must not be given with another of --iterations, --count, --upto and --continuous")
        }
        return given.first?.1 ?? .more(20 * iteration)
    }

    private func publish(_ path: String, _ log: any MessageLog, _ countries: [CountryCode], _ stop: StopSignal) async throws {
        let input = try OpenFile(path)
        if input.identity == nil {
            session.logger.warning("\(input.name) cannot be read again: its sales are published at least once, not exactly once")
        }
        let publisher = InputPublisher(
            log: log, countries: countries, partitions: session.settings[S.partitions], logger: session.logger, board: session.board)
        let report = try await session.working("sales", stops: [stop], rows: Self.progress) { try await publisher.run(input, stop: stop) }
        let total = report.published.values.reduce(0, +)
        session.print(
            json: .object(
                [
                    ("command", .string("publish")), ("input", .string(input.name)),
                    ("countries", Report.countries(countries) { .object([("published", .integer(report.published[$0] ?? 0))]) }),
                    ("rejected", .integer(report.rejected)), ("resumedAfter", .integer(report.resumedAfter)),
                ] + Report.time(total, session)),
            text: Report.table(
                ["country", "published"], countries.map { [$0.description, "\(report.published[$0] ?? 0)"] })
                + (report.resumedAfter > 0 ? "\(report.resumedAfter) sales had been published before.\n" : ""))
        if report.rejected > 0 {
            throw Failure(
                .data, "\(report.rejected) lines of \(input.name) are no sales; they are in the topic input.dlq, each with its reason")
        }
    }

    static func json(_ counts: [CountryCode: PublishCounts], _ session: Session) -> JSONValue {
        .object(
            [
                ("command", .string("publish")),
                ("stream", counts.min { $0.key < $1.key }?.value.stream.map { .string($0.description) } ?? .null),
                (
                    "countries",
                    Report.countries(counts) {
                        .object([
                            ("published", .integer(Int($0.published))), ("first", .integer(Int($0.first))),
                            ("next", .integer(Int($0.next))),
                            ("skipped", .integer($0.skipped)),
                        ])
                    }
                ),
            ] + Report.time(counts.values.reduce(0) { $0 + Int($1.published) }, session))
    }

    private static func text(_ counts: [CountryCode: PublishCounts]) -> String {
        Report.table(
            ["country", "published", "first", "next"],
            counts.sorted { $0.key < $1.key }.map { ["\($0.key)", "\($0.value.published)", "\($0.value.first)", "\($0.value.next)"] })
    }

    @Sendable private static func progress(_ rows: [CountryCode: Board.Row]) -> [ProgressRow] {
        rows.sorted { $0.key < $1.key }.map { ProgressRow(name: "\($0.key)", done: $0.value.published, goal: $0.value.goal) }
    }
}
