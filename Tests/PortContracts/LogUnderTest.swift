public import Pipeline
import Testing

/// A message log that is held to its contract.
public struct LogUnderTest: Sendable {
    let log: any MessageLog
    let other: any MessageLog
    let session: Duration
    let longSession: Duration
    let deadline: Duration
    let takesLastWords: Bool
    private let makeTopic: (@Sendable (_ name: String, _ partitions: Int) async throws -> Void)?

    /// - Parameters:
    ///   - log: the log; topics and groups of other checks may be in it.
    ///   - other: the same log as another process sees it.
    ///   - session: how long a member may be silent in checks of that: short, but long enough for the log.
    ///   - longSession: how long a member may be silent in all other checks, so that none depends on the speed of the machine.
    ///   - deadline: how long anything may take before it counts as broken: long, for it is only used up by what is broken.
    ///   - takesLastWords: whether a member that gives partitions up can still commit for them, however busy the machine; false where the group
    ///     may have begun its next change by then.
    ///   - makeTopic: makes the topics of checks that are about something else, for a log whose own `create` cannot.
    public init(
        _ log: any MessageLog, other: any MessageLog, session: Duration, longSession: Duration = .seconds(60), deadline: Duration,
        takesLastWords: Bool = true, makeTopic: (@Sendable (_ name: String, _ partitions: Int) async throws -> Void)? = nil
    ) {
        self.makeTopic = makeTopic
        self.log = log
        self.other = other
        self.session = session
        self.longSession = longSession
        self.deadline = deadline
        self.takesLastWords = takesLastWords
    }

    /// A new topic.
    func topic(_ partitions: Int = 1) async throws -> String {
        let name = uniqueName("contract")
        if let makeTopic {
            try await makeTopic(name, partitions)
        } else {
            try #require(try await log.create(topic: name, partitions: partitions))
        }
        return name
    }

    /// Writes messages, and returns when they can be read, for a log may show them a moment after it has acknowledged them.
    func write(_ values: [String], to partition: TopicPartition) async throws {
        let there = try await self.values(partition).count
        let producer = try await log.openProducer(identity: nil)
        try await producer.append(OutgoingBatch(partition, values))
        try await producer.commit([])
        await producer.close()
        _ = try await self.values(partition, atLeast: there + values.count)
    }

    /// All values that a partition shows.
    ///
    /// - Parameter count: so many are waited for.
    func values(_ partition: TopicPartition, atLeast count: Int = 0) async throws -> [String] {
        try await looks(partition, until: count).last ?? []
    }

