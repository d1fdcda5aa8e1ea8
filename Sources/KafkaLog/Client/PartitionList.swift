internal import CRdKafka
internal import Pipeline

/// librdkafka's list of partitions with offsets and notes.
struct PartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(capacity: Int = 8) { pointer = rd_kafka_topic_partition_list_new(Int32(clamping: capacity)) }

    /// Partitions, each at `offset`.
    init(_ partitions: [TopicPartition], at offset: Int64 = Int64(RD_KAFKA_OFFSET_INVALID)) {
        self.init(capacity: partitions.count)
        for partition in partitions { add(partition, offset) }
    }

    /// Positions with their notes.
    init(_ positions: [TopicPartition: CommittedPosition]) {
        self.init(capacity: positions.count)
        for (partition, position) in positions.sorted(by: { $0.key < $1.key }) { add(partition, position.offset, note: position.note) }
    }

    func add(_ partition: TopicPartition, _ offset: Int64, note: String = "") {
        guard let entry = rd_kafka_topic_partition_list_add(pointer, partition.topic, Int32(clamping: partition.partition)) else { return }
        entry.pointee.offset = offset
        guard !note.isEmpty else { return }
        let count = note.utf8.count
        // The list frees it with its own allocator, which is the system's.
        let copy = rd_kafka_mem_malloc(nil, count)
        copy?.copyMemory(from: Array(note.utf8), byteCount: count)
        entry.pointee.metadata = copy
        entry.pointee.metadata_size = count
    }

    /// A partition, its offset, its note, its error.
    struct Entry {
        let partition: TopicPartition
        let offset: Int64
        let note: String
        let code: rd_kafka_resp_err_t
    }

    var entries: [Entry] { Self.entries(pointer) }

    static func entries(_ list: UnsafePointer<rd_kafka_topic_partition_list_t>) -> [Entry] {
        (0..<Int(list.pointee.cnt)).map { index in
            let entry = list.pointee.elems[index]
            let note = entry.metadata.map {
                String(decoding: UnsafeRawBufferPointer(start: $0, count: entry.metadata_size), as: UTF8.self)
            }
            return Entry(
                partition: TopicPartition(String(cString: entry.topic), Int(entry.partition)), offset: entry.offset, note: note ?? "",
                code: entry.err)
        }
    }

    deinit { rd_kafka_topic_partition_list_destroy(pointer) }
}
