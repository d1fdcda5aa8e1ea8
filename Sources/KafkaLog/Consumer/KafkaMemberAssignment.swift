internal import CRdKafka
internal import Pipeline

/// What the group gives and takes, and how a partition is fetched.
extension KafkaMember {
    func nextRebalance() -> ClientEvents.Rebalance? {
        let change = client.events.nextRebalance()
        // A change that was waiting when the membership ended does not know of that.
        if case .revoke(let partitions, false) = change, isExpelled { return .revoke(partitions, lost: true) }
        return change
    }

    /// Whether the group has gone on without this member since it was given its partitions, so that they may be others' by now.
    ///
    /// librdkafka gives up the member's id as soon as it learns of that. In the classic protocol it tells of the loss only where no other change
    /// is waiting to be answered (seen with 2.0.2 and 2.16.0); after the answer it would join again with what that change leaves.
    var isExpelled: Bool { hasOverslept || id.map { $0 != currentID } == true }

    private var currentID: String {
        guard let text = rd_kafka_memberid(client.handle) else { return "" }
        defer { rd_kafka_mem_free(client.handle, text) }
        return String(cString: text)
    }

    /// Whether the group takes all partitions back before it gives them anew.
    var isEager: Bool { rd_kafka_rebalance_protocol(client.handle).map { String(cString: $0) } == "EAGER" }

    /// Tells the group that an assignment was taken, without starting any partition of it.
    func acceptAssignment(of partitions: [TopicPartition]) throws(PortError) {
        wasAssigned = true
        if !partitions.isEmpty {
            id = currentID
            hasOverslept = false
        }
        try add([])
    }

    /// Gives up all partitions of an eager group; of others those that are named, each of which was started.
    func release(_ started: [TopicPartition]) throws(PortError) {
        if isEager {
            try check(rd_kafka_assign(client.handle, nil), "give up an assignment")
        } else {
            let list = PartitionList(started)
            try check(rd_kafka_incremental_unassign(client.handle, list.pointer), "give up an assignment")
        }
    }

    /// A partition that is to be fetched from `offset` on, into a queue.
    func delivery(of partition: TopicPartition, from offset: Int64, in queue: FetchQueue) throws(PortError) -> Delivery {
        guard let delivery = Delivery(partition, at: offset, client, to: queue) else {
            throw PortError(.missing, "start", of: "\(partition)", because: "the partition is not there")
        }
        return delivery
    }

    /// The queue that the fewest partitions share.
    func freest(beside deliveries: [Delivery]) throws(PortError) -> FetchQueue {
        let users = Dictionary(grouping: deliveries) { ObjectIdentifier($0.queue) }.mapValues(\.count)
        guard let queue = queues.min(by: { users[ObjectIdentifier($0), default: 0] < users[ObjectIdentifier($1), default: 0] }) else {
            throw PortError(.fenced, "start", of: subject, because: "this member has left", mend: "Join again.")
        }
        return queue
    }

    /// Begins to fetch these, each from its position. With an eager group they must be all that are wanted.
    func add(_ deliveries: [Delivery]) throws(PortError) {
        let list = PartitionList(capacity: deliveries.count)
        for delivery in deliveries { list.add(delivery.partition, delivery.position) }
        if isEager {
            try check(rd_kafka_assign(client.handle, list.pointer), "start")
        } else {
            try check(rd_kafka_incremental_assign(client.handle, list.pointer), "start")
        }
        // librdkafka has ended by now what was released before, for it takes one change after the other.
        for delivery in deliveries { delivery.run() }
    }

    /// The offsets that are kept, as far as they are committed.
    func bounds(of partition: TopicPartition) throws(PortError) -> PartitionBounds {
        var (first, end) = (Int64(0), Int64(0))
        let code = rd_kafka_query_watermark_offsets(
            client.handle, partition.topic, Int32(clamping: partition.partition), &first, &end, Self.patience)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw told(Failure(code), "look up offsets", of: "\(partition)") }
        return PartitionBounds(first: first, end: end)
    }
}
