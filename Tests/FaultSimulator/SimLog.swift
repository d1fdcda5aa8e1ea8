public import Pipeline

/// A process's connection to the log of its world.
public struct SimLog: MessageLog {
    let world: SimWorld
    let process: Int

    /// Always the same name.
    public func identity() async throws(PortError) -> String {
        try await world.call(process, .identity) { _ in "simulated-log" }
    }

    /// What is known of a topic.
    public func describe(topic: String) async throws(PortError) -> TopicDescription? {
        try await world.call(process, .describe, topic) { state in
            state.log.topics[topic].map { known in
                TopicDescription(name: topic, id: known.id, partitions: known.partitions.map { .init(first: $0.first, end: $0.end) })
            }
        }
    }

    /// Makes a topic where it is absent.
    public func create(topic: String, partitions: Int) async throws(PortError) -> Bool {
        try await world.call(process, .create, topic) { $0.create(topic: topic, partitions: partitions) }
    }

    /// Messages without a group.
    public func read(_ partition: TopicPartition, from offset: Int64, maximumBytes: Int) async throws(PortError) -> MessageBatch {
        try await world.call(process, .read, "\(partition) from \(offset)", telling: { "up to \($0.next)" }) { state throws(PortError) in
            try state.batch(partition, from: offset, maximumBytes: maximumBytes)
        }
    }

    /// What a group has committed.
    public func committed(group: String, _ partitions: [TopicPartition]) async throws(PortError) -> [TopicPartition: CommittedPosition] {
        try await world.call(process, .lookUpPositions, group, telling: SimConsumer.told) { state in
            state.positions(of: group, partitions)
        }
    }

    /// Opens a producer; with an identity it fences its predecessor.
    public func openProducer(identity: String?) async throws(PortError) -> any LogProducer {
        let number = try await world.call(process, .openProducer, identity ?? "without identity") { state in state.openProducer(identity) }
        return SimProducer(world: world, process: process, number: number, identity: identity ?? "producer \(number)")
    }

    /// Opens a consumer; it joins its group when it is polled first.
    public func openConsumer(_ membership: Membership) async throws(PortError) -> any LogConsumer {
        let process = process
        let number = try await world.call(process, .openConsumer, membership.group, telling: { (member: Int) in "member \(member)" }) {
            state in
            state.log.members.append(SimMember(process: process, membership: membership))
            return state.log.members.count - 1
        }
        return SimConsumer(world: world, process: process, member: number)
    }
}

extension SimState {
    func positions(of group: String, _ partitions: [TopicPartition]) -> [TopicPartition: CommittedPosition] {
        guard let known = log.groups[group]?.positions else { return [:] }
        var positions: [TopicPartition: CommittedPosition] = [:]
        for partition in partitions { positions[partition] = known[partition] }
        return positions
    }
}

/// A producer of a simulated log.
struct SimProducer: LogProducer {
    let world: SimWorld
    let process: Int
    let number: Int
    let identity: String

    func append(_ batch: OutgoingBatch) async throws(PortError) {
        try await world.call(process, .append, "\(batch.entries.count) to \(batch.partition) by \(identity)") {
            [number] state throws(PortError) in
            try state.checkProducer(number, "append")
            guard state.log[batch.partition] != nil else {
                throw PortError(.missing, "append", of: "\(batch.partition)", because: "there is no such partition")
            }
            state.log.producers[number].open.append(batch)
        }
    }

    func commit(_ positions: [GroupPosition]) async throws(PortError) {
        try await world.call(process, .commitTransaction, identity) { [number] state throws(PortError) in
            try state.commitTransaction(number, positions)
        }
    }

    func close() async {
        let closed: Void? = try? await world.call(process, .closeProducer, identity) { [number] state in
            state.abort(number)
            state.log.producers[number].isClosed = true
        }
        _ = closed
    }
}

/// A member of a group of a simulated log.
struct SimConsumer: LogConsumer {
    let world: SimWorld
    let process: Int
    let member: Int

