/// A topic as whoever sets up a cluster, or looks for what is wrong with one, wants to know it.
public struct KafkaTopic: Sendable, Equatable {
    /// One of its partitions.
    public struct Partition: Sendable, Equatable {
        /// Its number, from 0.
        public let number: Int
        /// The id of the broker that leads it; nil while there is none, when nothing can be read or written.
        public let leader: Int?
        /// The ids of the brokers that are to have a copy.
        public let replicas: [Int]
        /// Those of them whose copy is up to date.
        public let inSyncReplicas: [Int]
    }

    /// The topic's name.
    public let name: String
    /// By their numbers, without a hole.
    public let partitions: [Partition]
    /// What is in force for it, such as `retention.ms`, defaults of the cluster included; secrets are left out.
    /// Nil where this user has no right to see it (DescribeConfigs).
    public let configuration: [String: String]?

    /// How many copies of each partition there are to be: the lowest of its partitions.
    public var replication: Int { partitions.map(\.replicas.count).min() ?? 0 }
}

/// A broker of a cluster.
public struct KafkaBroker: Sendable, Equatable {
    /// Its number in the cluster.
    public let id: Int
    /// Where clients reach it, as it advertises itself: `host:port`.
    public let address: String
}
