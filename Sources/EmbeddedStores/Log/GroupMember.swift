internal import Pipeline

/// A member's dealings with the broker file: joining, taking and giving up partitions, commits behind the fence.
final class GroupMember {
    private let membership: Membership
    private let database: Database
    private let surroundings: LogSurroundings
    private let heartbeats: HeartbeatFile
    private let id: String
    private var seenGeneration: Int64 = -1
    /// The partitions that this member believes to have, by their numbers in the file.
    private var owned: Set<Int64> = []
    /// The names of all partitions that it wants.
    private(set) var names: [Int64: TopicPartition] = [:]

    init(_ membership: Membership, _ database: Database, _ surroundings: LogSurroundings) throws(PortError) {
        self.membership = membership
        self.database = database
        self.surroundings = surroundings
        let heartbeats = try HeartbeatFile(besides: database.path)
        self.heartbeats = heartbeats
        id = try database.write("join", of: "group \(membership.group)") {
            try database.run("INSERT INTO groups VALUES (?1, 0) ON CONFLICT DO NOTHING", .text(membership.group))
            // The lowest free place that nobody holds. A row whose member has died keeps its place until one of its group buries it.
            let taken = Set(try database.all("SELECT slot FROM members") { $0.int(0) })
            var slot: Int64 = 0
            while try taken.contains(slot) || !heartbeats.claim(slot, at: surroundings.boot()) { slot += 1 }
            let id = try database.text("SELECT \(LogSchema.randomID)")
            try database.run(
                "INSERT INTO members (id, \"group\", slot, session) VALUES (?1, ?2, ?3, ?4)", .text(id), .text(membership.group),
                .int(slot),
                .int(max(1, membership.sessionTimeout.milliseconds)))
            for topic in Set(membership.topics) { try database.run("INSERT INTO subscriptions VALUES (?1, ?2)", .text(id), .text(topic)) }
            try database.run("UPDATE groups SET generation = generation + 1 WHERE name = ?1", .text(membership.group))
            return id
        }
    }

    private var subject: String { "group \(membership.group)" }

    func beat(at time: Int64) throws(PortError) { try heartbeats.beat(at: time) }

    /// Changes whenever another connection has written to the file.
    func version() throws(PortError) -> Int64 {
        try database.direct("poll", of: subject) { try database.number("PRAGMA data_version") }
    }

    func hasNewGeneration() throws(PortError) -> Bool {
        try database.direct("poll", of: subject) { try generation() != seenGeneration }
    }

    private func generation() throws -> Int64 {
        try database.first("SELECT generation FROM groups WHERE name = ?1", .text(membership.group)) { $0.int(0) } ?? -1
    }

    // MARK: Who has what

    /// Finds out what is to be done and does it as far as it is this member's to do: partitions are lost or taken when this returns; those to be given
    /// up are still there.
    func step() throws(PortError) -> GroupView.Step {
        var (step, dead) = try database.read("poll", of: subject) { try think() }
        var takes = false
        if case .take = step { takes = true }
        if takes || !dead.isEmpty {
            (step, dead) = try database.write("poll", of: subject) {
                // What was seen may have changed meanwhile.
                let (step, dead) = try think()
                for member in dead { try bury(member) }
                if case .take(let partitions) = step {
                    for partition in partitions {
                        try database.run(
                            "INSERT INTO owners VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET member = excluded.member",
                            .text(membership.group),
                            .int(partition), .text(id))
                    }
                    try changeGeneration()
                } else if !dead.isEmpty {
                    try changeGeneration()
                }
                return (step, dead)
            }
        }
        switch step {
        case .take(let partitions): owned.formUnion(partitions)
        case .lose(let partitions): owned.subtract(partitions)
        case .giveUp, .rest: break
        }
        return step
    }

    private func changeGeneration() throws {
        try database.run("UPDATE groups SET generation = generation + 1 WHERE name = ?1", .text(membership.group))
    }

    private func bury(_ member: String) throws {
        try database.run("DELETE FROM members WHERE id = ?1", .text(member))
        try database.run("DELETE FROM subscriptions WHERE member = ?1", .text(member))
        try database.run("DELETE FROM owners WHERE member = ?1", .text(member))
    }

