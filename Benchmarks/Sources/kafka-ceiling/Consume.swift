import CRdKafka

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Consumes the topics from their beginnings until the ends of all partitions are reached. Returns how many messages there were.
func consume(_ options: Options) throws -> Int {
    let consuming = try Consuming(options)
    try consuming.run()
    if consuming.firstBytes == 0 { throw Failure(description: "no message has a byte") }
    return consuming.messages
}

/// A member of a group with a queue for each partition.
final class Consuming {
    private let options: Options
    private var queues: [OpaquePointer] = []
    private var ended = 0
    private(set) var messages = 0
    private(set) var bytes = 0
    private(set) var firstBytes = 0
    /// Where librdkafka says that a queue is empty no longer.
    private var bell: [Int32] = [0, 0]

    init(_ options: Options) throws {
        self.options = options
        guard pipe(&bell) == 0, bell.allSatisfy({ fcntl($0, F_SETFL, O_NONBLOCK) == 0 }) else { throw Failure(description: "no pipe") }
    }

    func run() throws {
        let properties =
            Properties.member(partitions: options.topics.count * options.partitions, memory: min(options.memory, 32 << 20)) + [
                ("group.id", options.group)
            ]
        let client = try Client(RD_KAFKA_CONSUMER, options, properties) {
            rd_kafka_conf_set_opaque($0, Unmanaged.passUnretained(self).toOpaque())
            rd_kafka_conf_set_rebalance_cb($0, onRebalance)
        }
        let handle = client.handle
        try Failure.check(rd_kafka_poll_set_consumer(handle))
        watch(rd_kafka_queue_get_consumer(handle))
        let wanted = rd_kafka_topic_partition_list_new(Int32(options.topics.count))
        for topic in options.topics { rd_kafka_topic_partition_list_add(wanted, topic, RD_KAFKA_PARTITION_UA) }
        try Failure.check(rd_kafka_subscribe(handle, wanted))
        rd_kafka_topic_partition_list_destroy(wanted)
        var batch = [UnsafeMutablePointer<rd_kafka_message_t>?](repeating: nil, count: options.batch)
        while queues.isEmpty || ended < queues.count {
            var found = 0
            if let event = rd_kafka_consumer_poll(handle, 0) { rd_kafka_message_destroy(event) }
            for queue in queues { found += try drain(queue, &batch) }
            if found == 0 { wait() }
        }
        rd_kafka_consumer_close(handle)
        for queue in queues { rd_kafka_queue_destroy(queue) }
        rd_kafka_destroy(handle)
    }

    /// Takes what one call gives.
    private func drain(_ queue: OpaquePointer, _ batch: inout [UnsafeMutablePointer<rd_kafka_message_t>?]) throws -> Int {
        let count = rd_kafka_consume_batch_queue(queue, 0, &batch, batch.count)
        guard count > 0 else { return 0 }
        for index in 0..<count {
            guard let message = batch[index] else { continue }
            if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                messages += 1
                bytes += message.pointee.len
                firstBytes += Int(message.pointee.payload.load(as: UInt8.self))
            } else if message.pointee.err == RD_KAFKA_RESP_ERR__PARTITION_EOF {
                ended += 1
            } else {
                throw Failure(description: String(cString: rd_kafka_message_errstr(message)))
            }
            rd_kafka_message_destroy(message)
        }
        if options.work > 0 {
            let begin = ContinuousClock().now
            while ContinuousClock().now - begin < .nanoseconds(options.work * count) {}
        }
        return count
    }

    private func watch(_ queue: OpaquePointer?) {
        rd_kafka_queue_io_event_enable(queue, bell[1], "!", 1)
    }

    private func wait() {
        var descriptor = pollfd(fd: bell[0], events: Int16(POLLIN), revents: 0)
        poll(&descriptor, 1, 100)
        var rung = [UInt8](repeating: 0, count: 256)
        _ = read(bell[0], &rung, rung.count)
    }

    fileprivate func assign(_ client: OpaquePointer?, _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>) {
        for index in 0..<Int(list.pointee.cnt) {
            let entry = list.pointee.elems + index
            entry.pointee.offset = Int64(RD_KAFKA_OFFSET_BEGINNING)
            guard let queue = rd_kafka_queue_get_partition(client, entry.pointee.topic, entry.pointee.partition) else { continue }
            rd_kafka_queue_forward(queue, nil)
            watch(queue)
            queues.append(queue)
        }
        rd_kafka_error_destroy(rd_kafka_incremental_assign(client, list))
    }
}

private let onRebalance:
    @convention(c) (
        OpaquePointer?, rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, UnsafeMutableRawPointer?
    ) -> Void = { client, code, list, opaque in
        guard code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, let list, let opaque else {
            if let list { rd_kafka_error_destroy(rd_kafka_incremental_unassign(client, list)) }
            return
        }
        Unmanaged<Consuming>.fromOpaque(opaque).takeUnretainedValue().assign(client, list)
    }
