internal import Foundation
internal import KafkaCluster
internal import ProgramSupport
internal import Synchronization
internal import Testing

/// The promise that nothing is lost and nothing doubled, whoever is killed when: on three brokers, which are killed too. One of the streamers is
/// a static member of the group, which gets its partitions back at once; the group waits for the other until its session is over.
///
/// `KILL_SEED` repeats a seed (the same blows in the same order; what they hit depends on the machine), `KAFKA_KILLS` says how many.
@Suite(.turns, .ownBrokers, .brokers(nodes: 3)) struct KafkaKillTests {
    private static let environment = ProcessInfo.processInfo.environment

    @Test("Publisher, streamers, loader and brokers killed at random moments lose nothing and double nothing")
    func killed() async throws {
        let seed = Self.environment["KILL_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999)
        let kills = Self.environment["KAFKA_KILLS"].flatMap { Int($0) } ?? 20
        let cluster = try Brokers.here()
        let live = try await LivePipeline(cluster.bootstrap, plain: cluster.bootstrap, countries: 2, partitions: 3)
        let fleet = Fleet(
            live.sales,
            [
                .publisher(["-q"], pause: 0...2500), .streamer(1, ["--kafka", "group.instance.id=first"]), .streamer(2), .loader(1),
            ],
            environment: live.environment, on: Ground(cluster), seed: seed)
        let began = ContinuousClock.now
        let battle = try await fleet.battle(kills: kills)
        let fought = began.duration(to: .now)
        let problems = try await battle.problems + live.judged(expect: battle.goal)
        print(
            """
            kill test on Kafka: seed \(seed), \(battle.summary); \(battle.goal) sales in each of \(live.countries.count) countries; \
            \(problems.isEmpty ? "nothing lost, nothing doubled" : "WRONG"); \(fought), judged in \
            \(began.duration(to: .now) - fought)
            """)
        if !problems.isEmpty {
            Issue.record("KILL_SEED=\(seed) KAFKA_KILLS=\(kills): \(problems.joined(separator: "\n"))\n\(live.sales.keep())")
        }
    }

    /// Brokers, of which at most one is down, for a moment drawn from the seed.
    private final class Ground: Fleet.Ground {
        private let cluster: KafkaCluster
        private let mending = Mutex<Task<Void, any Error>?>(nil)
        private let isDown = Mutex(false)

        init(_ cluster: KafkaCluster) { self.cluster = cluster }

        func strike(_ chance: inout Chance) async throws -> String? {
            let node = Int.random(in: 0..<cluster.nodes, using: &chance)
            let downtime = Int.random(in: 0...4000, using: &chance)
            guard
                isDown.withLock({ isDown in
                    defer { isDown = true }
                    return !isDown
                })
            else { return nil }
            try await cluster.kill(node)
            let mend = Task {
                try await Task.sleep(for: .milliseconds(downtime))
                try await cluster.restart(node)
                // One that has come back is one of the two that must answer only when it has caught up.
                try await cluster.awaitReplicas()
                isDown.withLock { $0 = false }
            }
            mending.withLock { $0 = mend }
            return "brokers"
        }

        func settle() async throws { try await mending.withLock { $0 }?.value }
    }
}
