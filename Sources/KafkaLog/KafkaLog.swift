internal import BlockingExecutor
public import Logging
public import Pipeline

/// Topics, transactions and consumer groups of an Apache Kafka cluster, through librdkafka.
///
/// Nothing that blocks runs on the threads that tasks share: questions, readers, each producer and each member have a thread of their own.
public final class KafkaLog: MessageLog, Sendable {
    private let settings: KafkaSettings
    private let logger: Logger
    private let topics: Topics
    private let readers: ReaderPool

    private init(_ settings: KafkaSettings, _ logger: Logger) {
        self.settings = settings
        self.logger = logger
        topics = Topics(settings, logger)
        readers = ReaderPool(settings, logger)
    }

    /// Checks the settings for every kind of client that there will be, and connects.
    ///
    /// Throws `.misconfigured` with the name of a setting that librdkafka does not know or refuses, `.denied` for credentials and
    /// certificates, `.unreachable` where no broker answers within about 15 seconds.
    public static func open(_ settings: KafkaSettings, logger: Logger) async throws(PortError) -> KafkaLog {
        let log = KafkaLog(settings, logger)
        try await log.topics.checkSettings()
        _ = try await log.identity()
        return log
    }

    /// The cluster's id.
    public func identity() async throws(PortError) -> String { try await topics.identity() }

    /// What is known of a topic, its id only with librdkafka 2.3 and newer; nil where there is none of that name.
    public func describe(topic: String) async throws(PortError) -> TopicDescription? { try await topics.describe(topic) }

    /// Makes the topic where it is absent, with the settings' replication, and waits until it can be used.
    public func create(topic: String, partitions: Int) async throws(PortError) -> Bool {
        try await create(topic: topic, partitions: partitions, configuration: [:])
    }

    /// The same with a configuration of its own, such as `retention.ms`, whose names and values are Kafka's.
    public func create(topic: String, partitions: Int, configuration: [String: String]) async throws(PortError) -> Bool {
        try await topics.create(topic, partitions: partitions, replication: settings.replication, configuration)
    }

    /// How a topic is laid out and configured; nil where there is none of that name.
    public func inspect(topic: String) async throws(PortError) -> KafkaTopic? { try await topics.inspect(topic) }

    /// The brokers that the cluster has at the moment.
    public func brokers() async throws(PortError) -> [KafkaBroker] { try await topics.brokers() }

    /// What is in force for a broker, such as `offset.metadata.max.bytes`; secrets are left out.
    /// Throws `.denied` where this user has no right to see it.
    public func configuration(ofBroker broker: Int) async throws(PortError) -> [String: String] {
        try await topics.configuration(ofBroker: broker)
    }

    /// Messages of a partition from `offset` on.
    public func read(_ partition: TopicPartition, from offset: Int64, maximumBytes: Int) async throws(PortError) -> MessageBatch {
        try await readers.read(partition, from: offset, maximumBytes: maximumBytes)
    }

    /// What `group` has committed.
    public func committed(group: String, _ partitions: [TopicPartition]) async throws(PortError) -> [TopicPartition: CommittedPosition] {
        try await topics.committed(group, partitions)
    }

    /// A producer; with an identity the only one, in transactions.
    public func openProducer(identity: String?) async throws(PortError) -> any LogProducer {
        let producer = KafkaProducer(settings, identity, logger)
        try await producer.open()
        return producer
    }

    /// A member of a consumer group. Topics that are absent may be made later.
    public func openConsumer(_ membership: Membership) async throws(PortError) -> any LogConsumer {
        var partitions = 0
        for topic in membership.topics { partitions += try await topics.metadata(topic)?.partitions.count ?? 0 }
        return try await KafkaConsumer.join(settings, membership, partitions: partitions, logger)
    }
}
