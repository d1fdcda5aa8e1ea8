internal import EmbeddedStores
internal import Glibc
internal import KafkaLog
internal import Logging
internal import Pipeline
internal import SalesModel
internal import Settings

/// The topics of the countries and of their dead letters, made where they are absent.
struct TopicSetup {
    private typealias S = SalesSettings

    /// A topic that has to be there.
    private struct Request {
        let name: String
        let partitions: Int
        /// nil for the cluster's own.
        var replication: Int?
        /// Milliseconds; nil for the cluster's own.
        var retention: Int64?

        /// Settings of the topic by Kafka's names.
        var configuration: [String: String] { retention.map { ["retention.ms": String($0)] } ?? [:] }
    }

    private let wiring: Wiring
    private let countries: [CountryCode]
    private var settings: ResolvedSettings { wiring.session.settings }

    init(_ wiring: Wiring, _ countries: [CountryCode]) {
        self.wiring = wiring
        self.countries = countries
    }

    /// Topics of sales first, then those of dead letters. A dead letter topic has one partition, and keeps its letters for as long as the
    /// cluster does by itself: they wait for a person.
    private var requests: [Request] {
        let replication = settings[S.replication]
        let retention = settings[S.topicRetention].map { $0.components.seconds * 1000 }
        let topics = countries.map(Names.topic)
        return topics.map {
            Request(name: $0, partitions: settings[S.partitions], replication: replication, retention: retention)
        } + topics.map { Request(name: Names.deadLetterTopic(of: $0), partitions: 1, replication: replication) }
    }

    /// Makes what is absent, unless it is only to be told.
    func run(dryRun: Bool) async throws -> [SetupTopic] {
        switch settings[S.broker] {
        case .embedded(let path): try await embedded(path, dryRun)
        case .kafka: try await kafka(dryRun)
        }
    }

    /// Makes the topics of sales that are absent on a cluster, before those begin who only look for them.
    func prepare(_ log: any MessageLog) async throws {
        guard let cluster = log as? KafkaLog else { return }
        for request in requests.prefix(countries.count) where try await make(request, cluster) {
            wiring.session.logger.info("made topic \(request.name)", metadata: ["partitions": "\(request.partitions)"])
        }
    }

    private func make(_ request: Request, _ cluster: KafkaLog) async throws -> Bool {
        try await cluster.create(topic: request.name, partitions: request.partitions, configuration: request.configuration)
    }

    private func embedded(_ path: String, _ dryRun: Bool) async throws -> [SetupTopic] {
        // To open a file that is absent makes it.
        if dryRun, access(path, F_OK) != 0 {
            return requests.map { SetupTopic(name: $0.name, state: .absent, partitions: $0.partitions) }
        }
        let log = try await wiring.log(countries)
        var topics: [SetupTopic] = []
        for request in requests {
            if let known = try await log.describe(topic: request.name) {
                let differs = isAsked(request) && known.partitions.count != request.partitions
                topics.append(
                    SetupTopic(
                        name: request.name, state: differs ? .different : .there, partitions: known.partitions.count,
                        differences: differs
                            ? [
                                "it has \(Report.count(known.partitions.count, "partition")), not \(request.partitions); the embedded broker keeps their number"
                            ]
                            : []))
            } else {
                if !dryRun { _ = try await log.create(topic: request.name, partitions: request.partitions) }
                topics.append(SetupTopic(name: request.name, state: dryRun ? .absent : .made, partitions: request.partitions))
            }
        }
        return topics
    }

    private func kafka(_ dryRun: Bool) async throws -> [SetupTopic] {
        let cluster = try await wiring.kafkaLog(countries)
        var topics: [SetupTopic] = []
        for request in requests {
            var known = try await cluster.inspect(topic: request.name)
            var state = known == nil ? SetupState.absent : .there
            if known == nil, !dryRun {
                state = try await make(request, cluster) ? .made : .there
                known = try await cluster.inspect(topic: request.name)
            }
            guard let known else {
                topics.append(
                    SetupTopic(name: request.name, state: state, partitions: request.partitions, replication: request.replication))
                continue
            }
            let differences = state == .made ? [] : differences(known, request)
            topics.append(
                SetupTopic(
                    name: request.name, state: differences.isEmpty ? state : .different, partitions: known.partitions.count,
                    replication: known.replication, retention: Self.retention(of: known), differences: differences))
        }
        return topics
    }

    /// Milliseconds; nil where this user may not see them.
    private static func retention(of topic: KafkaTopic) -> Int64? { topic.configuration?["retention.ms"].flatMap { Int64($0) } }

    /// Only what was asked for is compared; a dead letter topic may have as many partitions as it likes.
    private func isAsked(_ request: Request) -> Bool {
        settings.isGiven(S.partitions) && countries.contains { Names.topic($0) == request.name }
    }

    private func differences(_ known: KafkaTopic, _ request: Request) -> [String] {
        let server = "--bootstrap-server \(settings[S.broker].brokers)"
        var differences: [String] = []
        let count = known.partitions.count
        if isAsked(request), count != request.partitions {
            let mend =
                count < request.partitions
                ? "kafka-topics.sh \(server) --alter --topic \(request.name) --partitions \(request.partitions)"
                : "they cannot be made fewer: give --partitions \(count)"
            differences.append("it has \(Report.count(count, "partition")), not \(request.partitions); \(mend)")
        }
        if let replication = request.replication, replication != known.replication {
            differences.append(
                "it has \(Report.count(known.replication, "replica")), not \(replication); write the brokers of each partition into FILE, then "
                    + "kafka-reassign-partitions.sh \(server) --reassignment-json-file FILE --execute")
        }
        if let retention = request.retention, let present = Self.retention(of: known), present != retention {
            differences.append(
                "it keeps messages \(Report.age(present)), not \(Report.age(retention)); kafka-configs.sh \(server) --alter "
                    + "--entity-type topics --entity-name \(request.name) --add-config retention.ms=\(retention)")
        }
        return differences
    }
}