    /// All values that a partition shows each time that it is looked at, until there are so many. Each look begins with the one before.
    func looks(_ partition: TopicPartition, until count: Int) async throws -> [[String]] {
        let clock = ContinuousClock()
        let end = clock.now + deadline
        var looks: [[String]] = []
        while true {
            let values = try await messages(partition).flatMap(\.values)
            if let last = looks.last {
                guard values.starts(with: last) else { throw BrokenPromise("\(partition) showed \(last), and then \(values)") }
            }
            looks.append(values)
            if values.count >= count { return looks }
            guard clock.now < end else { throw BrokenPromise("not in time: \(count) values in \(partition), which shows \(values)") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// All that a partition shows.
    func messages(_ partition: TopicPartition) async throws -> [MessageBatch] {
        let bounds = try #require(try await other.describe(topic: partition.topic)).partitions[partition.partition]
        var batches: [MessageBatch] = []
        var offset = bounds.first
        while offset < bounds.end {
            let batch = try await other.read(partition, from: offset, maximumBytes: 1 << 20)
            try #require(batch.next > offset)
            batches.append(batch)
            offset = batch.next
        }
        return batches
    }

    /// A member with a long session where no other is given.
    func member(_ group: String, _ topics: [String], on log: (any MessageLog)? = nil, session: Duration? = nil) async throws -> Member {
        let membership = Membership(group: group, topics: topics, sessionTimeout: session ?? longSession)
        let consumer = try await (log ?? self.log).openConsumer(membership)
        return Member(consumer)
    }

    /// Commits a position of a member until it is kept, with polls in between, for a group that changes takes none.
    func commit(_ member: Member, _ partition: TopicPartition, _ offset: Int64, _ note: String = "") async throws {
        let clock = ContinuousClock()
        let end = clock.now + deadline
        while try await member.commit(partition, offset, note) != .kept {
            guard clock.now < end else { throw BrokenPromise("not in time: a commit for \(partition)") }
            try await member.poll()
        }
    }

    /// Lets the members poll in turn until `isDone`.
    func drive(_ members: [Member], until what: String, _ isDone: () throws -> Bool) async throws {
        let clock = ContinuousClock()
        let end = clock.now + deadline
        while try !isDone() {
            guard clock.now < end else { throw BrokenPromise("not in time: \(what)") }
            for member in members { try await member.poll() }
        }
    }
}

/// A consumer, and what it has been told so far. It starts each partition that it gets where the group stands.
final class Member {
    let consumer: any LogConsumer
    var owned: Set<TopicPartition> = []
    var held: Set<TopicPartition> = []
    var values: [TopicPartition: [String]] = [:]
    var next: [TopicPartition: Int64] = [:]
    var ends: [TopicPartition: [Int64]] = [:]
    var lost: [TopicPartition] = []
    var revoked: [TopicPartition] = []
    var isStarting = true

    init(_ consumer: any LogConsumer) { self.consumer = consumer }

    /// Takes one event.
    func poll(_ wait: Duration = .milliseconds(20)) async throws {
        switch try await consumer.poll(wait: wait, holding: held) {
        case .assigned(let partitions):
            #expect(owned.isDisjoint(with: partitions))
            owned.formUnion(partitions)
            guard isStarting else { return }
            let positions = try await consumer.committed(partitions)
            for partition in partitions { try await start(partition, at: positions[partition]?.offset ?? 0) }
        case .revoked(let partitions, let isLost):
            #expect(owned.isSuperset(of: partitions))
            owned.subtract(partitions)
            if isLost { lost += partitions } else { revoked += partitions }
        case .messages(let batch):
            #expect(owned.contains(batch.partition))
            #expect(!held.contains(batch.partition))
            #expect(!batch.entries.isEmpty)
            let first = batch.entries.first?.offset ?? -1
            #expect(first >= next[batch.partition] ?? 0)
            values[batch.partition, default: []] += batch.values
            next[batch.partition] = batch.next
        case .end(let partition, let offset):
            #expect(next[partition].map { offset >= $0 } ?? true)
            ends[partition, default: []].append(offset)
        case .idle: break
        }
    }

    func start(_ partition: TopicPartition, at offset: Int64) async throws {
        next[partition] = offset
        try await consumer.start(partition, at: offset)
    }

    func commit(_ partition: TopicPartition, _ offset: Int64, _ note: String = "") async throws -> CommitOutcome {
        try await consumer.commit([partition: CommittedPosition(offset: offset, note: note)])
    }
}

extension OutgoingBatch {
    /// Messages without keys.
    public init(_ partition: TopicPartition, _ values: [String]) {
        var bytes: [UInt8] = []
        var entries: [Entry] = []
        for value in values {
            let start = bytes.count
            bytes += Array(value.utf8)
            entries.append(Entry(key: nil, value: start..<bytes.count))
        }
        self.init(partition: partition, bytes: bytes, entries: entries)
    }
}

extension MessageBatch {
    /// The values as text.
    public var values: [String] { entries.map { entry in String(decoding: entry.value.map { bytes[$0] } ?? [], as: UTF8.self) } }
}

/// Expects an error of this kind.
func expectError(_ kind: PortError.Kind, _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void)
    async
{
    do {
        try await body()
        Issue.record("\(what): no error", sourceLocation: sourceLocation)
    } catch let error as PortError {
        #expect(error.kind == kind, "\(what): \(error)", sourceLocation: sourceLocation)
    } catch {
        Issue.record("\(what): \(error)", sourceLocation: sourceLocation)
    }
}