    private func think() throws -> (GroupView.Step, dead: [String]) {
        seenGeneration = try generation()
        let now = surroundings.boot()
        var dead: [String] = []
        var members: [GroupView.Member] = []
        var isThere = false
        let rows = try database.all(
            "SELECT id, slot, session FROM members WHERE \"group\" = ?1 ORDER BY number", .text(membership.group)
        ) { ($0.text(0), $0.int(1), $0.int(2)) }
        for (member, slot, session) in rows {
            if member == id {
                isThere = true
            } else {
                switch try heartbeats.life(of: slot) {
                case .ended:
                    dead.append(member)
                    continue
                case .heard(let time): if now - time > session { continue }
                }
            }
            let topics = try database.all("SELECT topic FROM subscriptions WHERE member = ?1", .text(member)) { $0.text(0) }
            members.append(GroupView.Member(id: member, topics: Set(topics)))
        }
        guard isThere else {
            throw PortError(.fenced, "poll", of: subject, because: "the group does not know this member any more", mend: "Join again.")
        }
        let alive = Set(members.map(\.id))
        var partitions: [GroupView.Partition] = []
        try database.each(
            """
            SELECT id, topic, number, member FROM partitions LEFT JOIN owners ON partition = id AND "group" = ?1
            WHERE topic IN (SELECT topic FROM subscriptions WHERE member IN (SELECT id FROM members WHERE "group" = ?1)) ORDER BY id
            """, .text(membership.group)
        ) { row in
            let owner = row.isNull(3) ? nil : row.text(3)
            let topic = row.text(1)
            names[row.int(0)] = TopicPartition(topic, Int(row.int(2)))
            partitions.append(GroupView.Partition(id: row.int(0), topic: topic, owner: owner.flatMap { alive.contains($0) ? $0 : nil }))
            return true
        }
        return (GroupView(members: members, partitions: partitions).step(of: id, owning: owned), dead)
    }

    /// Lets others take partitions.
    func giveUp(_ partitions: [Int64]) throws(PortError) {
        try database.write("poll", of: subject) {
            for partition in partitions {
                try database.run(
                    "DELETE FROM owners WHERE \"group\" = ?1 AND partition = ?2 AND member = ?3", .text(membership.group), .int(partition),
                    .text(id))
            }
            try changeGeneration()
        }
        owned.subtract(partitions)
    }

    /// Leaves the group with all that it has.
    func leave() throws(PortError) {
        try database.write("leave", of: subject) {
            try bury(id)
            try changeGeneration()
        }
    }

    func id(ofOwned partition: TopicPartition) -> Int64? {
        names.first { $0.value == partition && owned.contains($0.key) }?.key
    }

    // MARK: Messages and positions

    func bounds(of partition: TopicPartition) throws(PortError) -> StoredPartition {
        try database.direct("poll", of: "\(partition)") { try database.knownPartition(partition, "poll") }
    }

    func fetch(_ partition: TopicPartition, _ id: Int64, from offset: Int64, limit: Int) throws(PortError) -> MessageBatch {
        try database.direct("poll", of: "\(partition)") { try database.fetch(partition, id: id, from: offset, limit: limit) }
    }

    func committed(_ partitions: [TopicPartition]) throws(PortError) -> [TopicPartition: CommittedPosition] {
        try database.read("fetch positions", of: subject) {
            for partition in partitions { _ = try fence(partition, "fetch positions") }
            return try database.positions(of: membership.group, partitions)
        }
    }

    func commit(_ positions: [TopicPartition: CommittedPosition]) throws(PortError) {
        try database.write("commit", of: subject) {
            for (partition, position) in positions {
                try database.keep(position, of: membership.group, partition: try fence(partition, "commit"), byMember: true)
            }
        }
    }

    /// The partition's number, where it is this member's at this moment.
    private func fence(_ partition: TopicPartition, _ operation: String) throws -> Int64 {
        let known = try database.knownPartition(partition, operation)
        let owner = try database.first(
            "SELECT member FROM owners WHERE \"group\" = ?1 AND partition = ?2", .text(membership.group), .int(known.id)
        ) { $0.text(0) }
        guard owner == id else {
            throw PortError(
                .fenced, operation, of: "\(partition) in \(subject)", because: "the partition is not this member's any more",
                mend: "Its new owner goes on from the last commit; nothing of this one is kept.")
        }
        return known.id
    }
}
