internal import Pipeline

/// What a broker keeps: topics with their partitions, producers, and groups with their members.
struct SimLogState: Sendable {
    struct Record: Sendable {
        var offset: Int64
        var timestamp: Int64
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [OutgoingBatch.Header] = []
    }

    struct Partition: Sendable {
        var records: [Record] = []
        var first: Int64 = 0
        var end: Int64 = 0

        /// The index of the first record at or behind `offset`.
        func index(of offset: Int64) -> Int {
            var (low, high) = (0, records.count)
            while low < high {
                let middle = (low + high) / 2
                if records[middle].offset < offset { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    struct Topic: Sendable {
        let id: String
        var partitions: [Partition]
    }

    struct Producer: Sendable {
        let identity: String?
        let epoch: Int
        var open: [OutgoingBatch] = []
        var isClosed = false
    }

    var topics: [String: Topic] = [:]
    /// The epoch of the latest producer of an identity.
    var identities: [String: Int] = [:]
    var producers: [Producer] = []
    var members: [SimMember] = []
    var groups: [String: SimGroup] = [:]
    /// Commits are refused by partition, as the embedded broker does it, not only by membership.
    var fencesPartitions = true
    /// At a change of members all partitions are taken back, not only those that move.
    var isEager = false
    /// Transactions leave control records, so that offsets have gaps.
    var leavesGaps = false
    /// The most messages that one answer brings.
    var largestBatch = Int.max

    subscript(_ partition: TopicPartition) -> Partition? {
        guard let topic = topics[partition.topic], topic.partitions.indices.contains(partition.partition) else { return nil }
        return topic.partitions[partition.partition]
    }
}

extension SimState {
    mutating func create(topic: String, partitions: Int) -> Bool {
        guard log.topics[topic] == nil else { return false }
        log.topics[topic] = .init(id: "id-of-\(topic)", partitions: Array(repeating: .init(), count: partitions))
        isStirred = true
        return true
    }

    /// Appends messages that everyone sees at once, and a control record behind them where there are such.
    mutating func append(_ batches: [OutgoingBatch]) {
        var touched: [TopicPartition] = []
        for batch in batches {
            let place = batch.partition
            guard var partition = log[place] else { continue }
            log.topics[place.topic]?.partitions[place.partition] = .init()
            for (index, entry) in batch.entries.enumerated() {
                partition.records.append(
                    .init(
                        offset: partition.end, timestamp: SimClock.wall(at: now), key: entry.key.map { Array(batch.bytes[$0]) },
                        value: entry.value.map { Array(batch.bytes[$0]) }, headers: batch.headers[index] ?? []))
                partition.end += 1
            }
            log.topics[place.topic]?.partitions[place.partition] = partition
            if !touched.contains(place) { touched.append(place) }
        }
        if log.leavesGaps { for place in touched { leaveGap(place) } }
        isStirred = true
    }

    /// A control record, or what an aborted transaction leaves: offsets without a message.
    mutating func leaveGap(_ place: TopicPartition, of offsets: Int64 = 1) {
        log.topics[place.topic]?.partitions[place.partition].end += offsets
        isStirred = true
    }

    /// Messages from `offset` on: at least one where there is one, at most about `maximumBytes`.
    mutating func batch(_ place: TopicPartition, from offset: Int64, maximumBytes: Int) throws(PortError) -> MessageBatch {
        guard let partition = log[place] else { throw PortError(.missing, "read", of: "\(place)", because: "there is no such partition") }
        guard offset >= partition.first, offset <= partition.end else {
            throw PortError(.missing, "read", of: "\(place)", because: "offset \(offset) is not in \(partition.first)..<\(partition.end)")
        }
        var batch = MessageBatch(partition: place, bytes: [], entries: [], next: offset)
        let most = log.largestBatch == .max ? Int.max : 1 + random.below(log.largestBatch)
        var index = partition.index(of: offset)
        while index < partition.records.count, batch.entries.isEmpty || batch.bytes.count < maximumBytes, batch.entries.count < most {
            let record = partition.records[index]
            let key = batch.bytes.count
            batch.bytes.append(contentsOf: record.key ?? [])
            let value = batch.bytes.count
            batch.bytes.append(contentsOf: record.value ?? [])
            batch.entries.append(
                .init(
                    offset: record.offset, timestamp: record.timestamp, key: record.key == nil ? nil : key..<value,
                    value: record.value == nil ? nil : value..<batch.bytes.count))
            batch.next = record.offset + 1
            index += 1
        }
        if index == partition.records.count { batch.next = partition.end }
        return batch
    }

    // MARK: Producers

    mutating func openProducer(_ identity: String?) -> Int {
        var epoch = 0
        if let identity {
            epoch = log.identities[identity, default: 0] + 1
            log.identities[identity] = epoch
            for index in log.producers.indices where log.producers[index].identity == identity { abort(index) }
        }
        log.producers.append(.init(identity: identity, epoch: epoch))
        return log.producers.count - 1
    }

    /// What the producer had open is gone; in a log with control records it leaves a gap.
    mutating func abort(_ producer: Int) {
        if log.leavesGaps {
            for batch in log.producers[producer].open { leaveGap(batch.partition, of: Int64(batch.entries.count) + 1) }
        }
        log.producers[producer].open = []
    }

    mutating func checkProducer(_ producer: Int, _ operation: String) throws(PortError) {
        let state = log.producers[producer]
        if let identity = state.identity, log.identities[identity] != state.epoch {
            throw PortError(.fenced, operation, of: identity, because: "a successor has opened")
        }
        guard !state.isClosed else { throw PortError(.fenced, operation, of: state.identity ?? "a producer", because: "it is closed") }
    }

    mutating func commitTransaction(_ producer: Int, _ positions: [GroupPosition]) throws(PortError) {
        try checkProducer(producer, "commit")
        for position in positions where log[position.partition] == nil {
            throw PortError(.missing, "commit", of: "\(position.partition)", because: "there is no such partition")
        }
        let batches = log.producers[producer].open
        log.producers[producer].open = []
        append(batches)
        for position in positions {
            log.groups[position.group, default: SimGroup()].positions[position.partition] = position.position
        }
    }
}
