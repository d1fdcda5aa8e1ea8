internal import Foundation
internal import KafkaCluster
internal import ProgramSupport
internal import Testing

/// What brokers suffer while the pipeline works on three of them.
@Suite(.turns, .ownBrokers, .brokers(nodes: 3), .serialized) struct BrokerFaultTests {
    private func pipeline(_ kafka: [String] = []) async throws -> (LivePipeline, KafkaCluster) {
        let cluster = try Brokers.here()
        // What the test before has done to them is over.
        try await cluster.awaitReplicas()
        return (try await LivePipeline(cluster.bootstrap, plain: cluster.bootstrap, partitions: 3, kafka: kafka), cluster)
    }

    @Test("The leader of a partition is killed while it is published to and streamed from; nobody has to be called again")
    func leaderKilled() async throws {
        let (live, cluster) = try await pipeline()
        let play = Play(live)
        try await play.perform {
            let leader = try await live.client.leader(of: live.topic)
            try await cluster.kill(leader)
            try await live.awaitFiles(10, "without the leader")
            try await cluster.restart(leader)
        }
        #expect(play.left.isEmpty)
        try await live.judge()
    }

    @Test("A broker sleeps for longer than the others wait for it, and wakes")
    func paused() async throws {
        // An answer is waited for 60 s by default.
        let (live, cluster) = try await pipeline(["socket.timeout.ms=10000"])
        try await Play(live).perform {
            let leader = try await live.client.leader(of: live.topic)
            try await cluster.pause(leader)
            let moved = try await eventually(every: .milliseconds(500)) { try await live.client.leader(of: live.topic) != leader }
            #expect(moved)
            try await live.awaitFiles(5, "while the broker slept")
            try await cluster.resume(leader)
        }
        try await live.judge()
    }

    @Test("The coordinator of the group is lost")
    func coordinatorLost() async throws {
        let (live, cluster) = try await pipeline()
        try await Play(live).perform(streamers: 2) {
            let coordinator = try await cluster.coordinator(of: live.group)
            try await cluster.kill(coordinator)
            try await live.awaitFiles(10, "without the coordinator")
            try await cluster.restart(coordinator)
        }
        try await live.judge()
    }

    @Test("All brokers are restarted, one after the other and then at once")
    func restarted() async throws {
        let (live, cluster) = try await pipeline()
        try await Play(live).perform {
            for node in 0..<cluster.nodes {
                try await cluster.stop(node)
                try await cluster.restart(node)
            }
            try await live.awaitFiles(5, "after one after the other")
            for node in 0..<cluster.nodes { try await cluster.kill(node) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for node in 0..<cluster.nodes { group.addTask { try await cluster.restart(node) } }
                try await group.waitForAll()
            }
        }
        try await live.judge()
    }
}
