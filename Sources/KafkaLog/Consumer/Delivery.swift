internal import CRdKafka
internal import Pipeline

/// The messages of one partition on their way to whoever polls: librdkafka's queue of it, and what was drained and not yet told.
///
/// Nothing is fetched beyond the queue's bound while nobody drains it; that is how a partition is held back.
/// It lives from one start to the next: whatever is fetched anew gets a delivery of its own.
final class Delivery {
    /// Messages that are drained at once: with common ones half a MiB, so that threads are changed seldom and caches still hold it.
    private static let drained = 2_048

    let partition: TopicPartition
    /// The offset that comes next.
    private(set) var position: Int64
    /// Whether librdkafka has been told to fetch.
    var isRunning = false
    /// The partition is leaving: what is still here is for nobody.
    var isOver = false
    private let queue: OpaquePointer
    // The queue and its messages are gone before the client is.
    private let client: Client
    private var waiting = [UnsafeMutablePointer<rd_kafka_message_t>?](repeating: nil, count: drained)
    private var taken = 0
    private var count = 0
    /// Bytes that were taken since `hasMadeRoom` said so last.
    private var room = 0

    /// Takes the partition's queue out of the client's common one. Nil where the client does not know the partition.
    init?(_ partition: TopicPartition, at position: Int64, _ client: Client, _ wakeUp: WakeUp) {
        guard let queue = rd_kafka_queue_get_partition(client.handle, partition.topic, Int32(clamping: partition.partition)) else {
            return nil
        }
        self.partition = partition
        self.queue = queue
        self.client = client
        self.position = position
        rd_kafka_queue_forward(queue, nil)
        wakeUp.watch(queue)
    }

    /// What comes next.
    enum Next {
        case messages(MessageBatch)
        case end(Int64)
        case failure(Failure)
    }

    /// The next messages, end or failure; nil where nothing is there at the moment.
    func next() -> Next? {
        if taken == count {
            taken = 0
            count = max(0, rd_kafka_consume_batch_queue(queue, 0, &waiting, waiting.count))
        }
        guard taken < count, let first = waiting[taken] else { return nil }
        if first.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR { return .messages(batch()) }
        defer {
            rd_kafka_message_destroy(first)
            taken += 1
        }
        if first.pointee.err == RD_KAFKA_RESP_ERR__PARTITION_EOF {
            position = max(position, first.pointee.offset)
            return .end(first.pointee.offset)
        }
        return .failure(Failure(first.pointee.err, String(cString: rd_kafka_message_errstr(first))))
    }

    /// The messages up to the next end or failure, in one buffer.
    private func batch() -> MessageBatch {
        let rest = waiting[taken..<count]
        let messages = rest.prefix { $0?.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR }
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
        if let last = entries.last { position = last.offset + 1 }
        return MessageBatch(partition: partition, bytes: bytes, entries: entries, next: position)
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
        rd_kafka_queue_destroy(queue)
    }
}
