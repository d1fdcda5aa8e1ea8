internal import Pipeline

/// What is known of a partition in the broker file.
struct StoredPartition {
    /// Its number in the file.
    let id: Int64
    /// The first offset that is kept.
    let first: Int64
    /// The offset behind the last message.
    let next: Int64

    var bounds: PartitionBounds { PartitionBounds(first: first, end: next) }
}

/// The largest note, as Kafka has it (`offset.metadata.max.bytes`).
let maximumNoteBytes = 4_096

/// What several parts of the log ask the broker file. All of these belong into a transaction of the caller's.
extension Database {
    /// Nil where there is no such partition.
    func partition(_ partition: TopicPartition) throws -> StoredPartition? {
        try first(
            "SELECT id, first, next FROM partitions WHERE topic = ?1 AND number = ?2", .text(partition.topic),
            .int(Int64(partition.partition))
        ) { StoredPartition(id: $0.int(0), first: $0.int(1), next: $0.int(2)) }
    }

    /// As above; throws where there is none.
    func knownPartition(_ partition: TopicPartition, _ operation: String) throws -> StoredPartition {
        if let known = try self.partition(partition) { return known }
        throw PortError(
            .missing, operation, of: "\(partition)", because: "there is no such partition", mend: "Make the topic: sales setup.")
    }

    /// Messages from `offset` on, about `limit` bytes; none at the end.
    func fetch(_ partition: TopicPartition, id: Int64, from offset: Int64, limit: Int) throws -> MessageBatch {
        var batch = MessageBatch(partition: partition, bytes: [], entries: [], next: offset)
        let rows = """
            SELECT base, next, written, data FROM batches WHERE partition = ?1 AND base >=
            coalesce((SELECT max(base) FROM batches WHERE partition = ?1 AND base <= ?2), ?2) ORDER BY base
            """
        try each(rows, .int(id), .int(offset)) { row in
            let next = row.int(1)
            if next <= offset { return true }
            do {
                batch.next = try row.withBytes(3) { (data) throws(CorruptBatch) in
                    try BatchDecoder.add(
                        data.bindMemory(to: UInt8.self).span, base: row.int(0), next: next, timestamp: row.int(2), from: offset,
                        limit: limit,
                        to: &batch)
                }
            } catch {
                throw PortError(
                    .unusable, "read", of: "\(partition)", because: "the messages from offset \(row.int(0)) on are damaged in \(path)",
                    mend: "Put back a copy of the file.")
            }
            return batch.bytes.count < limit
        }
        return batch
    }

    /// What a group has committed.
    func positions(of group: String, _ partitions: [TopicPartition]) throws -> [TopicPartition: CommittedPosition] {
        var positions: [TopicPartition: CommittedPosition] = [:]
        for partition in partitions {
            guard let known = try self.partition(partition) else { continue }
            positions[partition] = try first(
                "SELECT offset, note FROM commits WHERE \"group\" = ?1 AND partition = ?2", .text(group), .int(known.id)
            ) { CommittedPosition(offset: $0.int(0), note: $0.text(1)) }
        }
        return positions
    }

    /// Keeps a position, and whether it was a member of the group who said so.
    func keep(_ position: CommittedPosition, of group: String, partition: Int64, byMember: Bool) throws {
        try run(
            """
            INSERT INTO commits VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET offset = excluded.offset, note = excluded.note, member = max(member, excluded.member)
            """, .text(group), .int(partition), .int(position.offset), .text(position.note), .int(byMember ? 1 : 0))
    }
}

extension CommittedPosition {
    /// Throws where the position is none that can be kept.
    func check(_ subject: String) throws(PortError) {
        guard note.utf8.count <= maximumNoteBytes else {
            throw PortError(
                .misconfigured, "commit", of: subject, because: "the note has \(note.utf8.count) bytes, and \(maximumNoteBytes) are allowed"
            )
        }
        guard offset >= 0 else { throw PortError(.misconfigured, "commit", of: subject, because: "the offset \(offset) is negative") }
    }
}
