/// One broker for all tests of a process that do nothing to it: started by the first who asks. Topics and groups need names of their own.
public actor SharedKafka {
    private static let only = SharedKafka()
    /// In the group protocol of Kafka 4 the broker says how long a member may be silent; by default 45 s.
    private static let sessions = ["", "min."].flatMap {
        ["group.consumer.\($0)session.timeout.ms=6000", "group.consumer.\($0)heartbeat.interval.ms=1000"]
    }
    private var starting: Task<KafkaCluster, any Error>?

    /// Where it is: the user's own cluster (`KAFKA_BROKERS`) or a broker that is started now.
    ///
    /// - Throws: `ToolFailure` where none comes up.
    public static func bootstrap() async throws -> String {
        if let brokers = TestTools.brokers { return brokers }
        return try await cluster().bootstrap
    }

    /// The broker that is started, before which a fault proxy can be put.
    ///
    /// - Throws: `ToolFailure` where none comes up.
    public static func cluster() async throws -> KafkaCluster { try await only.started() }

    private func started() async throws -> KafkaCluster {
        let starting = self.starting ?? Task { try await KafkaCluster.start(proxied: true, settings: Self.sessions) }
        self.starting = starting
        return try await starting.value
    }
}
