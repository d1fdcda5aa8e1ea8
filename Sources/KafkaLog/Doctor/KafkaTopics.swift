internal import BlockingExecutor
public import Logging
public import Pipeline

/// The topics of a cluster as somebody sees them who sets them up.
public actor KafkaTopics {
    private nonisolated let executor = BlockingExecutor()
    /// A thread of its own, for librdkafka's calls block.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let inquiry: Inquiry

    /// A client; no connection is made before it is asked something. Throws `.misconfigured` for properties that librdkafka refuses.
    public init(_ settings: KafkaSettings, logger: Logger) throws(PortError) {
        inquiry = Inquiry(try Client(settings, .reader, logger), settings.brokers)
    }

    /// What is known of a topic; nil where there is none of that name.
    public func look(_ name: String) throws(PortError) -> KafkaTopic? { try inquiry.topic(name) }

    /// Makes a topic where it is absent. Whether it was made; an existing one is left as it is.
    public func make(_ request: KafkaTopicRequest) throws(PortError) -> Bool { try inquiry.make(request) }

    /// Throws what would keep a topic from being made: a right, a policy, more replicas than brokers. Nothing is made.
    public func check(_ request: KafkaTopicRequest) throws(PortError) { _ = try inquiry.make(request, onlyAsking: true) }
}
