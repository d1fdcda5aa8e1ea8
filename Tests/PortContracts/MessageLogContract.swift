import Pipeline
import Testing

/// What `MessageLog` promises, to be kept by every adapter.
public enum MessageLogContract {
    /// All of it.
    public static let checks = topics + reading + transactions + ofGroups + logFaults
    /// What members of consumer groups are promised.
    public static let ofGroups = groups + groupFaults

    private typealias Check = ContractCheck<LogUnderTest>

    private static let topics = [
        Check("A log has one name, whoever asks") { it in
            let name = try await it.log.identity()
            #expect(!name.isEmpty)
            #expect(try await it.other.identity() == name)
        },
        Check("A topic is made once and then left as it is") { it in
            let name = uniqueName("contract")
            #expect(try await it.log.describe(topic: name) == nil)
            #expect(try await it.log.create(topic: name, partitions: 3))
            let made = try #require(try await it.other.describe(topic: name))
            #expect(made.name == name)
            #expect(made.partitions == Array(repeating: PartitionBounds(first: 0, end: 0), count: 3))
            #expect(try await it.other.create(topic: name, partitions: 5) == false)
            #expect(try await it.log.describe(topic: name) == made)
        },
        Check("Two who make a topic at once make one") { it in
            let name = uniqueName("contract")
            async let one = it.log.create(topic: name, partitions: 1)
            async let two = it.other.create(topic: name, partitions: 1)
            let made = try await [one, two]
            #expect(made.filter { $0 }.count == 1)
        },
        Check("What is absent is missing") { it in
            let absent = TopicPartition(uniqueName("absent"), 0)
            await expectError(.missing, "read") { _ = try await it.log.read(absent, from: 0, maximumBytes: 100) }
            let topic = try await it.topic()
            await expectError(.missing, "read") { _ = try await it.log.read(TopicPartition(topic, 1), from: 0, maximumBytes: 100) }
            #expect(try await it.log.committed(group: uniqueName("group"), [absent, TopicPartition(topic, 0)]).isEmpty)
        },
    ]

    private static let reading = [
        Check("Keys, values and tombstones come back as they went, in order") { it in
            let partition = TopicPartition(try await it.topic(), 0)
            let bytes = Array("{\"sale_id\":\"a1\"}bytes nobody asks for{}\u{0}\u{FF}".utf8)
            let batch = OutgoingBatch(
                partition: partition, bytes: bytes,
                entries: [
                    .init(key: 12..<14, value: 0..<16), .init(key: nil, value: 38..<40), .init(key: 0..<4, value: nil),
                    .init(key: nil, value: 5..<5),
                    .init(key: 0..<0, value: 38..<bytes.count), .init(key: 10..<20, value: 2..<6), .init(key: nil, value: 0..<1),
                ], headers: [1: [.init("why", "because"), .init("", "")], 6: [.init("ü", "\n")]])
            let producer = try await it.log.openProducer(identity: nil)
            try await producer.append(batch)
            try await producer.commit([])
            await producer.close()
            _ = try await it.values(partition, atLeast: batch.entries.count)
            let parts = try await it.messages(partition)
            #expect(parts.allSatisfy { $0.partition == partition })
            let read = parts.flatMap { part in part.entries.map { (bytes: part.bytes, entry: $0) } }
            try #require(read.count == batch.entries.count)
            var last: Int64 = -1
            for (sent, got) in zip(batch.entries, read) {
                #expect(sent.key.map { Array(bytes[$0]) } == got.entry.key.map { Array(got.bytes[$0]) })
                #expect(sent.value.map { Array(bytes[$0]) } == got.entry.value.map { Array(got.bytes[$0]) })
                #expect(got.entry.offset > last)
                #expect(got.entry.timestamp > 0)
                last = got.entry.offset
            }
            #expect(parts.last.map { $0.next > last } == true)
        },
        Check("Reading on from any place gives each message once, whatever the size of the parts") { it in
            let partition = TopicPartition(try await it.topic(), 0)
            let sent = (0..<500).map { "message \($0) " + String(repeating: "x", count: $0 % 50) }
            for start in stride(from: 0, to: 500, by: 125) { try await it.write(Array(sent[start..<start + 125]), to: partition) }
            for size in [1, 300, 100_000] {
                var got: [String] = []
                var offset: Int64 = 0
                while true {
                    let batch = try await it.log.read(partition, from: offset, maximumBytes: size)
                    if batch.entries.isEmpty { break }
                    #expect(batch.entries[0].offset >= offset)
                    got += batch.values
                    offset = batch.next
                }
                #expect(got == sent)
                #expect(offset == (try await it.log.describe(topic: partition.topic))?.partitions[0].end)
            }
        },
        Check("At the end there is nothing, and the place stays") { it in
            let partition = TopicPartition(try await it.topic(), 0)
            #expect(try await it.log.read(partition, from: 0, maximumBytes: 100).next == 0)
            try await it.write(["one"], to: partition)
            let end = try #require(try await it.log.describe(topic: partition.topic)).partitions[0].end
            let batch = try await it.log.read(partition, from: end, maximumBytes: 100)
            #expect(batch.entries.isEmpty && batch.next == end)
        },
        Check("Messages of nearly a megabyte pass") { it in
            let partition = TopicPartition(try await it.topic(), 0)
            let sent = ["a", "b", "c"].map { String(repeating: $0, count: 900_000) }
            try await it.write(sent, to: partition)
            #expect(try await it.values(partition) == sent)
        },
    ]

