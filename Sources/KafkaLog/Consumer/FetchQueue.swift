internal import CRdKafka
internal import Pipeline

/// A queue that fetched messages of one partition or of several wait in, and what was drained of it and not yet delivered.
///
/// librdkafka fetches nothing for the partitions of a queue beyond the queue's bound while nobody drains it. That is how partitions are held back;
/// and as many partitions share a queue as it takes for all bounds together to stay within the memory.
final class FetchQueue {
    /// Messages that are drained at once: with common ones half a MiB, so that threads are changed seldom and caches still hold it.
    private static let drained = 2_048

    let handle: OpaquePointer
    // The queue and its messages are gone before the client is.
    private let client: Client
    private var waiting = [UnsafeMutablePointer<rd_kafka_message_t>?](repeating: nil, count: drained)
    private var taken = 0
    private var count = 0
    /// Bytes that were taken since `hasMadeRoom` said so last.
    private var room = 0

    /// Nil where the client gives no queue.
    init?(_ client: Client, _ wakeUp: WakeUp) {
        guard let handle = rd_kafka_queue_new(client.handle) else { return nil }
        self.handle = handle
        self.client = client
        wakeUp.watch(handle)
    }

    /// What comes next, and of which partition.
    enum Next {
        case messages(MessageBatch, Delivery)
        case end(Int64, Delivery)
        case failure(Failure, Delivery)
    }

    /// The next messages, end or failure of one of `deliveries`; nil where nothing is there at the moment.
    func next(_ deliveries: [Delivery]) -> Next? {
        while true {
            if taken == count {
                taken = 0
                count = max(0, rd_kafka_consume_batch_queue(handle, 0, &waiting, waiting.count))
                if count == 0 { return nil }
            }
            guard let first = waiting[taken] else {
                taken += 1
                continue
            }
            let partition = Self.partition(first)
            guard let delivery = deliveries.first(where: { $0.partition == partition }), delivery.isRunning, !delivery.isOver else {
                forget(partition)
                continue
            }
            if first.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR { return .messages(batch(delivery), delivery) }
            defer {
                rd_kafka_message_destroy(first)
                taken += 1
            }
            if first.pointee.err == RD_KAFKA_RESP_ERR__PARTITION_EOF {
                delivery.position = max(delivery.position, first.pointee.offset)
                return .end(first.pointee.offset, delivery)
            }
            return .failure(Failure(first.pointee.err, String(cString: rd_kafka_message_errstr(first))), delivery)
        }
    }

    private static func partition(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> TopicPartition {
        TopicPartition(rd_kafka_topic_name(message.pointee.rkt).map { String(cString: $0) } ?? "", Int(message.pointee.partition))
    }

    /// The messages up to the next end or failure or another partition's, in one buffer.
    private func batch(_ delivery: Delivery) -> MessageBatch {
        let rest = waiting[taken..<count]
        let (topic, partition) = (rest.first??.pointee.rkt, rest.first??.pointee.partition)
        let messages = rest.prefix {
            $0?.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR && $0?.pointee.partition == partition && $0?.pointee.rkt == topic
        }
        let size = messages.reduce(0) { $0 + ($1.map { $0.pointee.key_len + $0.pointee.len } ?? 0) }
        var entries: [MessageBatch.Entry] = []
        entries.reserveCapacity(messages.count)
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            for case let message? in messages {
                let key = Self.append(message.pointee.key, message.pointee.key_len, to: buffer, &filled)
                let value = Self.append(message.pointee.payload, message.pointee.len, to: buffer, &filled)
                entries.append(
                    .init(offset: message.pointee.offset, timestamp: rd_kafka_message_timestamp(message, nil), key: key, value: value))
                rd_kafka_message_destroy(message)
            }
        }
        taken = messages.endIndex
        room += size
        if let last = entries.last { delivery.position = last.offset + 1 }
        return MessageBatch(partition: delivery.partition, bytes: bytes, entries: entries, next: delivery.position)
    }

    /// Lets go what was drained of a partition and not delivered.
    func forget(_ partition: TopicPartition) {
        for index in taken..<count {
            guard let message = waiting[index], Self.partition(message) == partition else { continue }
            rd_kafka_message_destroy(message)
            waiting[index] = nil
        }
    }

    /// Whether so many bytes have been taken since this was true last, while more were waiting.
    func hasMadeRoom(_ bytes: Int) -> Bool {
        guard room >= bytes, count == waiting.count else { return false }
        room = 0
        return true
    }

    /// Where the bytes went; nil where there are none, not even an empty value.
    @inline(__always)
    private static func append(
        _ start: UnsafeMutableRawPointer?, _ count: Int, to buffer: UnsafeMutableBufferPointer<UInt8>, _ filled: inout Int
    ) -> Range<Int>? {
        guard let start else { return nil }
        let range = filled..<filled + count
        UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[range])
            .copyMemory(from: UnsafeRawBufferPointer(start: start, count: count))
        filled = range.upperBound
        return range
    }

    deinit {
        for index in taken..<count { waiting[index].map { rd_kafka_message_destroy($0) } }
        rd_kafka_queue_destroy(handle)
    }
}
