internal import BlockingExecutor
public import Pipeline

/// The broker in a file: topics, transactions and consumer groups for any number of processes on one machine.
///
/// The file may be opened by many at once; nothing needs to be started. What a commit has acknowledged survives `kill -9` and a loss of power.
/// Two files of SQLite's stand beside it while it is open (`-wal`, `-shm`), and one of ours (`-members`), which holds nothing that matters
/// once no process has it open.
public actor SQLiteLog: MessageLog {
    private nonisolated let executor = BlockingExecutor()
    /// A thread of its own, for calls to SQLite block.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let path: String
    private let surroundings: LogSurroundings
    private var opened: Database?

    init(_ path: String, _ surroundings: LogSurroundings) {
        self.path = path
        self.surroundings = surroundings
    }

    /// Opens the broker file at `path`, and makes it and its folder where they are absent.
    ///
    /// Throws `.unusable` for a file of another kind, a newer version or a damaged one, `.denied` without write access, `.throttled` where the
    /// disk is full, `.misconfigured` on a network file system.
    public static func open(_ path: String) async throws(PortError) -> SQLiteLog { try await open(path, LogSurroundings()) }

    static func open(_ path: String, _ surroundings: LogSurroundings) async throws(PortError) -> SQLiteLog {
        let log = SQLiteLog(path, surroundings)
        _ = try await log.identity()
        return log
    }

    private func database() throws(PortError) -> Database {
        if let opened { return opened }
        let database = try Database(path: path, LogSchema.kind, surroundings.database)
        opened = database
        return database
    }

    /// A random id that the file has had since it was made.
    public func identity() throws(PortError) -> String {
        let database = try database()
        return try database.read("identify", of: path) { try database.text("SELECT id FROM log") }
    }

    /// What is known of a topic; nil where there is none of that name.
    public func describe(topic: String) throws(PortError) -> TopicDescription? {
        let database = try database()
        return try database.read("describe", of: topic) {
            guard let id = try database.first("SELECT id FROM topics WHERE name = ?1", .text(topic), body: { $0.text(0) }) else {
                return nil
            }
            let bounds = try database.all("SELECT first, next FROM partitions WHERE topic = ?1 ORDER BY number", .text(topic)) {
                PartitionBounds(first: $0.int(0), end: $0.int(1))
            }
            return TopicDescription(name: topic, id: id, partitions: bounds)
        }
    }

    /// Makes the topic where it is absent. Names are as in Kafka: 1 to 249 of letters, digits, `.`, `_` and `-`; 1 to 10,000 partitions.
    public func create(topic: String, partitions: Int) throws(PortError) -> Bool {
        let allowed = topic.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains(byte)
        }
        guard allowed, (1...249).contains(topic.utf8.count), topic != ".", topic != ".." else {
            throw PortError(
                .misconfigured, "create", of: topic, because: "a topic's name has 1 to 249 letters, digits, points, underscores and hyphens"
            )
        }
        guard (1...10_000).contains(partitions) else {
            throw PortError(.misconfigured, "create", of: topic, because: "a topic has 1 to 10,000 partitions, not \(partitions)")
        }
        let database = try database()
        return try database.write("create", of: topic) {
            try database.run("INSERT INTO topics VALUES (?1, \(LogSchema.randomID)) ON CONFLICT DO NOTHING", .text(topic))
            guard database.changes == 1 else { return false }
            for number in 0..<partitions {
                try database.run("INSERT INTO partitions (topic, number) VALUES (?1, ?2)", .text(topic), .int(Int64(number)))
            }
            try database.run("UPDATE groups SET generation = generation + 1")
            return true
        }
    }

    /// Messages of a partition from `offset` on. Throws `.missing` where the offset is no longer kept or lies behind the end.
    public func read(_ partition: TopicPartition, from offset: Int64, maximumBytes: Int) throws(PortError) -> MessageBatch {
        let database = try database()
        return try database.read("read", of: "\(partition)") {
            let known = try database.knownPartition(partition, "read")
            try known.bounds.check(offset, "read", partition)
            return try database.fetch(partition, id: known.id, from: offset, limit: max(1, maximumBytes))
        }
    }

    /// What `group` has committed, all of one moment.
    public func committed(group: String, _ partitions: [TopicPartition]) throws(PortError) -> [TopicPartition: CommittedPosition] {
        let database = try database()
        return try database.read("fetch positions", of: "group \(group)") { try database.positions(of: group, partitions) }
    }

    /// A producer; with an identity the only one.
    public func openProducer(identity: String?) async throws(PortError) -> any LogProducer {
        let producer = SQLiteProducer(path, surroundings, identity)
        try await producer.open()
        return producer
    }

    /// A member of a consumer group. Topics that are absent may be made later.
    public func openConsumer(_ membership: Membership) async throws(PortError) -> any LogConsumer {
        let consumer = SQLiteConsumer(path, surroundings, membership)
        try await consumer.join()
        return consumer
    }

    /// Deletes messages of a partition that every consumer group which has ever committed for it has consumed, that lie before `offset`, and that
    /// are older than `age` by the wall clock. Where no group has committed nothing is deleted, and the last batch always stays: a publisher
    /// goes on from it. Whole batches only, so some that might go stay. Their room in the file is given back.
    ///
    /// - Returns: how many messages were deleted.
    public func trim(_ partition: TopicPartition, before offset: Int64, olderThan age: Duration) throws(PortError) -> Int64 {
        let database = try database()
        let latest = surroundings.wall() - age.milliseconds
        var deleted: Int64 = 0
        while true {
            // A part at a time, so that nobody waits long.
            let step = try database.write("trim", of: "\(partition)") { try database.trim(partition, before: offset, writtenUpTo: latest) }
            deleted += step
            if step == 0 { break }
        }
        if deleted > 0 { try database.write("trim", of: "\(partition)") { try database.run("PRAGMA incremental_vacuum(4096)") } }
        return deleted
    }
}

/// What the log takes from its surroundings; tests put their own in place.
struct LogSurroundings: Sendable {
    var database = DatabaseSurroundings()
    /// Milliseconds on a clock that nobody sets.
    var boot: @Sendable () -> Int64 = BootClock.system
    /// Milliseconds since 1970.
    var wall: @Sendable () -> Int64 = WallClock.system
}

extension Database {
    /// Deletes some batches that retention lets go. Belongs into a write transaction.
    func trim(_ partition: TopicPartition, before offset: Int64, writtenUpTo latest: Int64) throws -> Int64 {
        let known = try knownPartition(partition, "trim")
        let consumed = try first("SELECT min(offset) FROM commits WHERE partition = ?1 AND member = 1", .int(known.id)) {
            $0.isNull(0) ? Int64.min : $0.int(0)
        }
        let bound = min(offset, consumed ?? .min)
        // The first batch that must stay; the last one always must. A wall clock that stepped back makes a young batch look older than
        // those before it, so the first young one ends it.
        let candidates = try all(
            """
            SELECT next FROM batches WHERE partition = ?1 AND base < (SELECT max(base) FROM batches WHERE partition = ?1)
            AND base < coalesce((SELECT min(base) FROM batches WHERE partition = ?1 AND written > ?2), \(Int64.max)) AND next <= ?3
            ORDER BY base LIMIT 64
            """, .int(known.id), .int(latest), .int(bound)
        ) { $0.int(0) }
        guard let end = candidates.last else { return 0 }
        try run("DELETE FROM batches WHERE partition = ?1 AND base < ?2", .int(known.id), .int(end))
        try run("UPDATE partitions SET first = ?2 WHERE id = ?1", .int(known.id), .int(end))
        return end - known.first
    }
}
