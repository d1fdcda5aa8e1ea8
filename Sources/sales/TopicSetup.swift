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

    private let wiring: Wiring
    private let countries: [CountryCode]
    private var settings: ResolvedSettings { wiring.session.settings }

    init(_ wiring: Wiring, _ countries: [CountryCode]) {
        self.wiring = wiring
        self.countries = countries
    }

    /// Topics of sales first, then those of dead letters. A dead letter topic has one partition, and keeps its letters for as long as the
    /// cluster does by itself: they wait for a person.
    private var requests: [KafkaTopicRequest] {
        let replication = settings[S.replication]
        let retention = settings[S.topicRetention].map { $0.components.seconds * 1000 }
        let topics = countries.map(Names.topic)
        return topics.map {
            KafkaTopicRequest(name: $0, partitions: settings[S.partitions], replication: replication, retention: retention)
        } + topics.map { KafkaTopicRequest(name: Names.deadLetterTopic(of: $0), partitions: 1, replication: replication) }
    }

    /// Makes what is absent, unless it is only to be told.
    func run(dryRun: Bool) async throws -> [SetupTopic] {
        switch settings[S.broker] {
        case .embedded(let path): try await embedded(path, dryRun)
        case .kafka: try await kafka(dryRun)
        }
    }

    /// Makes the topics of sales that are absent on a cluster, before those begin who only look for them.
    func prepare() async throws {
        guard case .kafka = settings[S.broker] else { return }
        let cluster = try KafkaTopics(wiring.kafka(countries), logger: wiring.session.logger.child(component: "kafka"))
        for request in requests.prefix(countries.count) where try await cluster.look(request.name) == nil {
            if try await cluster.make(request) {
                wiring.session.logger.info("made topic \(request.name)", metadata: ["partitions": "\(request.partitions)"])
            }
        }
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
        let cluster = try KafkaTopics(wiring.kafka(countries), logger: wiring.session.logger.child(component: "kafka"))
        var topics: [SetupTopic] = []
        for request in requests {
            var state = SetupState.there
            if try await cluster.look(request.name) == nil {
                if dryRun { try await cluster.check(request) } else { _ = try await cluster.make(request) }
                state = dryRun ? .absent : .made
            }
            guard state != .absent, let known = try await appearing(cluster, request.name) else {
                topics.append(
                    SetupTopic(name: request.name, state: state, partitions: request.partitions, replication: request.replication))
                continue
            }
            let differences = state == .made ? [] : differences(known, request)
            topics.append(
                SetupTopic(
                    name: request.name, state: differences.isEmpty ? state : .different, partitions: known.partitions.count,
                    replication: known.replication, retention: known.number("retention.ms"), differences: differences))
        }
        return topics
    }

    /// A topic that was just made takes a moment to be known by all brokers.
    private func appearing(_ cluster: KafkaTopics, _ name: String) async throws -> KafkaTopic? {
        let end = wiring.session.clock.elapsed() + .seconds(5)
        while true {
            if let topic = try await cluster.look(name), !topic.partitions.isEmpty { return topic }
            if wiring.session.clock.elapsed() > end { return nil }
            try await wiring.session.clock.sleep(for: .milliseconds(100))
        }
    }

    /// Only what was asked for is compared; a dead letter topic may have as many partitions as it likes.
    private func isAsked(_ request: KafkaTopicRequest) -> Bool {
        settings.isGiven(S.partitions) && countries.contains { Names.topic($0) == request.name }
    }

    private func differences(_ known: KafkaTopic, _ request: KafkaTopicRequest) -> [String] {
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
        if let retention = request.retention, let present = known.number("retention.ms"), present != retention {
            differences.append(
                "it keeps messages \(Report.age(present)), not \(Report.age(retention)); kafka-configs.sh \(server) --alter "
                    + "--entity-type topics --entity-name \(request.name) --add-config retention.ms=\(retention)")
        }
        return differences
    }
}
