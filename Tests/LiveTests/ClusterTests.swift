internal import KafkaCluster
internal import Testing

/// What the other tests stand on.
struct ClusterTests {
    @Test(
        "A broker starts, answers, is killed and comes back",
        .enabled(if: TestTools.missingCluster == nil, "\(TestTools.missingCluster ?? "")"))
    func lives() async throws {
        let cluster = try await KafkaCluster.start()
        try await cluster.admin("topics", "--create", "--topic", "here", "--partitions", "2")
        #expect(try await cluster.leader(of: "here", 1) == 0)
        try await cluster.pause(0)
        try await cluster.kill(0)
        try await cluster.restart(0)
        #expect(try await cluster.admin("topics", "--list").contains("here"))
        await cluster.end()
    }
}
