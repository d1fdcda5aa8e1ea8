internal import CRdKafka
internal import Pipeline

/// librdkafka's array of messages to send, used again for each part of a batch so that a message costs no allocation of ours.
final class OutgoingMessages {
    /// Messages that are handed over at once: their array, 72 bytes each, stays in the processor's first cache.
    static let capacity = 256

    private let messages = UnsafeMutablePointer<rd_kafka_message_t>.allocate(capacity: capacity)

    init() { messages.initialize(repeating: rd_kafka_message_t(), count: Self.capacity) }

    /// Hands over the messages of `range`, at most `capacity`, which are copied. Returns how many were taken: fewer than all of them
    /// where the queue is full.
    func send(_ batch: OutgoingBatch, _ range: Range<Int>, to topic: TopicHandle) throws(Failure) -> Int {
        let count = range.count
        let isWithin = batch.bytes.withUnsafeBytes { bytes in
            // No message has a null pointer for an empty value: that would be a tombstone.
            let base = bytes.baseAddress ?? UnsafeRawPointer(messages)
            for index in 0..<count {
                let entry = batch.entries[range.lowerBound + index]
                let (key, value) = (entry.key ?? 0..<0, entry.value ?? 0..<0)
                guard key.lowerBound >= 0, value.lowerBound >= 0, key.upperBound <= bytes.count, value.upperBound <= bytes.count else {
                    return false
                }
                messages[index].key = entry.key == nil ? nil : UnsafeMutableRawPointer(mutating: base + key.lowerBound)
                messages[index].key_len = key.count
                messages[index].payload = entry.value == nil ? nil : UnsafeMutableRawPointer(mutating: base + value.lowerBound)
                messages[index].len = value.count
            }
            taken = Int(
                rd_kafka_produce_batch(
                    topic.pointer, Int32(clamping: batch.partition.partition), RD_KAFKA_MSG_F_COPY, messages, Int32(count)))
            return true
        }
        guard isWithin else { throw Failure(RD_KAFKA_RESP_ERR__INVALID_ARG, "a message lies outside of its buffer") }
        return try taken == count ? count : refused(count)
    }

    private var taken = 0

    /// How many were taken before the queue was full. Throws for any other refusal, and where one behind the first refused was taken.
    private func refused(_ count: Int) throws(Failure) -> Int {
        var first = count
        for index in 0..<count {
            switch messages[index].err {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                if first < index { throw Failure(RD_KAFKA_RESP_ERR__STATE, "librdkafka took a message behind one that it refused") }
            case RD_KAFKA_RESP_ERR__QUEUE_FULL: first = min(first, index)
            default: throw Failure(messages[index].err)
            }
        }
        return first
    }

    deinit { messages.deallocate() }
}

extension OutgoingBatch {
    /// Bytes of keys and values of some messages.
    func size(of range: Range<Int>) -> Int { entries[range].reduce(0) { $0 + ($1.key?.count ?? 0) + ($1.value?.count ?? 0) } }

    /// Hands over one message with its headers. Returns whether the queue had room.
    func sendAlone(_ index: Int, _ client: Client) throws(Failure) -> Bool {
        let entry = entries[index]
        let (key, value) = (entry.key ?? 0..<0, entry.value ?? 0..<0)
        guard key.lowerBound >= 0, value.lowerBound >= 0, key.upperBound <= bytes.count, value.upperBound <= bytes.count else {
            throw Failure(RD_KAFKA_RESP_ERR__INVALID_ARG, "a message lies outside of its buffer")
        }
        let list = headers[index] ?? []
        guard let copy = rd_kafka_headers_new(list.count) else { throw Failure(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE) }
        for header in list {
            let code = rd_kafka_header_add(copy, header.name, -1, header.value, header.value.utf8.count)
            if code != RD_KAFKA_RESP_ERR_NO_ERROR {
                rd_kafka_headers_destroy(copy)
                throw Failure(code)
            }
        }
        let code = bytes.withUnsafeBytes { bytes in
            withUnsafeBytes(of: 0) { nothing in
                let base = bytes.baseAddress ?? nothing.baseAddress
                return crdkafka_produce(
                    client.handle, partition.topic, Int32(clamping: partition.partition),
                    entry.key == nil ? nil : base.map { $0 + key.lowerBound }, key.count,
                    entry.value == nil ? nil : base.map { $0 + value.lowerBound }, value.count, copy, nil)
            }
        }
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { rd_kafka_headers_destroy(copy) }
        if code == RD_KAFKA_RESP_ERR__QUEUE_FULL { return false }
        try Failure.check(code)
        return true
    }
}
