internal import CRdKafka
internal import Pipeline

/// How far the group has come.
extension KafkaMember {
    func committed(_ partitions: [TopicPartition]) throws(PortError) -> [TopicPartition: CommittedPosition] {
        let list = PartitionList(partitions)
        try check(rd_kafka_committed(client.handle, list.pointer, Self.patience), "fetch positions")
        var positions: [TopicPartition: CommittedPosition] = [:]
        for entry in list.entries {
            try check(entry.code, "fetch positions")
            if entry.offset >= 0 { positions[entry.partition] = CommittedPosition(offset: entry.offset, note: entry.note) }
        }
        return positions
    }

    /// Commits in one request and waits for the answer.
    ///
    /// A request whose connection was lost may have been sent twice, and its first copy may take effect after later ones. So where a connection
    /// was lost meanwhile nothing is known, whatever the answer is, and only a new membership helps.
    func commit(_ positions: [TopicPartition: CommittedPosition]) throws(PortError) -> CommitOutcome {
        guard rd_kafka_assignment_lost(client.handle) == 0, !isExpelled else {
            throw PortError(.fenced, "commit", of: subject, because: "the assignment was lost")
        }
        guard let queue = rd_kafka_queue_new(client.handle) else {
            throw PortError(.throttled, "commit", of: subject, because: "out of memory")
        }
        defer { rd_kafka_queue_destroy(queue) }
        let lost = client.events.connectionsLost
        let list = PartitionList(positions)
        try check(rd_kafka_commit_queue(client.handle, list.pointer, queue, nil, nil), "commit")
        let code = answer(on: queue)
        guard client.events.connectionsLost == lost else {
            throw PortError(
                .unreachable, "commit", of: subject, because: "a connection was lost meanwhile, so it is not known which commits will stand"
            )
        }
        switch code {
        case RD_KAFKA_RESP_ERR_NO_ERROR: return .kept
        case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION: return .postponed
        default: throw told(Failure(code), "commit", of: subject)
        }
    }

    private func answer(on queue: OpaquePointer) -> rd_kafka_resp_err_t {
        guard let event = rd_kafka_queue_poll(queue, Int32(clamping: commitDeadline.milliseconds)) else {
            return RD_KAFKA_RESP_ERR__TIMED_OUT
        }
        defer { rd_kafka_event_destroy(event) }
        let code = rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let list = rd_kafka_event_topic_partition_list(event) else { return code }
        return PartitionList.entries(list).first { $0.code != RD_KAFKA_RESP_ERR_NO_ERROR }?.code ?? code
    }
}
