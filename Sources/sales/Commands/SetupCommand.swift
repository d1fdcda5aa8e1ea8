internal import Glibc
internal import Pipeline
internal import SalesModel
internal import Settings

/// `sales setup`: topics, store and table, made where they are absent; what exists is compared and left alone.
struct SetupCommand {
    private typealias S = SalesSettings

    let session: Session

    func run() async throws {
        let countries = try session.countries(session.catalog())
        let wiring = Wiring(session)
        let dryRun = session.settings[S.dryRun]
        let topics = try await TopicSetup(wiring, countries).run(dryRun: dryRun)
        let store = try await place(wiring.path(S.store), S.store, dryRun) { _ = try await wiring.store() }
        let table = try await place(wiring.path(S.table), S.table, dryRun) { _ = try await wiring.table() }
        session.print(json: json(topics, store, table), text: text(topics, store, table))
        let differences = topics.flatMap { topic in topic.differences.map { "\(topic.name): \($0)" } }
        guard differences.isEmpty else {
            throw Failure(.answeredNo, "what exists was left as it is:\n  " + differences.joined(separator: "\n  "))
        }
    }

    /// A store or table of ours: a folder, a file.
    private struct Place {
        let address: String
        let state: SetupState
    }

    private func place(_ path: String, _ setting: Setting<String>, _ dryRun: Bool, make: () async throws -> Void) async throws -> Place {
        let isThere = access(path, F_OK) == 0
        if !dryRun { try await make() }
        return Place(address: session.settings[setting], state: isThere ? .there : dryRun ? .absent : .made)
    }

    private func json(_ topics: [SetupTopic], _ store: Place, _ table: Place) -> JSONValue {
        func told(_ place: Place) -> JSONValue {
            .object([("address", .string(place.address)), ("state", .string(place.state.rawValue))])
        }
        return .object([
            ("command", .string("setup")),
            ("topics", .object(topics.map { ($0.name, $0.json) })), ("store", told(store)), ("table", told(table)),
            ("dryRun", .bool(session.settings[S.dryRun])),
        ])
    }

    private func text(_ topics: [SetupTopic], _ store: Place, _ table: Place) -> String {
        Report.table(
            ["topic", "state", "partitions", "replicas", "kept"],
            topics.map { topic in
                [
                    topic.name, topic.state.rawValue, "\(topic.partitions)", topic.replication.map { "\($0)" } ?? "-",
                    topic.retention.map(Report.age) ?? "-",
                ]
            }) + "\nstore \(store.address): \(store.state.rawValue)\ntable \(table.address): \(table.state.rawValue)\n"
    }
}

/// What became of something that has to be there.
enum SetupState: String {
    case made
    case there
    case different
    /// It is not there, and nothing was made of it.
    case absent
}

/// A topic after the setup.
struct SetupTopic {
    let name: String
    let state: SetupState
    let partitions: Int
    /// nil where it is not known, or there is no such thing.
    var replication: Int?
    /// Milliseconds; negative for ever; nil where it is not known, or there is no such thing.
    var retention: Int64?
    /// In which way it is not as was asked for, each with the command that would change it.
    var differences: [String] = []

    var json: JSONValue {
        .object([
            ("state", .string(state.rawValue)), ("partitions", .integer(partitions)),
            ("replication", replication.map { .integer($0) } ?? .null), ("retentionMs", retention.map { .integer(Int($0)) } ?? .null),
            ("differences", .array(differences.map { .string($0) })),
        ])
    }
}
