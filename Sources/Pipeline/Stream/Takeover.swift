internal import SalesModel

/// What a new owner of a partition must find out before it takes the first message: where to begin, and which cuts are not its to choose.
struct Takeover: Sendable {
    let log: any MessageLog
    let store: any ObjectStore
    let group: String
    let resumingFromFiles: Bool

    struct Start: Sendable {
        var note: CutNote
        var chain: [Int64]
        var topicID: String?
        /// The group had no position, and this one is to be committed before anything else.
        var isNew: Bool
    }

    enum Decision: Sendable {
        case start(Start)
        /// A former owner's uploads may still land: ask again after this long, and poll meanwhile.
        case wait(Duration)
    }

    /// - Parameter hasWaited: `.wait` was the answer before, and that time is over.
    func decide(
        _ partition: TopicPartition, country: CountryCode, committed: CommittedPosition?, hasWaited: Bool
    ) async throws(StageError) -> Decision {
        guard let topic = try await port({ () throws(PortError) in try await log.describe(topic: partition.topic) }),
            topic.partitions.indices.contains(partition.partition)
        else {
            throw .port(PortError(.missing, "taking over", of: partition.description, because: "the topic or the partition is not there"))
        }
        let bounds = topic.partitions[partition.partition]
        guard let committed else { return try await fresh(partition, country, bounds, topic.id, hasWaited) }
        let note = try read(committed, of: partition, topic.id)
        try check(note, of: partition, bounds)
        // Our own commits bear a note: one without may have been set by hand, and may lie inside a file.
        if committed.note.isEmpty, note.from > 0 {
            let all = try await files(of: partition, country, from: 0)
            if all.contains(where: { $0.from < note.from && $0.cut > note.from }) { throw contradiction(all, partition, committed) }
        }
        let found = try await files(of: partition, country, from: note.from)
        if !tiles(found, note.from, note.cuts) { throw contradiction(found, partition, committed) }
        if found.count > note.cuts.count, !hasWaited {
            // Files that no note tells of: another owner has written them since the position was fetched, or the offset went back.
            try await checkUnmoved(partition, committed)
            if let wait { return .wait(wait) }
        }
        return .start(Start(note: note, chain: found.map(\.cut), topicID: topic.id, isNew: false))
    }

    /// How long a former owner's uploads may still be under way; nil where they cannot be.
    private var wait: Duration? { store.guarantees.latestEffect > .zero ? store.guarantees.latestEffect : nil }

    /// The group has no position in this partition.
    private func fresh(
        _ partition: TopicPartition, _ country: CountryCode, _ bounds: PartitionBounds, _ topicID: String?, _ hasWaited: Bool
    ) async throws(StageError) -> Decision {
        let found = try await files(of: partition, country, from: 0)
        guard resumingFromFiles else {
            if let last = found.last {
                throw .contradiction(
                    "group \(group) has no position in \(partition), but the store has files of it up to \(last)",
                    mend:
                        "Its position has expired, or the topic was made anew, or the store belongs to another log or group; --resume-from-files goes on behind the last file, which is right for the first of these only"
                )
            }
            if bounds.first > 0 {
                throw .contradiction(
                    "group \(group) has no position in \(partition), and offsets 0 to \(bounds.first - 1) are no longer kept",
                    mend: "--resume-from-files begins at \(bounds.first) and leaves them out")
            }
            return .start(Start(note: CutNote(from: 0, cuts: []), chain: [], topicID: topicID, isNew: false))
        }
        if let wait, !hasWaited { return .wait(wait) }
        if let first = found.first, !tiles(found, first.from, []) {
            throw .contradiction(
                "files of \(partition) overlap or leave a hole behind \(first)", mend: "Look at the folder Inbound/\(country)/")
        }
        let from = found.last?.cut ?? bounds.first
        let note = CutNote(from: from, cuts: [])
        try check(note, of: partition, bounds)
        return .start(Start(note: note, chain: [], topicID: topicID, isNew: from > 0))
    }

