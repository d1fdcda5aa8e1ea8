internal import BlockingExecutor
internal import Pipeline

/// Keeps what is appended in memory and writes it with the commit, in one transaction of SQLite's: until then nobody waits for this producer, and a
/// transaction that is given up has left no trace.
actor SQLiteProducer: LogProducer {
    /// Bytes of keys and values that one transaction may hold. They are in memory twice for a moment, and in the write-ahead log.
    static let maximumTransaction = 64 << 20

    private nonisolated let executor = BlockingExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let path: String
    private let surroundings: LogSurroundings
    private let identity: String?
    private var database: Database?
    private var epoch: Int64 = 0
    private var partitions: [TopicPartition: Int64] = [:]
    private var pending: [TopicPartition: BatchEncoder] = [:]
    private var pendingBytes = 0
    /// Why this producer is of no more use.
    private var end: PortError?

    init(_ path: String, _ surroundings: LogSurroundings, _ identity: String?) {
        self.path = path
        self.surroundings = surroundings
        self.identity = identity
    }

    private var name: String { identity.map { "producer \($0)" } ?? "producer" }

    func open() throws(PortError) {
        let database = try Database(path: path, LogSchema.kind, surroundings.database)
        if let identity {
            epoch = try database.write("open", of: name) {
                try database.run(
                    "INSERT INTO producers VALUES (?1, 1) ON CONFLICT DO UPDATE SET epoch = epoch + 1", .text(identity))
                return try database.first("SELECT epoch FROM producers WHERE identity = ?1", .text(identity)) { $0.int(0) } ?? 0
            }
        }
        self.database = database
    }

    private func usable(_ operation: String) throws(PortError) -> Database {
        if let end { throw end }
        guard let database else { throw PortError(.defect, operation, of: name, because: "it is closed") }
        return database
    }

    func append(_ batch: OutgoingBatch) throws(PortError) {
        let database = try usable("append")
        if partitions[batch.partition] == nil {
            partitions[batch.partition] = try database.read("append", of: "\(batch.partition)") {
                try database.knownPartition(batch.partition, "append").id
            }
        }
        guard pendingBytes + batch.bytes.count <= Self.maximumTransaction else {
            throw PortError(
                .misconfigured, "append", of: "\(batch.partition)", because: "a transaction holds at most \(Self.maximumTransaction) bytes",
                mend: "Commit more often.")
        }
        try pending[batch.partition, default: BatchEncoder()].append(batch)
        pendingBytes = pending.values.reduce(0) { $0 + $1.totalBytes }
    }

    func commit(_ positions: [GroupPosition]) throws(PortError) {
        let database = try usable("commit")
        for position in positions { try position.position.check("\(position.partition) in group \(position.group)") }
        let batches = pending
        pending = [:]
        pendingBytes = 0
        do {
            let written = surroundings.wall()
            try database.write("commit", of: name) {
                try checkFence(database)
                for (partition, batch) in batches { try write(batch, to: partition, written, database) }
                for position in positions {
                    let known = try database.knownPartition(position.partition, "commit")
                    try database.keep(position.position, of: position.group, partition: known.id, byMember: false)
                }
            }
        } catch {
            end =
                error.kind == .fenced
                ? error
                : PortError(
                    error.kind, "commit", of: name, because: "an earlier transaction failed: \(error.reason)",
                    mend: "Open a new producer of the same identity and read the log.")
            throw error
        }
    }

    private func checkFence(_ database: Database) throws {
        guard let identity else { return }
        let newest = try database.first("SELECT epoch FROM producers WHERE identity = ?1", .text(identity)) { $0.int(0) }
        if newest != epoch {
            throw PortError(
                .fenced, "commit", of: name, because: "another producer of that identity has opened",
                mend: "Nothing of this transaction is kept; let the newer one go on.")
        }
    }

    private func write(_ batch: BatchEncoder, to partition: TopicPartition, _ written: Int64, _ database: Database) throws {
        var batch = batch
        batch.seal()
        let known = try database.knownPartition(partition, "commit")
        let insert = try database.statement("INSERT INTO batches VALUES (?1, ?2, ?3, ?4, ?5)")
        var base = known.next
        for row in batch.rows {
            let next = base + Int64(row.count)
            for (index, value) in [known.id, base, next, written].enumerated() { insert.bind(Int32(index + 1), value) }
            try row.data.withUnsafeBytes {
                insert.bindUncopied(5, blob: $0)
                try insert.run()
            }
            base = next
        }
        try database.run("UPDATE partitions SET next = ?2 WHERE id = ?1", .int(known.id), .int(base))
    }

    func close() {
        pending = [:]
        database = nil
    }
}
