internal import KafkaCluster
internal import ProgramSupport
internal import Testing

/// Brokers that ask what a user may do.
@Suite(.turns, .secureBrokers) struct RightsTests {
    private static let accessControl = "org.apache.kafka.tools.AclCommand"

    private static func allow(_ cluster: KafkaCluster, _ operations: [String], on resource: String...) async throws {
        let what = operations.flatMap { ["--operation", $0] }
        try await cluster.admin(accessControl, ["--add", "--allow-principal", "User:sales"] + what + resource)
    }

    @Test("Who may not make topics publishes to and streams from those that are there, and is told which right is missing for others")
    func topicsThatAreThere() async throws {
        let cluster = try await KafkaCluster.start(
            secure: true,
            settings: [
                "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "super.users=User:ANONYMOUS",
            ])
        do { try await check(cluster) } catch {
            await cluster.end()
            throw error
        }
        await cluster.end()
    }

    private func check(_ cluster: KafkaCluster) async throws {
        try await Self.allow(cluster, ["Read", "Write", "Describe", "DescribeConfigs"], on: "--topic", "*")
        for prefix in ["sales-", "live-"] {
            try await Self.allow(cluster, ["Read", "Describe"], on: "--resource-pattern-type", "prefixed", "--group", prefix)
        }
        try await Self.allow(cluster, ["Write", "Describe"], on: "--resource-pattern-type", "prefixed", "--transactional-id", "sales-")
        let live = try await LivePipeline(
            cluster.saslBootstrap, plain: cluster.bootstrap, partitions: 0,
            kafka: [
                "security.protocol=sasl_ssl", "sasl.mechanism=PLAIN", "sasl.username=sales",
                "ssl.ca.location=\(cluster.certificate("ca.pem"))",
            ], environment: ["SALES_KAFKA_PASSWORD": "sales-secret"])
        let refused = try await live.run("publish", "--upto", "500", "-q", status: 77)
        #expect(refused.errors.contains("create of \(live.topic)"))
        for topic in [live.topic, "\(live.topic).dlq"] {
            try await cluster.admin("topics", "--create", "--topic", topic, "--partitions", "1", "--replication-factor", "1")
        }
        try await live.run("publish", "--upto", "500", "-q")
        try await live.judge(expect: 500)
    }
}