    /// Throws `.fenced` where the group's position is no longer the one that was fetched: somebody else has the partition.
    private func checkUnmoved(_ partition: TopicPartition, _ fetched: CommittedPosition) async throws(StageError) {
        let (log, group) = (log, group)
        let positions = try await port { () throws(PortError) in try await log.committed(group: group, [partition]) }
        guard positions[partition] == fetched else {
            throw .port(PortError(.fenced, "taking over", of: "\(partition)", because: "its position has moved meanwhile"))
        }
    }

    private func read(_ committed: CommittedPosition, of partition: TopicPartition, _ topicID: String?) throws(StageError) -> CutNote {
        let note: CutNote
        do { note = try CutNote(committed) } catch {
            let told =
                switch error {
                case .unreadable: "cannot be read"
                case .version(let version): "is of version \(version)"
                case .format(let format): "plans files of format \(format)"
                case .otherOffset(let from): "was written for offset \(from), not \(committed.offset)"
                }
            throw .contradiction(
                "the note that group \(group) keeps for \(partition) \(told): \"\(committed.note.prefix(120))\"",
                mend: "It was written by a newer version of this program or by another one; use that, or another --group with another store"
            )
        }
        if let noted = note.topicID, let topicID, noted != topicID {
            throw .contradiction(
                "\(partition.topic) has been deleted and made anew since group \(group) was here: its offsets start again",
                mend: "Take another store (or prefix) and another --group for the new topic")
        }
        return note
    }

    private func check(_ note: CutNote, of partition: TopicPartition, _ bounds: PartitionBounds) throws(StageError) {
        if note.from < bounds.first {
            throw .contradiction(
                "offsets \(note.from) to \(bounds.first - 1) of \(partition) are no longer kept, and group \(group) had not come so far",
                mend: "Those messages are lost to retention; keep messages longer, and begin again with another --group and store")
        }
        if max(note.from, note.cuts.last ?? 0) > bounds.end {
            throw .contradiction(
                "group \(group) has come to offset \(note.from) of \(partition), which ends at \(bounds.end)",
                mend: "The topic was made anew, or this is another log; take another --group and store")
        }
    }

    /// Names of this partition from `offset` on, wherever they stand, in order and each once.
    private func files(of partition: TopicPartition, _ country: CountryCode, from offset: Int64) async throws(StageError) -> [RangeFileName]
    {
        var names: Set<RangeFileName> = []
        for folder in [Names.inbound(country), Names.processed(country)] {
            var after: String? = "\(folder)/\(RangeFileName.listingStart(partition, from: offset))"
            listing: while let from = after {
                let page = try await port { () throws(PortError) in try await store.list(folder: folder, after: from) }
                for object in page.objects {
                    let name = Names.file(of: object.key)
                    guard name.hasPrefix(RangeFileName.prefix(of: partition)) else { break listing }
                    if let range = RangeFileName(name), range.partition == partition, range.cut > offset { names.insert(range) }
                }
                after = page.next
            }
        }
        return names.sorted { ($0.from, $0.cut) < ($1.from, $1.cut) }
    }

    /// Whether `files` begin at `from`, follow each other without a hole, and end where `cuts` say as far as these reach.
    /// A prefix of what `cuts` plan is fine, as is a chain that goes on behind them.
    private func tiles(_ files: [RangeFileName], _ from: Int64, _ cuts: [Int64]) -> Bool {
        // Several files of a note are uploaded at once, so that a later one may be there before an earlier one.
        let planned = zip([from] + cuts, cuts).map { $0..<$1 }
        var rest = files[...]
        var missing = false
        for range in planned {
            if let file = rest.first, file.from == range.lowerBound {
                guard file.cut == range.upperBound else { return false }
                rest.removeFirst()
            } else {
                missing = true
            }
        }
        if rest.isEmpty { return true }
        if missing { return false }
        var end = cuts.last ?? from
        for file in rest {
            guard file.from == end else { return false }
            end = file.cut
        }
        return true
    }

    private func contradiction(_ files: [RangeFileName], _ partition: TopicPartition, _ committed: CommittedPosition) -> StageError {
        .contradiction(
            "files of \(partition) from offset \(committed.offset) on do not follow from the committed position: "
                + files.prefix(3).map(\.description).joined(separator: ", "),
            mend: "Another group or program writes to this folder, or the offset was set by hand; look before anything goes on")
    }
}
