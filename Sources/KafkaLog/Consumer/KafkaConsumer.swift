internal import BlockingExecutor
internal import CRdKafka
internal import Logging
internal import Pipeline

/// A member of a consumer group on Kafka.
///
/// All of it happens on one thread: polls, commits and what the group's changes call back, so that a commit is never computed in one assignment
/// and sent in another. Partitions are held back by not draining their queues.
actor KafkaConsumer: LogConsumer {
    private nonisolated let executor = BlockingExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    nonisolated var preferredExecutor: (any TaskExecutor)? { executor }

    private let settings: KafkaSettings
    private let membership: Membership
    private let partitions: Int
    private let logger: Logger
    private let subject: String
    private var member: KafkaMember?
    private var deliveries: [Delivery] = []
    private var turn = 0
    /// What the group has given to this member and not taken back.
    private var owned: Set<TopicPartition> = []
    /// What the last poll gave up; it goes when the next one begins.
    private var leaving: Set<TopicPartition>?

    private init(_ settings: KafkaSettings, _ membership: Membership, _ partitions: Int, _ logger: Logger) {
        self.settings = settings
        self.membership = membership
        self.partitions = partitions
        self.logger = logger
        subject = "group \(membership.group)"
    }

    /// Joins the group; partitions come by `poll`.
    ///
    /// - Parameter partitions: how many the topics have in all, to divide the memory for fetched messages.
    static func join(_ settings: KafkaSettings, _ membership: Membership, partitions: Int, _ logger: Logger) async throws(PortError)
        -> KafkaConsumer
    {
        let consumer = KafkaConsumer(settings, membership, partitions, logger)
        try await consumer.join()
        return consumer
    }

    private func join() throws(PortError) { member = try KafkaMember(settings, membership, partitions: partitions, logger) }

    private func member(_ operation: String) throws(PortError) -> KafkaMember {
        if let member { return member }
        throw PortError(.fenced, operation, of: subject, because: "this member has left", mend: "Join again.")
    }

    func poll(wait: Duration, holding held: Set<TopicPartition>) throws(PortError) -> ConsumerEvent {
        let member = try member("poll")
        if let leaving {
            self.leaving = nil
            if !owned.isEmpty, member.isExpelled { return try joinAnew() }
            try release(leaving, member)
        }
        let clock = ContinuousClock()
        let deadline = clock.now + wait
        while true {
            member.wakeUp.clear()
            try member.serve()
            if let event = try rebalanced(member) { return event }
            try fetch(member)
            if let event = try deliver(held, member) { return event }
            let left = deadline - clock.now
            guard left > .zero else { return .idle }
            member.wakeUp.wait(left)
        }
    }

    // MARK: The assignment

    private func rebalanced(_ member: KafkaMember) throws(PortError) -> ConsumerEvent? {
        while let change = member.nextRebalance() {
            if !owned.isSubset(of: change.revoked), member.isExpelled { return try joinAnew() }
            switch change {
            case .assign(let partitions):
                // Each partition is added when it is started; the group only has to know that all of them are taken.
                try member.acceptAssignment(of: partitions)
                try restart(member)
                let new = Set(partitions).subtracting(owned)
                owned.formUnion(new)
                if !new.isEmpty { return .assigned(new.sorted()) }
            case .revoke(let partitions, let lost):
                let gone = owned.intersection(partitions)
                owned.subtract(gone)
                // Nothing more is delivered of them.
                for delivery in deliveries where gone.contains(delivery.partition) { delivery.isOver = true }
                if !gone.isEmpty, !lost {
                    leaving = gone
                    return .revoked(gone.sorted(), lost: false)
                }
                try release(gone, member)
                if !gone.isEmpty { return .revoked(gone.sorted(), lost: true) }
            }
        }
        return nil
    }

    /// Loses everything and begins a new membership: in one that the group has ended, librdkafka would go on with what is left of it.
    private func joinAnew() throws(PortError) -> ConsumerEvent {
        let lost = owned.sorted()
        close()
        try join()
        return .revoked(lost, lost: true)
    }

    private func release(_ partitions: Set<TopicPartition>, _ member: KafkaMember) throws(PortError) {
        try member.release(deliveries.filter { $0.isRunning && partitions.contains($0.partition) }.map(\.partition))
        retire { partitions.contains($0.partition) }
        try restart(member)
    }

    private func retire(where isWanted: (Delivery) -> Bool) {
        deliveries.removeAll { delivery in
            guard isWanted(delivery) else { return false }
            delivery.retire()
            return true
        }
    }

    /// Fetches what stays anew from where it has come to.
    ///
    /// While a group changes, librdkafka pauses what stays and resumes it where it believes the program to be; beside reading in batches that
    /// has lost messages (seen with 2.0.2). An eager group keeps nothing, so there is nothing to be done.
    private func restart(_ member: KafkaMember) throws(PortError) {
        let kept = deliveries.filter { $0.isRunning && !$0.isOver }
        guard !kept.isEmpty, !member.isEager else { return }
        try member.release(kept.map(\.partition))
        try renew(member)
    }

    /// Puts a delivery that is still to be started in the place of each that runs and stays.
    private func renew(_ member: KafkaMember) throws(PortError) {
        deliveries = try deliveries.map { (delivery) throws(PortError) in
            guard delivery.isRunning, !delivery.isOver else { return delivery }
            delivery.retire()
            return try member.delivery(of: delivery.partition, from: delivery.position, in: delivery.queue)
        }
    }

    /// Begins to fetch what was started since the last poll.
    private func fetch(_ member: KafkaMember) throws(PortError) {
        guard deliveries.contains(where: { !$0.isRunning }) else { return }
        if member.isEager {
            // An eager assignment is one list: who was fetched already goes on where it has come to. The old one ends before the new one is made,
            // or its end would turn queues back (`Delivery.run`).
            try member.release([])
            try renew(member)
            try member.add(deliveries)
        } else {
            try member.add(deliveries.filter { !$0.isRunning })
        }
    }

    func start(_ partition: TopicPartition, at offset: Int64) throws(PortError) {
        let member = try member("start")
        guard owned.contains(partition) else {
            throw PortError(.fenced, "start", of: "\(partition)", because: "it is not assigned to this member")
        }
        try member.bounds(of: partition).check(offset, "start", partition)
        if deliveries.contains(where: { $0.partition == partition && $0.isRunning }), !member.isEager { try member.release([partition]) }
        retire { $0.partition == partition }
        deliveries.append(try member.delivery(of: partition, from: offset, in: try member.freest(beside: deliveries)))
        deliveries.sort { $0.partition < $1.partition }
    }

    // MARK: Messages

    /// Messages of the next queue in turn that has any; else the news that a partition has come to its end.
    private func deliver(_ held: Set<TopicPartition>, _ member: KafkaMember) throws(PortError) -> ConsumerEvent? {
        // Who shares a queue with a partition that is held waits with it.
        let stopped = held.isEmpty ? [] : deliveries.filter { held.contains($0.partition) }.map { ObjectIdentifier($0.queue) }
        for step in 0..<member.queues.count {
            let index = (turn + step) % member.queues.count
            let queue = member.queues[index]
            guard !stopped.contains(ObjectIdentifier(queue)), let next = queue.next(deliveries) else { continue }
            turn = index + 1
            switch next {
            case .messages(let batch, let delivery):
                member.madeRoom(delivery)
                return .messages(batch)
            case .end(let offset, let delivery): return .end(delivery.partition, offset)
            case .failure(let failure, let delivery): throw member.told(failure, "poll", of: "\(delivery.partition)")
            }
        }
        return nil
    }

    // MARK: Positions

    func committed(_ partitions: [TopicPartition]) throws(PortError) -> [TopicPartition: CommittedPosition] {
        try member("fetch positions").committed(partitions)
    }

    func commit(_ positions: [TopicPartition: CommittedPosition]) throws(PortError) -> CommitOutcome {
        let member = try member("commit")
        // The broker asks whether this member is in the group, not whether a partition is its.
        if let foreign = positions.keys.first(where: { !owned.contains($0) && leaving?.contains($0) != true }) {
            throw PortError(.fenced, "commit", of: "\(foreign) in \(subject)", because: "it is not assigned to this member")
        }
        return try member.commit(positions)
    }

    func close() {
        guard let member else { return }
        self.member = nil
        retire { _ in true }
        owned = []
        leaving = nil
        member.leave()
    }
}