    private static let transactions = [
        Check("Nobody sees a transaction before its commit, and all of it afterwards") { it in
            let topic = try await it.topic(2)
            let (one, two) = (["0", "1", "2"], ["0", "1", "2", "3"])
            let producer = try await it.log.openProducer(identity: uniqueName("producer"))
            for round in 0..<3 {
                for number in 0..<2 { try await producer.append(OutgoingBatch(TopicPartition(topic, number), ["\(round)"])) }
            }
            for number in 0..<2 { #expect(try await it.values(TopicPartition(topic, number)).isEmpty) }
            try await producer.commit([])
            for number in 0..<2 {
                let looks = try await it.looks(TopicPartition(topic, number), until: one.count)
                #expect(looks.last == one)
                #expect(looks.allSatisfy { [[], one].contains($0) })
            }
            try await producer.append(OutgoingBatch(TopicPartition(topic, 0), ["3"]))
            try await producer.commit([])
            let looks = try await it.looks(TopicPartition(topic, 0), until: two.count)
            #expect(looks.last == two)
            #expect(looks.allSatisfy { [one, two].contains($0) })
            await producer.close()
        },
        Check("A producer that closes takes back what it has not committed") { it in
            let partition = TopicPartition(try await it.topic(), 0)
            let producer = try await it.log.openProducer(identity: uniqueName("producer"))
            try await producer.append(OutgoingBatch(partition, ["never"]))
            await producer.close()
            await producer.close()
            try await it.write(["after"], to: partition)
            #expect(try await it.values(partition) == ["after"])
        },
        Check("A successor fences a producer of the same identity, with its messages and positions") { it in
            let partition = TopicPartition(try await it.topic(), 0)
            let (identity, group) = (uniqueName("producer"), uniqueName("group"))
            let first = try await it.log.openProducer(identity: identity)
            try await first.append(OutgoingBatch(partition, ["kept"]))
            try await first.commit([])
            try await first.append(OutgoingBatch(partition, ["lost"]))
            let second = try await it.other.openProducer(identity: identity)
            #expect(try await it.values(partition) == ["kept"])
            let position = GroupPosition(group: group, partition: partition, position: CommittedPosition(offset: 1))
            await expectError(.fenced, "commit of the fenced producer") { try await first.commit([position]) }
            await expectError(.fenced, "use of the fenced producer") {
                try await first.append(OutgoingBatch(partition, ["again"]))
                try await first.commit([])
            }
            try await second.append(OutgoingBatch(partition, ["second"]))
            try await second.commit([])
            #expect(try await it.values(partition, atLeast: 2) == ["kept", "second"])
            #expect(try await it.log.committed(group: group, [partition]).isEmpty)
            await first.close()
            await second.close()
        },
        Check("Producers of other identities, or of none, stand side by side") { it in
            let partition = TopicPartition(try await it.topic(), 0)
            let producers = [
                try await it.log.openProducer(identity: uniqueName("one")), try await it.other.openProducer(identity: uniqueName("two")),
                try await it.log.openProducer(identity: nil), try await it.other.openProducer(identity: nil),
            ]
            for (number, producer) in producers.enumerated() { try await producer.append(OutgoingBatch(partition, ["\(number)"])) }
            for producer in producers {
                try await producer.commit([])
                await producer.close()
            }
            // Those without an identity may come to the log before their commit.
            #expect(try await it.values(partition, atLeast: 4).sorted() == ["0", "1", "2", "3"])
        },
        Check("Positions of groups are committed with the messages") { it in
            let topic = try await it.topic(2)
            let (group, other) = (uniqueName("group"), uniqueName("group"))
            let producer = try await it.log.openProducer(identity: uniqueName("producer"))
            try await producer.append(OutgoingBatch(TopicPartition(topic, 0), ["one"]))
            let position = CommittedPosition(offset: 0, note: "byte=17 sha=äß")
            try await producer.commit([GroupPosition(group: group, partition: TopicPartition(topic, 1), position: position)])
            await producer.close()
            let partitions = [TopicPartition(topic, 0), TopicPartition(topic, 1)]
            #expect(try await it.other.committed(group: group, partitions) == [TopicPartition(topic, 1): position])
            #expect(try await it.other.committed(group: other, partitions).isEmpty)
        },
    ]
}
