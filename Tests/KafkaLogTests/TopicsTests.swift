import CRdKafka
import KafkaCluster
import Pipeline
import PortContracts
import ProgramSupport
import Testing

@testable import KafkaLog

@Suite(.kafka) struct TopicsTests {
    @Test func aTopicIsMadeAsItWasAskedFor() async throws {
        let (log, other) = try await TestLogs.real.both()
        let topic = try await log.partition(of: 3, ["retention.ms": "123456789", "cleanup.policy": "compact"]).topic
        let found = try #require(try await other.inspect(topic: topic))
        #expect(found.name == topic)
        #expect(found.partitions.map(\.number) == [0, 1, 2])
        #expect(found.configuration?["retention.ms"] == "123456789")
        #expect(found.configuration?["cleanup.policy"] == "compact")
        #expect(found.configuration?["min.insync.replicas"] != nil)
        #expect(found.replication >= 1)
        let brokers = try await log.brokers()
        for partition in found.partitions {
            #expect(partition.inSyncReplicas.sorted() == partition.replicas.sorted())
            #expect(brokers.map(\.id).contains(try #require(partition.leader)))
        }
        let configuration = try await log.configuration(ofBroker: try #require(brokers.first).id)
        #expect(configuration["offset.metadata.max.bytes"] != nil)
        #expect(try await log.inspect(topic: unique("absent")) == nil)
    }

    @Test func whatTheClusterRefusesIsToldAsASetting() async throws {
        let (log, _) = try await TestLogs.real.both()
        let attempts: [(String, Int, [String: String])] = [
            ("a/b", 1, [:]), (unique("test"), 0, [:]), (unique("test"), 1, ["retention.ms": "often"]),
            (unique("test"), 1, ["no.such": "1"]),
        ]
        for (topic, partitions, configuration) in attempts {
            let error = try await portError(topic) {
                _ = try await log.create(topic: topic, partitions: partitions, configuration: configuration)
            }
            #expect(error.kind == .misconfigured, "\(error)")
        }
        let replicated = try await TestLogs.realLog { $0.replication = 100 }
        #expect(try await portError("100 replicas") { _ = try await replicated.partition() }.kind == .misconfigured)
    }

    @Test func theBoundsOfManyPartitionsAreTheirOwn() async throws {
        let (log, _) = try await TestLogs.real.both()
        let topic = try await log.partition(of: 50).topic
        let producer = try await log.openProducer(identity: nil)
        for number in 0..<50 where number % 3 == 0 {
            try await producer.append(OutgoingBatch(TopicPartition(topic, number), (0...number).map { "\($0)" }))
        }
        try await producer.commit([])
        await producer.close()
        let found = try #require(try await log.describe(topic: topic))
        let ends = (0..<50).map { (number: Int) -> Int64 in number % 3 == 0 ? Int64(number) + 1 : 0 }
        #expect(found.partitions.map(\.first) == Array(repeating: 0, count: 50))
        #expect(found.partitions.map(\.end) == ends)
    }

    @Test func theEndIsThatOfWhatIsCommitted() async throws {
        let (log, other) = try await TestLogs.real.both()
        let partition = try await log.partition()
        let producer = try await log.openProducer(identity: unique("publisher"))
        try await producer.append(OutgoingBatch(partition, ["open"]))
        let client = try await rawClient(.reader, ["isolation.level": "read_uncommitted"])
        #expect(try await eventually { try client.offsets([partition], at: Int64(RD_KAFKA_OFFSET_END)) == [1] })
        #expect(try await other.describe(topic: partition.topic)?.partitions == [PartitionBounds(first: 0, end: 0)])
        try await producer.commit([])
        await producer.close()
        #expect(try await other.reaches(2, partition))
        #expect(try await other.describe(topic: partition.topic)?.partitions == [PartitionBounds(first: 0, end: 2)])
    }

    /// Only newer libraries can tell: with the one of Debian 12 the id is absent.
    @Test func aTopicThatIsMadeAnewHasAnotherIdentity() async throws {
        let (log, other) = try await TestLogs.real.both()
        let topic = try await log.partition().topic
        let id = try #require(try await log.describe(topic: topic)).id
        guard Library.version >= Library.Version(2, 3, 0) else {
            #expect(id == nil)
            return
        }
        #expect(id?.isEmpty == false)
        #expect(try await other.describe(topic: topic)?.id == id)
        let client = try await rawClient()
        try client.ask("delete", of: topic) { options, queue throws(Failure) in
            let request = rd_kafka_DeleteTopic_new(topic)
            defer { rd_kafka_DeleteTopic_destroy(request) }
            var requests: [OpaquePointer?] = [request]
            rd_kafka_DeleteTopics(client.handle, &requests, 1, options, queue)
        } read: { _ throws(Failure) in
        }
        #expect(try await eventually { try await log.describe(topic: topic) == nil })
        #expect(try await eventually { try await log.create(topic: topic, partitions: 1) })
        let anew = try #require(try await log.describe(topic: topic)).id
        #expect(anew != nil && anew != id)
    }
}
