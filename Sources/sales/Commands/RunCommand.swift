internal import Logging
internal import Pipeline
internal import SalesModel
internal import Settings

/// `sales run`: publish, stream and load together in one process, then reconcile.
struct RunCommand {
    private typealias S = SalesSettings

    /// What the stages have done; nil where one did not come to its end.
    private struct Outcome: Sendable {
        var published: [CountryCode: PublishCounts] = [:]
        var streamed: [CountryCode: StreamCounts] = [:]
        var loaded: [CountryCode: LoadCounts] = [:]
    }

    let session: Session

    func run() async throws {
        if session.settings[S.input] != nil {
            throw session.settings.error(
                S.input, "must not be given to run: publish it with sales publish --input, then run or stream and load")
        }
        let countries = try session.countries(session.catalog())
        let publishing = try PublishCommand(session: session).publishSettings(countries)
        let wiring = Wiring(session)
        let (log, store, table, spool) = (
            try await wiring.log(countries), try await wiring.store(), try await wiring.table(), wiring.spool()
        )
        try await TopicSetup(wiring, countries).prepare(log)
        let publisher = try PublishCommand(session: session).publisher(log, publishing)
        let streamer = StreamCommand(session: session).streamer(log, store, spool, countries)
        let loader = LoadCommand(session: session).loader(store, table, countries)
        let outcome = try await Retention(session, Wiring.embedded(log), spool, countries).keeping {
            try await stages(publisher, streamer, loader)
        }
        // A stop was asked for: comparing all there is may take longer than it has.
        let reports =
            session.signals.status != nil || !session.settings[S.compares]
            ? nil
            : try await ReconcileCommand(session: session).reconciler(log, store, table, countries, drained: true).run()
        session.print(json: json(outcome, reports), text: text(outcome, reports, countries))
        if let reports { try ReconcileCommand.check(reports) }
        try LoadCommand.checkStrict(outcome.loaded, session)
    }

    /// The publisher runs to its end; then the streamer drains what is there; then the loader looks a last time.
    private func stages(_ publisher: Publisher, _ streamer: Streamer, _ loader: Loader) async throws -> Outcome {
        let (stop, drain, finish) = (StopSignal(), StopSignal(), StopSignal())
        // Files that are cut at the end are loaded too, but not for longer than a stop may take.
        let stopLoading = StopSignal()
        // A stage that fails lets the others finish what they have.
        return try await session.working("sales", stops: [stop], late: [stopLoading], rows: Self.progress) {
            async let streaming = Self.then(finish) { () throws(StageError) in try await streamer.run(stop: stop, drain: drain) }
            async let loading = Result.of { () throws(StageError) in try await loader.run(stop: stopLoading, finish: finish) }
            let published = await Result.of { () throws(StageError) in try await publisher.run(stop: stop) }
            if case .failure = published { stop.stop() }
            drain.stop()
            let (streamed, loaded) = (await streaming, await loading)
            return Outcome(published: try published.get(), streamed: try streamed.get(), loaded: try loaded.get())
        }
    }

    private static func then<Value: Sendable>(
        _ next: StopSignal, _ work: () async throws(StageError) -> Value
    ) async -> Result<Value, StageError> {
        let result = await Result.of(work)
        next.stop()
        return result
    }

    private func json(_ outcome: Outcome, _ reports: [CountryCode: CountryReport]?) -> JSONValue {
        .object([
            ("command", .string("run")), ("publish", PublishCommand.json(outcome.published, session)),
            ("stream", StreamCommand.json(outcome.streamed, session)), ("load", LoadCommand.json(outcome.loaded, session)),
            ("reconcile", reports.map { ReconcileCommand.json($0) } ?? .null),
            ("verdict", reports.map { .string($0.isEqual ? "equal" : "different") } ?? .null), ("seconds", .rounded(session.seconds)),
        ])
    }

    private func text(_ outcome: Outcome, _ reports: [CountryCode: CountryReport]?, _ countries: [CountryCode]) -> String {
        let now = Report.table(
            ["this run", "published", "files", "rows", "loaded", "rejected"],
            countries.map {
                [
                    "\($0)", "\(outcome.published[$0]?.published ?? 0)", "\(outcome.streamed[$0]?.files ?? 0)",
                    "\(outcome.streamed[$0]?.rows ?? 0)", "\(outcome.loaded[$0]?.rows ?? 0)", "\(outcome.loaded[$0]?.rejected ?? 0)",
                ]
            })
        guard let reports else { return now + "sales reconcile compares what is there\n" }
        return now + "\n" + ReconcileCommand.text(reports)
    }

    @Sendable private static func progress(_ rows: [CountryCode: Board.Row]) -> [ProgressRow] {
        rows.sorted { $0.key < $1.key }.map {
            ProgressRow(name: "\($0.key)", done: $0.value.loaded, goal: $0.value.goal, lag: max(0, $0.value.published - $0.value.loaded))
        }
    }
}

extension Result where Success: Sendable, Failure == StageError {
    /// What `work` gives or throws.
    fileprivate static func of(_ work: () async throws(StageError) -> Success) async -> Self {
        do throws(StageError) { return .success(try await work()) } catch { return .failure(error) }
    }
}
