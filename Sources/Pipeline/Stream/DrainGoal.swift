/// What "until drained" means: every partition's end as it was at the beginning, and whether the group has come so far.
final class DrainGoal {
    private let log: any MessageLog
    private let group: String
    private var ends: [TopicPartition: Int64] = [:]
    private var lastLook: Duration?

    init(_ log: any MessageLog, topics: [String], group: String) async throws(PortError) {
        self.log = log
        self.group = group
        for topic in topics {
            guard let count = try await log.describe(topic: topic)?.partitions.count else { continue }
            // Positions first: they move on towards the ends, never beyond.
            let positions = try await log.committed(group: group, (0..<count).map { TopicPartition(topic, $0) })
            for (number, bounds) in try await log.describe(topic: topic)?.partitions.enumerated() ?? [].enumerated() {
                let partition = TopicPartition(topic, number)
                if let position = positions[partition], position.offset > bounds.end {
                    // No one can have come so far: whoever takes it over says what is wrong.
                    ends[partition] = .max
                } else if bounds.end > bounds.first {
                    ends[partition] = bounds.end
                }
            }
        }
    }

    /// Whether all that is wanted of a partition has been taken by one who stands at `position`.
    func covers(_ partition: TopicPartition, _ position: Int64) -> Bool { position >= ends[partition] ?? 0 }

    /// Whether nothing is left: neither in what is ours (`owned`: how far taken, and whether nothing is open or in flight)
    /// nor in what other members of the group have.
    func isReached(_ owned: [TopicPartition: (position: Int64, idle: Bool)], at now: Duration) async throws(PortError) -> Bool {
        var others: [TopicPartition] = []
        for (partition, end) in ends.sorted(by: { $0.key < $1.key }) {
            guard let mine = owned[partition] else {
                others.append(partition)
                continue
            }
            guard mine.position >= end, mine.idle else { return false }
        }
        if others.isEmpty { return true }
        // Others tell the broker how far they are; asking ten times a second is enough.
        if let lastLook, now - lastLook < .milliseconds(100) { return false }
        lastLook = now
        let positions = try await log.committed(group: group, others)
        for partition in others {
            guard let committed = positions[partition], ends[partition] != .max else { return false }
            if committed.offset >= ends[partition] ?? 0 { continue }
            // What is left may be gaps without a message.
            let rest: MessageBatch
            do { rest = try await log.read(partition, from: committed.offset, maximumBytes: 1) } catch {
                // What is no longer kept will be taken by no one: whoever takes the partition over says what is wrong.
                guard error.kind == .missing else { throw error }
                return false
            }
            guard rest.entries.isEmpty || rest.entries[0].offset >= ends[partition] ?? 0 else { return false }
        }
        return true
    }
}
