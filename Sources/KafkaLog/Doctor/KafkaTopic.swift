/// What a cluster tells of a topic.
public struct KafkaTopic: Sendable, Equatable {
    /// Who has a partition.
    public struct Partition: Sendable, Equatable {
        /// The broker that leads it; nil where none does.
        public let leader: Int?
        /// How many brokers are to have it.
        public let replicas: Int
        /// How many of them are up to date.
        public let inSync: Int
    }

    /// The topic's name.
    public let name: String
    /// By their numbers.
    public let partitions: [Partition]
    /// Its settings in force by Kafka's names, such as `retention.ms`; nil where this user may not see them.
    public let settings: [String: String]?

    /// Replicas of the partition that has the fewest.
    public var replication: Int { partitions.map(\.replicas).min() ?? 0 }

    /// A setting that is a number.
    public func number(_ setting: String) -> Int64? { settings?[setting].flatMap { Int64($0) } }
}

/// A topic that has to be there.
public struct KafkaTopicRequest: Sendable, Equatable {
    /// The topic's name.
    public let name: String
    /// Its partitions, 1 to 10,000.
    public let partitions: Int
    /// Copies of each partition; nil for the cluster's own default.
    public let replication: Int?
    /// How long its messages are kept, in milliseconds; nil for the cluster's own default.
    public let retention: Int64?

    /// All parts.
    public init(name: String, partitions: Int, replication: Int? = nil, retention: Int64? = nil) {
        self.name = name
        self.partitions = partitions
        self.replication = replication
        self.retention = retention
    }
}