    func poll(wait: Duration, holding held: Set<TopicPartition>) async throws(PortError) -> ConsumerEvent {
        try await world.waitingCall(process, .poll, wait: wait, telling: Self.told, otherwise: .idle) { [member] state throws(PortError) in
            try state.poll(member, until: state.now + wait.microseconds, holding: held)
        }
    }

    func start(_ partition: TopicPartition, at offset: Int64) async throws(PortError) {
        try await world.call(process, .start, "\(partition) at \(offset)") { [member] state throws(PortError) in
            guard let bounds = state.log[partition] else {
                throw PortError(.missing, "start", of: "\(partition)", because: "there is no such partition")
            }
            guard offset >= bounds.first, offset <= bounds.end else {
                throw PortError(
                    .missing, "start", of: "\(partition)", because: "offset \(offset) is not in \(bounds.first)...\(bounds.end)")
            }
            guard state.log.members[member].held.contains(partition) else { throw state.fenced("start", member) }
            state.log.members[member].deliveries.removeAll { $0.partition == partition }
            state.log.members[member].deliveries.append(.init(partition: partition, position: offset))
            state.isStirred = true
        }
    }

    func committed(_ partitions: [TopicPartition]) async throws(PortError) -> [TopicPartition: CommittedPosition] {
        try await world.call(process, .fetchPositions, "\(partitions)", telling: Self.told) { [member] state in
            if state.log.members[member].isJoined { state.touch(member) }
            return state.positions(of: state.log.members[member].membership.group, partitions)
        }
    }

    func commit(_ positions: [TopicPartition: CommittedPosition]) async throws(PortError) -> CommitOutcome {
        // A request says in which membership it was sent; it is judged by that when it arrives.
        let epoch = world.change { [member] state in state.log.members[member].epoch }
        return try await world.call(process, .commitPositions, Self.told(positions)) { [member] state throws(PortError) in
            try state.commit(positions, by: member, in: epoch)
        }
    }

    func close() async {
        let left: Void? = try? await world.call(process, .leave, "member \(member)") { [member] state in
            state.log.members[member].isClosed = true
            state.remove(member)
        }
        _ = left
    }

    @Sendable static func told(_ positions: [TopicPartition: CommittedPosition]) -> String {
        positions.sorted { $0.key < $1.key }.map { "\($0.key)@\($0.value.offset)\($0.value.note.isEmpty ? "" : " (\($0.value.note))")" }
            .joined(separator: ", ")
    }

    @Sendable static func told(_ event: ConsumerEvent) -> String {
        switch event {
        case .messages(let batch):
            "\(batch.entries.count) messages of \(batch.partition), \(batch.entries.first?.offset ?? -1)..<\(batch.next)"
        default: "\(event)"
        }
    }
}

extension SimState {
    /// Keeps positions where the member and its membership are those that the broker knows. Who has the partition is another question,
    /// and one that not every broker asks.
    mutating func commit(_ positions: [TopicPartition: CommittedPosition], by member: Int, in epoch: Int) throws(PortError) -> CommitOutcome
    {
        let known = log.members[member]
        let name = known.membership.group
        guard known.isJoined, !known.isClosed, known.epoch == epoch, var group = log.groups[name] else { throw fenced("commit", member) }
        for (partition, position) in positions.sorted(by: { $0.key < $1.key }) {
            guard position.note.utf8.count <= 4096 else {
                throw PortError(.misconfigured, "commit", of: "\(partition)", because: "the note is longer than 4,096 bytes")
            }
            if log.fencesPartitions, group.owner[partition] != member { throw fenced("commit", member) }
        }
        touch(member)
        if now < faults.until, random.chance(faults.postponements) { return .postponed }
        for (partition, position) in positions.sorted(by: { $0.key < $1.key }) {
            auditCommit(partition, from: group.positions[partition], to: position)
            group.positions[partition] = position
        }
        log.groups[name] = group
        isStirred = true
        return .kept
    }
}
