internal import Pipeline

/// A consumer group as the broker sees it.
struct SimGroup: Sendable {
    /// Members that the broker counts, in the order in which they joined.
    var members: [Int] = []
    /// Who has a partition now.
    var owner: [TopicPartition: Int] = [:]
    /// Who is to have it.
    var target: [TopicPartition: Int] = [:]
    /// Partitions that their owners have to give back before anybody gets any.
    var awaited: Set<TopicPartition> = []
    var positions: [TopicPartition: CommittedPosition] = [:]
}

/// A member of a group: what the broker knows of it and what it believes itself.
struct SimMember: Sendable {
    let process: Int
    let membership: Membership
    /// Rises each time the member joins: what it sends says in which membership it was sent.
    var epoch = 0
    /// The broker counts it.
    var isJoined = false
    var isClosed = false
    var lastContact: Int64 = 0
    /// Until when a poll of its waits, if nothing comes.
    var pollsUntil: Int64 = -1
    /// Partitions that it believes to have.
    var held: [TopicPartition] = []
    /// Partitions that it was told to give back; the next poll does so.
    var announced: [TopicPartition] = []
    var deliveries: [Delivery] = []

    /// How far a partition has been delivered.
    struct Delivery: Sendable {
        let partition: TopicPartition
        var position: Int64
        var endTold = false
    }
}

extension SimState {
    // MARK: Who has what

    mutating func join(_ member: Int) {
        let group = log.members[member].membership.group
        log.members[member].epoch += 1
        log.members[member].isJoined = true
        log.members[member].lastContact = now
        log.groups[group, default: SimGroup()].members.append(member)
        let (process, epoch) = (log.members[member].process, log.members[member].epoch)
        note(process, .process, .changed, "joins \(group) as member \(member).\(epoch)")
        rebalance(group)
        watchSession(member, log.members[member].epoch, after: log.members[member].membership.sessionTimeout.microseconds)
    }

    /// The broker counts the member no more. What it believes itself is another matter.
    mutating func remove(_ member: Int) {
        guard log.members[member].isJoined else { return }
        let name = log.members[member].membership.group
        log.members[member].isJoined = false
        guard var group = log.groups[name] else { return }
        group.members.removeAll { $0 == member }
        for (partition, owner) in group.owner where owner == member {
            group.owner[partition] = nil
            group.awaited.remove(partition)
        }
        log.groups[name] = group
        rebalance(name)
    }

    private mutating func rebalance(_ name: String) {
        guard var group = log.groups[name] else { return }
        isStirred = true
        group.target = [:]
        defer { log.groups[name] = group }
        guard !group.members.isEmpty else {
            group.awaited = []
            return
        }
        let topics = Set(group.members.flatMap { log.members[$0].membership.topics }).sorted()
        let partitions = topics.flatMap { topic in (log.topics[topic]?.partitions.indices ?? 0..<0).map { TopicPartition(topic, $0) } }
        let share = (partitions.count + group.members.count - 1) / group.members.count
        var load: [Int: Int] = [:]
        // Those who have a partition may keep it within their share; what is left goes around from a drawn one on.
        if !log.isEager || random.chance(5_000) {
            for partition in partitions {
                guard let owner = group.owner[partition], load[owner, default: 0] < share else { continue }
                group.target[partition] = owner
                load[owner, default: 0] += 1
            }
        }
        var next = random.below(group.members.count)
        for partition in partitions where group.target[partition] == nil {
            var tried = 0
            repeat {
                next = (next + 1) % group.members.count
                tried += 1
            } while tried <= group.members.count
                && (load[group.members[next], default: 0] >= share
                    || !log.members[group.members[next]].membership.topics.contains(partition.topic))
            let member = group.members[next]
            guard log.members[member].membership.topics.contains(partition.topic) else { continue }
            group.target[partition] = member
            load[member, default: 0] += 1
        }
        group.awaited = log.isEager ? Set(group.owner.keys) : []
    }

    // MARK: Sessions

