internal import KafkaLog
internal import Logging
internal import Pipeline
internal import SalesModel
internal import Settings

/// `sales doctor`: every connection, right and version, a line each.
struct DoctorCommand {
    private typealias S = SalesSettings

    let session: Session

    func run() async throws {
        let countries = try session.countries(session.catalog())
        let wiring = Wiring(session)
        let checks = try await broker(wiring, countries) + PlaceDoctor(wiring).examine()
        session.print(json: json(checks), text: text(checks))
        let faults = checks.count { $0.outcome == .fault }
        if faults > 0 { throw Failure(.answeredNo, "\(Report.count(faults, "fault")) found") }
    }

    private func broker(_ wiring: Wiring, _ countries: [CountryCode]) async throws -> [Check] {
        let topics = countries.map(Names.topic)
        switch session.settings[S.broker] {
        case .embedded(let path): return await PlaceDoctor(wiring).broker(path, topics)
        case .kafka(let hosts):
            return await KafkaDoctor(
                try wiring.kafka(countries), hosts: hosts.map { KafkaDoctor.Host($0.name, $0.port) },
                needs: KafkaDoctor.Needs(
                    topics: topics, deadLetterTopics: topics.map(Names.deadLetterTopic), group: session.settings[S.group],
                    partitions: session.settings[S.partitions]), logger: logger
            ).examine().map(Check.init)
        }
    }

    /// What librdkafka complains of is told by the checks.
    private var logger: Logger {
        session.settings[S.verbose] ? session.logger.child(component: "kafka") : Logger(component: "kafka", handlers: [])
    }

    private func json(_ checks: [Check]) -> JSONValue {
        .object([
            ("command", .string("doctor")), ("verdict", .string(checks.contains { $0.outcome == .fault } ? "fault" : "ok")),
            (
                "checks",
                .array(
                    checks.map {
                        .object([
                            ("name", .string($0.name)), ("outcome", .string($0.outcome.rawValue)), ("told", .string($0.told)),
                            ("mend", .string($0.mend)),
                        ])
                    })
            ), ("seconds", .rounded(session.seconds)),
        ])
    }

    private func text(_ checks: [Check]) -> String {
        let width = checks.map(\.name.count).max() ?? 0
        return checks.map { check in
            let name = check.name + String(repeating: " ", count: width - check.name.count)
            switch check.outcome {
            case .ok: return "ok       \(name)  \(check.told)"
            case .skipped: return "skipped  \(name)  because \(check.told)"
            case .fault: return "FAULT    \(name)  \(check.told)\(check.mend.isEmpty ? "" : ". \(check.mend)")"
            }
        }.map { String($0.reversed().drop { $0 == " " }.reversed()) + "\n" }.joined()
    }
}
