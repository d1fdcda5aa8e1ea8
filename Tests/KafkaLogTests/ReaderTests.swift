import CRdKafka
import KafkaCluster
import Pipeline
import PortContracts
import ProgramSupport
import Testing

@testable import KafkaLog

@Suite(.kafka) struct ReaderTests {
    /// Waits until the broker has so many offsets, whether they are committed or not.
    private func awaitArrival(_ count: Int64, in partition: TopicPartition) async throws {
        let client = try await rawClient(.reader, ["isolation.level": "read_uncommitted"])
        #expect(try await eventually { try client.offsets([partition], at: Int64(RD_KAFKA_OFFSET_END))[0] >= count })
    }

    @Test func whatWasAbortedAtTheEndIsLookedPast() async throws {
        let (log, other) = try await TestLogs.real.both()
        let partition = try await log.partition()
        let producer = try await log.openProducer(identity: unique("publisher"))
        try await producer.append(OutgoingBatch(partition, ["kept"]))
        try await producer.commit([])
        try await producer.append(OutgoingBatch(partition, ["lost", "lost"]))
        try await awaitArrival(4, in: partition)
        let before = try await other.read(partition, from: 0, maximumBytes: 1_000)
        #expect(before.values == ["kept"])
        await producer.close()
        #expect(try await other.reaches(5, partition))
        let rest = try await other.read(partition, from: before.next, maximumBytes: 1_000)
        #expect(rest.entries.isEmpty)
        #expect(rest.next == 5)
    }

    @Test func behindTheEndThereIsNothingToWaitFor() async throws {
        let (log, _) = try await TestLogs.real.both()
        let partition = try await log.partition()
        let producer = try await log.openProducer(identity: unique("publisher"))
        try await producer.append(OutgoingBatch(partition, ["open", "open", "open"]))
        try await awaitArrival(3, in: partition)
        #expect(try await log.read(partition, from: 0, maximumBytes: 100).next == 0)
        for offset: Int64 in [2, 1_000, -1] {
            #expect(
                try await portError("\(offset)") { _ = try await log.read(partition, from: offset, maximumBytes: 100) }.kind == .missing)
        }
        try await producer.commit([])
        await producer.close()
        #expect(try await log.reaches(4, partition))
        #expect(try await log.read(partition, from: 2, maximumBytes: 100).values == ["open"])
    }

    @Test func whatRetentionHasTakenIsMissing() async throws {
        let (log, _) = try await TestLogs.real.both()
        let partition = try await log.partition()
        try await log.write((0..<10).map { "\($0)" }, to: partition)
        let client = try await rawClient()
        let list = PartitionList([partition], at: 6)
        try client.ask("delete", of: "\(partition)") { options, queue throws(Failure) in
            let request = rd_kafka_DeleteRecords_new(list.pointer)
            defer { rd_kafka_DeleteRecords_destroy(request) }
            var requests: [OpaquePointer?] = [request]
            rd_kafka_DeleteRecords(client.handle, &requests, 1, options, queue)
        } read: { _ throws(Failure) in
        }
        #expect(try await log.describe(topic: partition.topic)?.partitions == [PartitionBounds(first: 6, end: 10)])
        #expect(try await portError("read") { _ = try await log.read(partition, from: 5, maximumBytes: 100) }.kind == .missing)
        #expect(try await log.values(partition) == ["6", "7", "8", "9"])
    }

    @Test func manyPartitionsAreReadAtOnce() async throws {
        let (log, _) = try await TestLogs.real.both()
        let topic = try await log.partition(of: 20).topic
        let producer = try await log.openProducer(identity: nil)
        for number in 0..<20 {
            try await producer.append(OutgoingBatch(TopicPartition(topic, number), (0..<300).map { "\(number)-\($0)" }))
        }
        try await producer.commit([])
        await producer.close()
        try await withThrowingTaskGroup(of: (Int, [String]).self) { group in
            for number in 0..<20 {
                group.addTask {
                    var values: [String] = []
                    var next: Int64 = 0
                    while next < 300 {
                        let batch = try await log.read(TopicPartition(topic, number), from: next, maximumBytes: 500)
                        values += batch.values
                        next = batch.next
                    }
                    return (number, values)
                }
            }
            for try await (number, values) in group { #expect(values == (0..<300).map { "\(number)-\($0)" }) }
        }
    }

    @Test func newMessagesAreFoundWhereTheEndWas() async throws {
        let (log, other) = try await TestLogs.real.both()
        let partition = try await log.partition()
        var next: Int64 = 0
        for round in 0..<20 {
            // What was found out before about the end holds no more when something has been written since.
            if round % 2 == 0 { #expect(try await log.read(partition, from: next, maximumBytes: 100).entries.isEmpty) }
            try await other.write(["\(round)"], to: partition)
            let batch = try await log.read(partition, from: next, maximumBytes: 100)
            #expect(batch.values == ["\(round)"])
            next = batch.next
        }
    }
}
