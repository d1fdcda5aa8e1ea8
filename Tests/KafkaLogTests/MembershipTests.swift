import KafkaCluster
import Logging
import Pipeline
import Testing

@testable import KafkaLog
@testable import PortContracts

/// What a member is told whose group has gone on without it.
@Suite(.enabled(if: TestTools.missingFaults == nil, "\(TestTools.missingFaults ?? "")")) struct MembershipTests {
    /// In the classic protocol librdkafka forgets the loss where it is waiting for an answer about a part of the partitions.
    @Test func whoIsExpelledWhileGivingUpAPartHasLostAll() async throws {
        let cluster = try await SharedKafka.cluster()
        let proxy = try await FaultProxy.cover(cluster)
        do {
            let near = try await KafkaLog.open(KafkaSettings(brokers: cluster.bootstrap), logger: .silent)
            let far = try await KafkaLog.open(KafkaSettings(brokers: cluster.proxiedBootstrap), logger: .silent)
            let it = LogUnderTest(far, other: near, session: ContractTests.session, deadline: .seconds(120))
            let (group, wanted, another) = (unique("group"), try await it.topic(4), try await it.topic())
            let (all, sign) = (Set((0..<4).map { TopicPartition(wanted, $0) }), TopicPartition(another, 0))
            let sleeper = try await it.member(group, [wanted], session: it.session)
            try await it.drive([sleeper], until: "the assignment") { sleeper.owned == all }
            let other = try await it.member(group, [wanted, another], on: near, session: it.session)
            // Whoever gets this knows of the division that asks the sleeper for a part of its partitions.
            try await it.drive([other], until: "the division") { other.owned == [sign] }
            for direction in FaultProxy.Direction.allCases { try proxy.add(.silence, direction) }
            try await it.drive([other], until: "the takeover") { other.owned == all.union([sign]) }
            for partition in all { try await it.commit(other, partition, 0, "after") }
            try proxy.heal()

            let refusal = try await portError("commit of the sleeper") {
                try await sleeper.consumer.commit([TopicPartition(wanted, 0): CommittedPosition(offset: 0, note: "late")])
            }
            // Its connections may still be breaking.
            #expect([.fenced, .unreachable].contains(refusal.kind), "\(refusal)")
            try await it.drive([sleeper], until: "the news of the loss") { !sleeper.lost.isEmpty || !sleeper.revoked.isEmpty }
            #expect(sleeper.owned.isEmpty)
            #expect(Set(sleeper.lost) == all)
            #expect(sleeper.revoked.isEmpty)
            try await it.drive([sleeper, other], until: "shares") {
                !sleeper.owned.isEmpty && sleeper.owned.union(other.owned) == all.union([sign])
                    && sleeper.owned.isDisjoint(with: other.owned)
            }
            #expect(Set(try await near.committed(group: group, Array(all)).values.map(\.note)) == ["after"])
            await sleeper.consumer.close()
            await other.consumer.close()
        } catch {
            await proxy.end()
            throw error
        }
        await proxy.end()
    }
}
