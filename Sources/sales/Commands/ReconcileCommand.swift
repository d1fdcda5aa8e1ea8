internal import Pipeline
internal import SalesModel
internal import Settings

/// `sales reconcile`: what was published, streamed and loaded, compared sale by sale.
struct ReconcileCommand {
    private typealias S = SalesSettings

    let session: Session

    func run() async throws {
        let countries = try session.countries(session.catalog())
        let wiring = Wiring(session)
        let reconciler = reconciler(
            try await wiring.log(countries), try await wiring.store(), try await wiring.table(), countries,
            drained: session.settings[S.drained])
        let reports = try await reconciler.run()
        session.print(json: Self.json(reports), text: Self.text(reports))
        try Self.check(reports)
    }

    func reconciler(
        _ log: any MessageLog, _ store: any ObjectStore, _ table: any SalesTable, _ countries: [CountryCode], drained: Bool
    ) -> Reconciler {
        var reconciling = ReconcileSettings(countries: countries)
        reconciling.group = session.settings[S.group]
        reconciling.drained = drained
        reconciling.tableCheck = session.settings[S.tableCheck]
        return Reconciler(log: log, store: store, table: table, settings: reconciling)
    }

    static func check(_ reports: [CountryCode: CountryReport]) throws {
        guard !reports.isEqual else { return }
        let problems = reports.sorted { $0.key < $1.key }.flatMap { country, report in report.problems.map { "\(country): \($0)" } }
        throw Failure(.answeredNo, "different:\n  " + problems.joined(separator: "\n  "))
    }

    static func json(_ reports: [CountryCode: CountryReport]) -> JSONValue {
        .object([
            ("command", .string("reconcile")), ("verdict", .string(reports.isEqual ? "equal" : "different")),
            (
                "countries",
                Report.countries(reports) { report in
                    .object([
                        ("published", .integer(report.published)), ("streamed", .integer(report.streamed)),
                        ("loaded", .integer(report.loaded)),
                        ("rejected", .integer(report.rejected)), ("deadLetters", .integer(report.deadLetters)),
                        ("inFlight", .integer(report.inFlight)), ("duplicates", .integer(report.duplicates)),
                        ("gaps", .array(report.gaps.map { .array([.integer(Int($0.lowerBound)), .integer(Int($0.upperBound))]) })),
                        ("otherRows", .integer(report.otherRows)), ("problems", .array(report.problems.map { .string($0) })),
                    ])
                }
            ),
        ])
    }

    static func text(_ reports: [CountryCode: CountryReport]) -> String {
        Report.table(
            ["country", "published", "streamed", "loaded", "rejected", "dead letters", "in flight", "duplicates", "gaps"],
            reports.sorted { $0.key < $1.key }.map { country, report in
                [
                    "\(country)", "\(report.published)", "\(report.streamed)", "\(report.loaded)", "\(report.rejected)",
                    "\(report.deadLetters)",
                    "\(report.inFlight)", "\(report.duplicates)", "\(report.gaps.count)",
                ]
            }) + "verdict: \(reports.isEqual ? "equal" : "different")\n"
    }
}
