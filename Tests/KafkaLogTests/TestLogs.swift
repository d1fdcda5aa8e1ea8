import CRdKafka
import KafkaCluster
import Logging
import Pipeline
import PortContracts
import ProgramSupport
import Testing

@testable import KafkaLog

/// The log of one cluster as two processes see it, opened by the first test that asks.
actor TestLogs {
    private let open: @Sendable () async throws -> (KafkaLog, KafkaLog)
    private var opening: Task<(KafkaLog, KafkaLog), any Error>?

    init(_ open: @escaping @Sendable () async throws -> (KafkaLog, KafkaLog)) { self.open = open }

    func both() async throws -> (KafkaLog, KafkaLog) {
        let opening = self.opening ?? Task { [open] in try await open() }
        self.opening = opening
        return try await opening.value
    }

    /// On real Kafka.
    static let real = TestLogs { (try await realLog(), try await realLog()) }

    /// On the same, with the least memory for fetched messages.
    static let narrow = TestLogs {
        (try await realLog { $0.fetchMemory = 1 << 20 }, try await realLog { $0.fetchMemory = 1 << 20 })
    }

    /// Real Kafka with settings of its own.
    static func realLog(_ properties: [String: String] = [:], _ change: (inout KafkaSettings) -> Void = { _ in }) async throws -> KafkaLog {
        var settings = KafkaSettings(brokers: try await SharedKafka.bootstrap(), properties: properties)
        change(&settings)
        return try await .open(settings, logger: .silent)
    }
}

extension Trait where Self == ConditionTrait {
    /// Where there is a real Kafka, and with words where there is none.
    static var kafka: Self { .enabled(if: TestTools.missingBroker == nil, "\(TestTools.missingBroker ?? "")") }
}

/// A name that nobody else uses.
func unique(_ prefix: String) -> String { "\(prefix)-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))" }

/// The error that a call throws.
func portError(_ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void) async throws -> PortError
{
    do {
        try await body()
    } catch let error as PortError { return error }
    try #require(Bool(false), "\(what): no error", sourceLocation: sourceLocation)
    throw PortError(.defect, what, of: "", because: "no error")
}

extension KafkaLog {
    /// A partition of a new topic.
    func partition(of partitions: Int = 1, _ configuration: [String: String] = [:]) async throws -> TopicPartition {
        let topic = unique("test")
        try #require(try await create(topic: topic, partitions: partitions, configuration: configuration))
        return TopicPartition(topic, 0)
    }

    /// Writes messages in one go.
    func write(_ values: [String], to partition: TopicPartition) async throws {
        let producer = try await openProducer(identity: nil)
        try await producer.append(OutgoingBatch(partition, values))
        try await producer.commit([])
        await producer.close()
    }

    /// All values of a partition.
    ///
    /// - Parameter count: so many are waited for, as a transaction is shown a moment after its commit. What is shown until then are the first
    ///   of them.
    func values(_ partition: TopicPartition, atLeast count: Int = 0) async throws -> [String] {
        var values: [String] = []
        let isComplete = try await eventually {
            let seen = try await shown(partition)
            try #require(seen.starts(with: values), "messages went, or others came before them")
            values = seen
            return values.count >= count
        }
        try #require(isComplete, "\(partition) shows \(values.count) of \(count) messages")
        return values
    }

    private func shown(_ partition: TopicPartition) async throws -> [String] {
        var values: [String] = []
        var offset = try #require(try await describe(topic: partition.topic)).partitions[partition.partition].first
        while true {
            let batch = try await read(partition, from: offset, maximumBytes: 1 << 20)
            if batch.entries.isEmpty { return values }
            values += batch.values
            offset = batch.next
        }
    }

    /// Waits until the end of what is committed in a partition has come to `offset`. Whether it has.
    func reaches(_ offset: Int64, _ partition: TopicPartition) async throws -> Bool {
        try await eventually { try await describe(topic: partition.topic)?.partitions[partition.partition].end == offset }
    }
}

/// A client in the tests' own hands.
func rawClient(_ role: Configuration.Role = .reader, _ properties: [String: String] = [:]) async throws -> Client {
    try Client(KafkaSettings(brokers: try await SharedKafka.bootstrap()), role, .silent) { configuration throws(PortError) in
        for (name, value) in properties { try configuration.set(name, value) }
    }
}
