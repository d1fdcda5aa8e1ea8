internal import Synchronization

/// Sends messages that are no sales to their topic's dead letter topic, and returns when that is acknowledged.
///
/// The same letter may be sent again after a crash: its key, `<topic>-<partition>-<offset>`, says which it is.
final class DeadLetterSink: Sendable {
    private let log: any MessageLog
    private let idle = Mutex<[any LogProducer]>([])
    /// Topics that are known to be there.
    private let topics = Mutex<Set<String>>([])

    init(_ log: any MessageLog) { self.log = log }

    func send(_ letters: [PartitionPlan.DeadLetter], of partition: TopicPartition) async throws(PortError) {
        guard !letters.isEmpty else { return }
        let batch = Self.batch(letters, of: partition)
        let topic = batch.partition.topic
        if !topics.withLock({ $0.contains(topic) }) {
            _ = try await log.create(topic: topic, partitions: 1)
            topics.withLock { _ = $0.insert(topic) }
        }
        let producer: any LogProducer
        if let waiting = idle.withLock({ $0.popLast() }) {
            producer = waiting
        } else {
            producer = try await log.openProducer(identity: nil)
        }
        do {
            try await producer.append(batch)
            try await producer.commit([])
        } catch {
            await producer.close()
            throw error
        }
        idle.withLock { $0.append(producer) }
    }

    func close() async {
        for producer in idle.withLock({ producers in
            defer { producers = [] }; return producers
        }) { await producer.close() }
    }

    private static func batch(_ letters: [PartitionPlan.DeadLetter], of partition: TopicPartition) -> OutgoingBatch {
        var batch = OutgoingBatch(partition: TopicPartition(Names.deadLetterTopic(of: partition.topic), 0), bytes: [], entries: [])
        for (index, letter) in letters.enumerated() {
            let key = batch.bytes.count
            batch.bytes.append(contentsOf: "\(partition)-\(letter.offset)".utf8)
            let value = batch.bytes.count
            batch.bytes.append(contentsOf: letter.value ?? [])
            batch.entries.append(.init(key: key..<value, value: letter.value == nil ? nil : value..<batch.bytes.count))
            batch.headers[index] = [
                .init("reason", letter.reason), .init("topic", partition.topic), .init("partition", String(partition.partition)),
                .init("offset", String(letter.offset)),
            ]
        }
        return batch
    }
}
