import CRdKafka
import KafkaCluster
import Pipeline
import PortContracts
import ProgramSupport
import Testing

@testable import KafkaLog

@Suite(.kafka) struct ProducerTests {
    @Test func whoWasReplacedIsToldByWhat() async throws {
        let (log, other) = try await TestLogs.real.both()
        let partition = try await log.partition()
        let identity = unique("publisher")
        let first = try await log.openProducer(identity: identity)
        try await first.append(OutgoingBatch(partition, ["lost"]))
        let second = try await other.openProducer(identity: identity)
        let error = try await portError("commit") { try await first.commit([]) }
        #expect(error.kind == .fenced)
        #expect(error.subject.contains(identity))
        #expect(try await portError("append") { try await first.append(OutgoingBatch(partition, ["again"])) }.kind == .fenced)
        await first.close()
        await second.close()
    }

    @Test func aTransactionThatWasOpenTooLongIsNotTakenForAReplacement() async throws {
        // Where the limit is shorter than usual, so is librdkafka's patience with a busy broker.
        let (log, _) = try await TestLogs.real.both()
        let partition = try await log.partition()
        let producer = try await log.openProducer(identity: unique("publisher"))
        try await producer.append(OutgoingBatch(partition, ["lost"]))
        // The end passes the message when the broker has aborted the transaction.
        #expect(try await eventually { try await log.describe(topic: partition.topic)?.partitions[0].end ?? 0 > 0 })
        let error = try await portError("commit") { try await producer.commit([]) }
        #expect(error.kind == .unreachable, "\(error)")
        #expect(error.reason.contains("transaction.timeout.ms"))
        #expect(try await portError("append") { try await producer.append(OutgoingBatch(partition, ["again"])) }.isRetriable)
        await producer.close()
        #expect(try await log.values(partition).isEmpty)
    }

    @Test(arguments: [nil, "publisher"])
    func aMessageThatIsTooLargeIsRefused(_ identity: String?) async throws {
        let (log, _) = try await TestLogs.real.both()
        let partition = try await log.partition(of: 1, ["max.message.bytes": "2000"])
        for size in [1_500_000, 5_000] {
            let producer = try await log.openProducer(identity: identity.map(unique))
            let error = try await portError("\(size) bytes") {
                try await producer.append(OutgoingBatch(partition, [String(repeating: "x", count: size)]))
                try await producer.commit([])
            }
            #expect(error.kind == .misconfigured, "\(error)")
            #expect(error.mend.contains("max.message.bytes"))
            await producer.close()
        }
        #expect(try await log.values(partition).isEmpty)
    }