    private mutating func watchSession(_ member: Int, _ epoch: Int, after delay: Int64) {
        after(delay) { state in
            let known = state.log.members[member]
            guard known.isJoined, known.epoch == epoch else { return }
            let process = state.processes[known.process]
            var contact = known.lastContact
            if known.pollsUntil >= contact, process.isAlive {
                contact = max(contact, min(known.pollsUntil, state.isPaused(known.process) ? process.pausedAt : state.now))
            }
            let left = contact + known.membership.sessionTimeout.microseconds - state.now
            if left > 0 { return state.watchSession(member, epoch, after: left) }
            state.note(known.process, .process, .changed, "session of member \(member).\(epoch) is over")
            state.remove(member)
        }
    }

    mutating func touch(_ member: Int) { log.members[member].lastContact = now }

    // MARK: Polls

    /// What a member's poll brings; nil where there is nothing yet.
    mutating func poll(_ number: Int, until deadline: Int64, holding: Set<TopicPartition>) throws(PortError) -> ConsumerEvent? {
        var member = log.members[number]
        guard !member.isClosed else { throw fenced("poll", number) }
        if !member.isJoined {
            if member.epoch > 0, !member.held.isEmpty || !member.announced.isEmpty {
                // The news of the lost session may come behind messages that were fetched before.
                let isCalm = faults.until == 0
                if !isCalm, random.chance(3_000), let event = try deliver(number, holding) { return event }
                if !isCalm, random.chance(2_500) {
                    log.members[number].isClosed = true
                    throw fenced("poll", number)
                }
                let lost = member.held
                forget(number)
                if !lost.isEmpty { return .revoked(lost, lost: true) }
            }
            join(number)
        }
        touch(number)
        log.members[number].pollsUntil = deadline
        member = log.members[number]
        let name = member.membership.group
        if !member.announced.isEmpty {
            for partition in member.announced {
                log.groups[name]?.owner[partition] = nil
                log.groups[name]?.awaited.remove(partition)
            }
            log.members[number].held.removeAll { member.announced.contains($0) }
            log.members[number].deliveries.removeAll { member.announced.contains($0.partition) }
            log.members[number].announced = []
            isStirred = true
        }
        guard let group = log.groups[name] else { return nil }
        let leaving = log.members[number].held.filter { group.awaited.contains($0) || group.target[$0] != number }
        if !leaving.isEmpty {
            log.members[number].announced = leaving
            log.members[number].pollsUntil = -1
            return .revoked(leaving, lost: false)
        }
        if group.awaited.isEmpty {
            let coming = group.target.filter { $0.value == number && group.owner[$0.key] == nil }.keys.sorted()
            if !coming.isEmpty {
                for partition in coming { log.groups[name]?.owner[partition] = number }
                log.members[number].held += coming
                log.members[number].pollsUntil = -1
                return .assigned(coming)
            }
        }
        return try deliver(number, holding)
    }

    private mutating func deliver(_ number: Int, _ holding: Set<TopicPartition>) throws(PortError) -> ConsumerEvent? {
        let deliveries = log.members[number].deliveries
        guard !deliveries.isEmpty else { return nil }
        let first = random.below(deliveries.count)
        for step in deliveries.indices {
            let index = (first + step) % deliveries.count
            let delivery = deliveries[index]
            guard !holding.contains(delivery.partition), let partition = log[delivery.partition] else { continue }
            if delivery.position < partition.end {
                let batch = try batch(delivery.partition, from: delivery.position, maximumBytes: 1 << 20)
                log.members[number].deliveries[index].position = batch.next
                log.members[number].deliveries[index].endTold = false
                if !batch.entries.isEmpty {
                    log.members[number].pollsUntil = -1
                    return .messages(batch)
                }
            }
            if !log.members[number].deliveries[index].endTold, log.members[number].deliveries[index].position >= partition.end {
                log.members[number].deliveries[index].endTold = true
                log.members[number].pollsUntil = -1
                return .end(delivery.partition, partition.end)
            }
        }
        return nil
    }

    private mutating func forget(_ number: Int) {
        log.members[number].held = []
        log.members[number].announced = []
        log.members[number].deliveries = []
    }

    func fenced(_ operation: String, _ member: Int) -> PortError {
        PortError(.fenced, operation, of: "member \(member) of \(log.members[member].membership.group)", because: "its membership is over")
    }
}
