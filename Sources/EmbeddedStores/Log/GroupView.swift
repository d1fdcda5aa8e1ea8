/// A group at one moment, as one of its members sees it, and what that member does about it: no I/O, so that it can be tested by the thousand.
struct GroupView {
    /// A member of the group that is alive.
    struct Member: Equatable {
        /// Its id.
        let id: String
        /// The topics that it wants.
        let topics: Set<String>
    }

    /// A partition of some topic that a member wants.
    struct Partition: Equatable {
        /// Its number in the broker file.
        let id: Int64
        /// Its topic.
        let topic: String
        /// Who has it; nil where nobody has, or only a member that is not alive.
        let owner: String?
    }

    /// Who is alive, in the order of their joining.
    let members: [Member]
    /// In the order of their ids.
    let partitions: [Partition]

    /// Who is to have each partition: every one goes to a member that wants its topic, the numbers that members have differ by as little as
    /// their topics allow, and a partition moves only where that makes them differ less. The same view gives the same answer to every member.
    func target() -> [Int64: String] {
        var target: [Int64: String] = [:]
        var load = Dictionary(members.map { ($0.id, 0) }, uniquingKeysWith: { first, _ in first })
        func lightest(for topic: String) -> String? {
            members.filter { $0.topics.contains(topic) }.min { load[$0.id, default: 0] < load[$1.id, default: 0] }?.id
        }
        for partition in partitions {
            guard let owner = partition.owner, members.contains(where: { $0.id == owner && $0.topics.contains(partition.topic) }) else {
                continue
            }
            target[partition.id] = owner
            load[owner, default: 0] += 1
        }
        for partition in partitions where target[partition.id] == nil {
            guard let member = lightest(for: partition.topic) else { continue }
            target[partition.id] = member
            load[member, default: 0] += 1
        }
        var moved = true
        while moved {
            moved = false
            // From the highest number on, so that the oldest member keeps the first partitions.
            for partition in partitions.reversed() {
                guard let owner = target[partition.id], let other = lightest(for: partition.topic),
                    load[owner, default: 0] - load[other, default: 0] >= 2
                else { continue }
                target[partition.id] = other
                load[owner, default: 0] -= 1
                load[other, default: 0] += 1
                moved = true
            }
        }
        return target
    }

    /// What a member does next.
    enum Step: Equatable {
        /// These have gone to others.
        case lose([Int64])
        /// Others are to have these.
        case giveUp([Int64])
        /// These are free and to be taken.
        case take([Int64])
        /// All is as it is to be.
        case rest
    }

    /// What `member` does next, which believes that it has `owned`.
    func step(of member: String, owning owned: Set<Int64>) -> Step {
        let kept = Set(partitions.filter { $0.owner == member }.map(\.id))
        let lost = owned.subtracting(kept)
        if !lost.isEmpty { return .lose(lost.sorted()) }
        let target = target()
        let leaving = owned.filter { target[$0] != member }
        if !leaving.isEmpty { return .giveUp(leaving.sorted()) }
        // One's own that one knows nothing of: taken by a call that failed after its effect.
        let free = partitions.filter { target[$0.id] == member && !owned.contains($0.id) && ($0.owner == nil || $0.owner == member) }
        return free.isEmpty ? .rest : .take(free.map(\.id))
    }
}
