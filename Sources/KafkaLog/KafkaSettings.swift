/// How a cluster is reached and how much memory its client may take.
public struct KafkaSettings: Sendable {
    /// `host:port`, several with commas between them: where the first connection goes to.
    public var brokers: String
    /// Settings of librdkafka by name, such as `security.protocol`; they may hold secrets, so nothing here is ever shown.
    public var properties: [String: String]
    /// Bytes for the messages that a group member has fetched and nobody has taken, all partitions together.
    public var fetchMemory = 64 << 20
    /// Bytes for the messages of one producer that are not acknowledged.
    public var sendMemory = 16 << 20
    /// Replicas of topics that have to be made; nil for the cluster's own default.
    public var replication: Int?

    /// The cluster at `brokers`.
    public init(brokers: String, properties: [String: String] = [:]) {
        self.brokers = brokers
        self.properties = properties
    }

    /// Names of properties whose values are secrets: never shown, never taken from a command line.
    public static func isSecret(_ property: String) -> Bool {
        property.hasSuffix("password") || property.hasSuffix("secret") || property.hasSuffix("passphrase")
            || property.hasSuffix(".pem") && property.contains("key")
            || ["sasl.oauthbearer.config", "ssl.key.pem", "sasl.jaas.config", "sasl.oauthbearer.client.id"].contains(property)
    }
}

/// Which librdkafka this program runs with.
public enum KafkaLibrary {
    /// Such as `2.0.2`.
    public static var version: String { Library.versionText }
}