    @Test func headersArriveInOrder() async throws {
        let (log, _) = try await TestLogs.real.both()
        let partition = try await log.partition()
        var batch = OutgoingBatch(partition, ["plain", "with", "last"])
        batch.headers = [1: [.init("reason", "no price"), .init("empty", ""), .init("ü", "ß")]]
        let producer = try await log.openProducer(identity: nil)
        try await producer.append(batch)
        try await producer.commit([])
        await producer.close()
        #expect(try await log.values(partition, atLeast: 3) == ["plain", "with", "last"])

        let client = try await rawClient()
        let fetcher = try Fetcher(TopicHandle(partition.topic, client), 0, from: 1, client)
        let message = try #require(fetcher.next(wait: 60_000))
        var headers: OpaquePointer?
        #expect(rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
        var found: [String] = []
        var (name, value, size): (UnsafePointer<CChar>?, UnsafeRawPointer?, Int) = (nil, nil, 0)
        while rd_kafka_header_get_all(headers, found.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let name {
            found.append("\(String(cString: name))=\(String(decoding: UnsafeRawBufferPointer(start: value, count: size), as: UTF8.self))")
        }
        #expect(found == ["reason=no price", "empty=", "ü=ß"])
    }

    @Test func aFullQueueChangesNoOrder() async throws {
        let log = try await TestLogs.realLog { $0.sendMemory = 64 << 10 }
        let partition = try await log.partition()
        let sent = (0..<20_000).map { "message \($0) \(String(repeating: ".", count: $0 % 90))" }
        let producer = try await log.openProducer(identity: unique("publisher"))
        for start in stride(from: 0, to: sent.count, by: 2_500) {
            var batch = OutgoingBatch(partition, Array(sent[start..<start + 2_500]))
            batch.headers = [1_000: [.init("a", "b")]]
            try await producer.append(batch)
        }
        try await producer.commit([])
        await producer.close()
        #expect(try await log.values(partition, atLeast: sent.count) == sent)
    }

    @Test func positionsNeedAnIdentity() async throws {
        let (log, _) = try await TestLogs.real.both()
        let partition = try await log.partition()
        let producer = try await log.openProducer(identity: nil)
        let position = GroupPosition(group: unique("group"), partition: partition, position: CommittedPosition(offset: 0))
        #expect(try await portError("commit") { try await producer.commit([position]) }.kind == .defect)
        await producer.close()
    }

    @Test func aTransactionKeepsNotesOfFullLength() async throws {
        let (log, other) = try await TestLogs.real.both()
        let partition = try await log.partition()
        let group = unique("group")
        for length in [4_096, 4_097] {
            let producer = try await log.openProducer(identity: unique("publisher"))
            let note = CommittedPosition(offset: 0, note: String(repeating: "n", count: length))
            let position = GroupPosition(group: group, partition: partition, position: note)
            if length <= 4_096 {
                try await producer.commit([position])
                #expect(try await other.committed(group: group, [partition]) == [partition: note])
            } else {
                #expect(try await portError("commit") { try await producer.commit([position]) }.kind == .misconfigured)
                #expect(try await other.committed(group: group, [partition])[partition]?.note.count == 4_096)
            }
            await producer.close()
        }
    }

    @Test func nothingIsWrittenForNothing() async throws {
        let (log, _) = try await TestLogs.real.both()
        let partition = try await log.partition()
        let producer = try await log.openProducer(identity: unique("publisher"))
        try await producer.commit([])
        try await producer.append(OutgoingBatch(partition, ["one"]))
        try await producer.commit([])
        // The message, and the record of the commit.
        #expect(try await log.reaches(2, partition))
        for _ in 0..<3 { try await producer.commit([]) }
        try await producer.append(OutgoingBatch(partition, ["two"]))
        try await producer.commit([])
        #expect(try await log.values(partition, atLeast: 2) == ["one", "two"])
        #expect(try await log.describe(topic: partition.topic)?.partitions[0].end == 4)
        await producer.close()
        #expect(try await portError("append") { try await producer.append(OutgoingBatch(partition, ["late"])) }.kind == .defect)
    }

    @Test func aPartitionThatIsNotThereIsMissingAndTheProducerGoesOn() async throws {
        let (log, _) = try await TestLogs.real.both()
        let partition = try await log.partition()
        let producer = try await log.openProducer(identity: unique("publisher"))
        for absent in [TopicPartition(partition.topic, 1), TopicPartition(unique("absent"), 0)] {
            #expect(try await portError("append") { try await producer.append(OutgoingBatch(absent, ["lost"])) }.kind == .missing)
        }
        try await producer.append(OutgoingBatch(partition, ["kept"]))
        try await producer.commit([])
        await producer.close()
        #expect(try await log.values(partition, atLeast: 1) == ["kept"])
    }

    /// librdkafka ends the process where a client goes while its transaction asks for a partition: each round gives it a chance.
    @Test func aDroppedProducerTakesBackWhatItHasNotCommitted() async throws {
        let (log, _) = try await TestLogs.real.both()
        let partition = try await log.partition()
        for _ in 0..<100 {
            let producer = try await log.openProducer(identity: unique("publisher"))
            try await producer.append(OutgoingBatch(partition, ["lost"]))
        }
        try await log.write(["kept"], to: partition)
        #expect(try await log.values(partition, atLeast: 1) == ["kept"])
    }
}

/// With brokers that fail when they are told to.
struct FailingTransactionTests {
    private static let addPartitions: Int16 = 24

    @Test(arguments: [
        (RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, PortError.Kind.denied),
        (RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING, .unreachable),
    ])
    func aTransactionThatFailsBetweenMessagesTellsWhy(_ code: rd_kafka_resp_err_t, _ kind: PortError.Kind) async throws {
        let mock = MockCluster(brokers: 1)
        let partition = TopicPartition("failing", 0)
        try mock.make(partition.topic, 1)
        let (log, other) = try await mock.logs.both()
        let identity = unique("publisher")
        let producer = try await log.openProducer(identity: identity)
        mock.fail(Self.addPartitions, code)
        let error = try await portError("append") {
            _ = try await eventually(every: .milliseconds(1)) {
                try await producer.append(OutgoingBatch(partition, ["lost"]))
                return false
            }
        }
        #expect(error.kind == kind, "\(error)")
        let next = try await other.openProducer(identity: identity)
        try await next.append(OutgoingBatch(partition, ["kept"]))
        try await next.commit([])
        await producer.close()
        await next.close()
    }
}
