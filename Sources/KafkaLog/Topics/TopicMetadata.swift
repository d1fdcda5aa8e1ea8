internal import CRdKafka

/// Where a topic's partitions are, as the cluster tells it.
struct TopicMetadata {
    /// By their numbers, without a hole.
    let partitions: [KafkaTopic.Partition]

    /// All partitions have a leader.
    var isComplete: Bool { partitions.allSatisfy { $0.leader != nil } }
}

/// A topic as one client knows it, to produce to or to read from.
final class TopicHandle {
    let pointer: OpaquePointer
    let name: String
    /// How many partitions there were when last looked.
    var partitions = 0
    // The topic is given back before its client.
    private let client: Client

    init(_ name: String, _ client: Client) throws(Failure) {
        guard let pointer = rd_kafka_topic_new(client.handle, name, nil) else { throw Failure(rd_kafka_last_error()) }
        self.pointer = pointer
        self.name = name
        self.client = client
    }

    /// Asks the cluster; nil where there is no such topic.
    func metadata(_ timeout: Int32) throws(Failure) -> TopicMetadata? {
        var answer: UnsafePointer<rd_kafka_metadata>?
        try Failure.check(rd_kafka_metadata(client.handle, 0, pointer, &answer, timeout))
        guard let answer else { return nil }
        defer { rd_kafka_metadata_destroy(answer) }
        guard answer.pointee.topic_cnt == 1, let topic = answer.pointee.topics else { return nil }
        if topic.pointee.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART { return nil }
        try Failure.check(topic.pointee.err)
        let partitions = KafkaTopic.Partition.all(of: topic.pointee)
        // While a topic is being made some of its partitions may not have come yet.
        if partitions.isEmpty || partitions.last?.number != partitions.count - 1 { throw Failure(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) }
        self.partitions = partitions.count
        return TopicMetadata(partitions: partitions)
    }

    deinit { rd_kafka_topic_destroy(pointer) }
}

extension KafkaTopic.Partition {
    /// Those that the cluster tells of, by their numbers.
    static func all(of topic: rd_kafka_metadata_topic_t) -> [Self] {
        (0..<Int(topic.partition_cnt)).map { index in
            let entry = topic.partitions[index]
            return Self(
                number: Int(entry.id), leader: entry.leader >= 0 ? Int(entry.leader) : nil,
                replicas: (0..<Int(entry.replica_cnt)).map { Int(entry.replicas[$0]) },
                inSyncReplicas: (0..<Int(entry.isr_cnt)).map { Int(entry.isrs[$0]) })
        }.sorted { $0.number < $1.number }
    }
}
