internal import BlockingExecutor
internal import CRdKafka
internal import Logging
internal import Pipeline

/// Asks the cluster about topics and groups, and makes topics: one client and the thread that waits for its answers.
///
/// The client names a group and never joins it, so that asking needs no rights to one.
actor Topics {
    private nonisolated let executor = BlockingExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let settings: KafkaSettings
    private let logger: Logger
    private var opened: Client?

    init(_ settings: KafkaSettings, _ logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// The client, made when it is first needed.
    func client() throws(PortError) -> Client {
        if let opened { return opened }
        let client = try Client(settings, .reader, logger) { configuration throws(PortError) in
            // So that the end of a partition is that of what is committed.
            try configuration.set("isolation.level", "read_committed")
            // Where positions of a group are asked for while its coordinator moves, librdkafka (2.0.2 to 2.16.0) looks for it through the client's
            // own group, and ends the program where there is none.
            try configuration.set("group.id", "sales-publish")
        }
        opened = client
        return client
    }

    /// Refuses settings that a client of some kind would refuse later. Connects to nothing.
    func checkSettings() throws(PortError) {
        _ = try Configuration(settings, .member)
        _ = try client()
        _ = try KafkaProducer.client(settings, identity: nil, logger)
        _ = try KafkaProducer.client(settings, identity: "sales-check", logger)
    }

    /// The cluster's id.
    func identity() throws(PortError) -> String {
        let client = try client()
        return try client.insist("connect", of: settings.brokers) { timeout throws(Failure) in
            // To wait for the id makes no connection; to ask for something does.
            var metadata: UnsafePointer<rd_kafka_metadata>?
            try Failure.check(rd_kafka_metadata(client.handle, 0, nil, &metadata, timeout))
            rd_kafka_metadata_destroy(metadata)
            guard let text = rd_kafka_clusterid(client.handle, timeout) else { throw Failure(RD_KAFKA_RESP_ERR__TIMED_OUT) }
            defer { rd_kafka_mem_free(client.handle, text) }
            return String(cString: text)
        }
    }

    /// Where the topic's partitions are; nil where there is no such topic.
    func metadata(_ topic: String) throws(PortError) -> TopicMetadata? {
        let client = try client()
        return try client.insist("describe", of: topic) { timeout throws(Failure) in
            try TopicHandle(topic, client).metadata(timeout)
        }
    }

    func describe(_ topic: String) throws(PortError) -> TopicDescription? {
        let client = try client()
        guard let metadata = try metadata(topic) else { return nil }
        let id = try client.topicID(topic, from: metadata.partitions.lazy.compactMap(\.leader).first)
        let partitions = (0..<metadata.partitions.count).map { TopicPartition(topic, $0) }
        let first = try client.offsets(partitions, at: Int64(RD_KAFKA_OFFSET_BEGINNING))
        let end = try client.offsets(partitions, at: Int64(RD_KAFKA_OFFSET_END))
        return TopicDescription(name: topic, id: id, partitions: zip(first, end).map { PartitionBounds(first: $0, end: $1) })
    }

    /// What `group` has committed; not before transactions that commit positions of it have come to their end.
    func committed(_ group: String, _ partitions: [TopicPartition]) throws(PortError) -> [TopicPartition: CommittedPosition] {
        guard !partitions.isEmpty else { return [:] }
        let client = try client()
        return try client.ask("fetch positions", of: "group \(group)", stably: true) { options, queue throws(Failure) in
            let list = PartitionList(partitions)
            guard let request = rd_kafka_ListConsumerGroupOffsets_new(group, list.pointer) else {
                throw Failure(RD_KAFKA_RESP_ERR__INVALID_ARG)
            }
            defer { rd_kafka_ListConsumerGroupOffsets_destroy(request) }
            var requests: [OpaquePointer?] = [request]
            rd_kafka_ListConsumerGroupOffsets(client.handle, &requests, 1, options, queue)
        } read: { event throws(Failure) in
            var count = 0
            guard let result = rd_kafka_event_ListConsumerGroupOffsets_result(event),
                let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count), count == 1
            else { throw Failure(RD_KAFKA_RESP_ERR__BAD_MSG) }
            try Failure.check(borrowing: rd_kafka_group_result_error(groups[0]))
            guard let list = rd_kafka_group_result_partitions(groups[0]) else { return [:] }
            var positions: [TopicPartition: CommittedPosition] = [:]
            for entry in PartitionList.entries(list) {
                // A topic that does not exist has no positions.
                if entry.code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART { continue }
                try Failure.check(entry.code)
                if entry.offset >= 0 { positions[entry.partition] = CommittedPosition(offset: entry.offset, note: entry.note) }
            }
            return positions
        }
    }
}

extension Client {
    /// The first offsets that are kept, or the ends of what is committed, in the order of `partitions`: one request a broker.
    ///
    /// - Parameter place: `RD_KAFKA_OFFSET_BEGINNING` or `RD_KAFKA_OFFSET_END`, which a look-up by time takes as well.
    func offsets(_ partitions: [TopicPartition], at place: Int64) throws(PortError) -> [Int64] {
        try insist("look up offsets", of: partitions.first?.topic ?? "") { timeout throws(Failure) in
            let list = PartitionList(partitions, at: place)
            try Failure.check(rd_kafka_offsets_for_times(handle, list.pointer, timeout))
            var offsets: [TopicPartition: Int64] = [:]
            for entry in list.entries {
                try Failure.check(entry.code)
                offsets[entry.partition] = entry.offset
            }
            return partitions.map { offsets[$0] ?? 0 }
        }
    }

    /// The topic's id; nil where the library cannot tell, or the topic is gone.
    ///
    /// - Parameter broker: whom to ask, for all of them know; nil for the controller, which may be away for a while.
    func topicID(_ topic: String, from broker: Int?) throws(PortError) -> String? {
        guard crdkafka_describes_topics() != 0 else { return nil }
        return try ask("describe", of: topic) { options, queue throws(Failure) in
            var words = [CChar](repeating: 0, count: 256)
            if let broker { try Failure.check(rd_kafka_AdminOptions_set_broker(options, Int32(clamping: broker), &words, words.count)) }
            crdkafka_describe_topic(handle, topic, options, queue)
        } read: { event throws(Failure) in
            let id = crdkafka_described_topic_id(event).map { String(cString: $0) }
            // What brokers without ids send.
            return id == "AAAAAAAAAAAAAAAAAAAAAA" ? nil : id
        }
    }
}
