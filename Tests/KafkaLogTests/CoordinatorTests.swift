import CRdKafka
import KafkaCluster
import Pipeline
import ProgramSupport
import Testing

@testable import KafkaLog

/// Positions of a group whose coordinator moves while they are asked for.
@Suite struct CoordinatorTests {
    private static let offsetFetch: Int16 = 9

    /// librdkafka looks for the new coordinator through the asking client's own group, and ends the program where it has none.
    @Test(arguments: [RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE])
    func positionsAreFoundWhereTheCoordinatorHasMoved(_ code: rd_kafka_resp_err_t) async throws {
        let mock = MockCluster(brokers: 2)
        let (log, other) = try await mock.logs.both()
        let partition = TopicPartition(unique("topic"), 0)
        try mock.make(partition.topic, 1)
        let group = unique("group")
        let member = try await other.openConsumer(Membership(group: group, topics: [partition.topic]))
        #expect(
            try await eventually { if case .assigned = try await member.poll(wait: .milliseconds(50), holding: []) { true } else { false } }
        )
        let position = CommittedPosition(offset: 0, note: "here")
        #expect(try await eventually { try await member.commit([partition: position]) == .kept })
        mock.fail(Self.offsetFetch, code, code)
        #expect(try await log.committed(group: group, [partition]) == [partition: position])
        await member.close()
    }
}
