internal import BlockingExecutor
internal import Pipeline

/// A member of a group of the broker in a file.
///
/// Who has a partition stands in the broker file and changes only in a transaction; each commit looks there in its own transaction, so a member that
/// lost a partition cannot commit for it, whatever it believes. Liveness (see `HeartbeatFile`) only decides who may take what.
actor SQLiteConsumer: LogConsumer {
    /// How often a waiting poll looks for news.
    private static let lookEvery = Duration.milliseconds(10)
    /// How often a member looks whether others have died, in milliseconds, and at most a tenth of the session.
    private static let probeEvery: Int64 = 200
    /// About as many bytes come with a poll: a row of the broker file.
    private static let fetchBytes = 1 << 20

    private nonisolated let executor = BlockingExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    nonisolated var preferredExecutor: (any TaskExecutor)? { executor }

    private let path: String
    private let surroundings: LogSurroundings
    private let membership: Membership
    private var group: GroupMember?

    /// Where the delivery of a partition stands.
    private struct Delivery {
        let id: Int64
        let partition: TopicPartition
        var position: Int64
        var end: Int64
        var endTold = false
    }
    private var deliveries: [Delivery] = []
    private var turn = 0
    private var seenVersion: Int64 = -1
    private var nextProbe: Int64 = .min
    /// What the last poll gave up; it goes when the next one begins.
    private var leaving: [Int64] = []

    init(_ path: String, _ surroundings: LogSurroundings, _ membership: Membership) {
        self.path = path
        self.surroundings = surroundings
        self.membership = membership
    }

    func join() throws(PortError) {
        let database = try Database(path: path, LogSchema.kind, surroundings.database)
        group = try GroupMember(membership, database, surroundings)
    }

    private func member(_ operation: String) throws(PortError) -> GroupMember {
        if let group { return group }
        throw PortError(.fenced, operation, of: "group \(membership.group)", because: "this member has left", mend: "Join again.")
    }

    func poll(wait: Duration, holding held: Set<TopicPartition>) async throws(PortError) -> ConsumerEvent {
        let clock = ContinuousClock()
        let deadline = clock.now + wait
        while true {
            if let event = try look(held) { return event }
            guard clock.now < deadline else { return .idle }
            do {
                try await clock.sleep(until: min(deadline, clock.now + Self.lookEvery), tolerance: .zero)
            } catch {
                return .idle
            }
        }
    }

    private func look(_ held: Set<TopicPartition>) throws(PortError) -> ConsumerEvent? {
        let member = try member("poll")
        let now = surroundings.boot()
        try member.beat(at: now)
        if !leaving.isEmpty {
            try member.giveUp(leaving)
            leaving = []
            nextProbe = .min
        }
        let version = try member.version()
        if version != seenVersion { try refreshEnds(member) }
        var isDue = now >= nextProbe
        if !isDue, version != seenVersion { isDue = try member.hasNewGeneration() }
        if isDue {
            if let event = try think(member) { return event }
            nextProbe = now + min(Self.probeEvery, max(1, membership.sessionTimeout.milliseconds / 10))
        }
        seenVersion = version
        return try deliver(held, member)
    }

    private func think(_ member: GroupMember) throws(PortError) -> ConsumerEvent? {
        switch try member.step() {
        case .rest: return nil
        case .lose(let partitions):
            nextProbe = .min
            return .revoked(stop(partitions, member), lost: true)
        case .giveUp(let partitions):
            leaving = partitions
            return .revoked(stop(partitions, member), lost: false)
        case .take(let partitions):
            nextProbe = .min
            return .assigned(partitions.compactMap { member.names[$0] }.sorted())
        }
    }

    private func stop(_ partitions: [Int64], _ member: GroupMember) -> [TopicPartition] {
        deliveries.removeAll { partitions.contains($0.id) }
        return partitions.compactMap { member.names[$0] }.sorted()
    }

    private func refreshEnds(_ member: GroupMember) throws(PortError) {
        for index in deliveries.indices {
            let end = try member.bounds(of: deliveries[index].partition).next
            deliveries[index].end = end
        }
    }

    /// Messages of the next partition in turn that has any; else the news that one has come to its end.
    private func deliver(_ held: Set<TopicPartition>, _ member: GroupMember) throws(PortError) -> ConsumerEvent? {
        for step in 0..<deliveries.count {
            let index = (turn + step) % deliveries.count
            let delivery = deliveries[index]
            if held.contains(delivery.partition) { continue }
            if delivery.position < delivery.end {
                let batch = try member.fetch(delivery.partition, delivery.id, from: delivery.position, limit: Self.fetchBytes)
                guard let first = batch.entries.first, first.offset == delivery.position else {
                    throw PortError(
                        .missing, "poll", of: "\(delivery.partition)", because: "offset \(delivery.position) is no longer kept",
                        mend: "Retention has taken messages that this group has not consumed.")
                }
                deliveries[index].position = batch.next
                deliveries[index].endTold = false
                turn = index + 1
                return .messages(batch)
            }
            if !delivery.endTold {
                deliveries[index].endTold = true
                turn = index + 1
                return .end(delivery.partition, delivery.position)
            }
        }
        return nil
    }

    func start(_ partition: TopicPartition, at offset: Int64) throws(PortError) {
        let member = try member("start")
        guard let id = member.id(ofOwned: partition), !leaving.contains(id) else {
            throw PortError(.defect, "start", of: "\(partition)", because: "it is not assigned to this member")
        }
        let known = try member.bounds(of: partition)
        try known.bounds.check(offset, "start", partition)
        deliveries.removeAll { $0.id == id }
        deliveries.append(Delivery(id: id, partition: partition, position: offset, end: known.next))
        deliveries.sort { $0.partition < $1.partition }
    }

    func committed(_ partitions: [TopicPartition]) throws(PortError) -> [TopicPartition: CommittedPosition] {
        try member("fetch positions").committed(partitions)
    }

    func commit(_ positions: [TopicPartition: CommittedPosition]) throws(PortError) -> CommitOutcome {
        let member = try member("commit")
        for (partition, position) in positions { try position.check("\(partition) in group \(membership.group)") }
        try member.beat(at: surroundings.boot())
        try member.commit(positions)
        return .kept
    }

    func close() {
        try? group?.leave()
        group = nil
        deliveries = []
    }

    /// Ends as a killed process does: nothing is released but what the kernel releases.
    func vanish() {
        group = nil
        deliveries = []
    }
}
