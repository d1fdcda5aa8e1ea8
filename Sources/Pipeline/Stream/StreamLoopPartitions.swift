internal import Logging
internal import SalesModel

/// How partitions come to this member and leave it.
extension StreamLoop {
    func assigned(_ partitions: [TopicPartition], _ consumer: any LogConsumer, hasWaited: Bool = false) async throws(PortError) {
        let positions = try await consumer.committed(partitions)
        for partition in partitions {
            guard let country = countryOf[partition.topic] else { continue }
            let decision: Takeover.Decision
            do {
                decision = try await takeover.decide(partition, country: country, committed: positions[partition], hasWaited: hasWaited)
                if case .start(let start) = decision {
                    try await StoreMarker.check(stage, partition: partition, country: country, topicID: start.topicID)
                }
            } catch {
                if case .port(let error) = error { throw error }
                // What was fetched may be old by now: whoever got the partition meanwhile has moved its position before its files came.
                guard try await consumer.committed([partition])[partition] == positions[partition] else {
                    throw PortError(.fenced, "taking over", of: "\(partition)", because: "its position has moved meanwhile")
                }
                stage.logger.error("\(error)", metadata: ["partition": "\(partition)"])
                fatal = fatal ?? error
                continue
            }
            switch decision {
            case .start(let start): try await take(partition, from: start, country, consumer)
            case .wait(let duration): waiting[partition] = stage.clock.elapsed() + duration
            }
        }
    }

    func take(
        _ partition: TopicPartition, from start: Takeover.Start, _ country: CountryCode, _ consumer: any LogConsumer
    ) async throws(PortError) {
        try await consumer.start(partition, at: start.note.from)
        owned[partition] = Owned(
            plan: PartitionPlan(
                partition, note: start.note, adopting: start.chain, topicID: start.topicID,
                limits: .init(rows: settings.rows, age: settings.age), header: Array("\(SaleField.header)\n".utf8)),
            assignment: Assignment(), country: country, transcoder: SaleTranscoder(country: country), isNew: start.isNew)
        stage.logger.info("takes \(partition) from offset \(start.note.from)", metadata: ["cuts": "\(start.note.cuts.count)"])
    }

    /// Takes the partitions whose wait is over.
    func takeWaiting(_ consumer: any LogConsumer) async throws(PortError) {
        let now = stage.clock.elapsed()
        let due = waiting.filter { $0.value <= now }.keys.sorted()
        guard !due.isEmpty else { return }
        for partition in due { waiting[partition] = nil }
        try await assigned(due, consumer, hasWaited: true)
    }

    func revoked(_ partitions: [TopicPartition], lost: Bool, _ consumer: any LogConsumer) async throws(PortError) {
        if !lost { try await commit(consumer, eager: true, only: Set(partitions)) }
        for partition in partitions { drop(partition) }
        stage.logger.info(lost ? "lost partitions" : "gives partitions back", metadata: ["count": "\(partitions.count)"])
    }

    func drop(_ partition: TopicPartition) {
        owned.removeValue(forKey: partition)?.assignment.end()
        waiting[partition] = nil
        uploadRetries[partition] = nil
    }

    func dropAll() { for partition in Array(owned.keys) + Array(waiting.keys) { drop(partition) } }
}
