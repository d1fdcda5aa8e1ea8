internal import SalesModel

/// One country's comparison, place after place.
final class CountryReconciler {
    private let stage: Reconciler
    private let country: CountryCode
    private var report = CountryReport()
    private var topic: TopicCount
    private var files = SaleSet()
    private var processed = SaleSet()
    private var committed: [TopicPartition: Int64] = [:]
    private var tableRows: SaleSet?
    private var rejects = RejectCount()

    init(_ stage: Reconciler, _ country: CountryCode) {
        self.stage = stage
        self.country = country
        topic = TopicCount(country)
    }

    func run() async throws(StageError) -> CountryReport {
        // The table before everything else: what it holds by then is in the topic and in the files that are looked at afterwards.
        if stage.settings.tableCheck == .scan { tableRows = try await scanned() }
        // Positions first: whatever was committed by then is in the files that are listed afterwards.
        let bounds = try await bounds()
        let listing = try await port { () throws(PortError) in try await FileListing(stage.store, country) }
        checkTiling(listing)
        try await countTopic(bounds, listing)
        rejects = try await RejectCount(stage.store, country)
        for entry in listing.entries { try await count(entry, bounds) }
        compare()
        return report
    }

    private func bounds() async throws(StageError) -> [TopicPartition: PartitionBounds] {
        let (log, name, group) = (stage.log, Names.topic(country), stage.settings.group)
        guard let topic = try await port({ () throws(PortError) in try await log.describe(topic: name) }) else { return [:] }
        let partitions = topic.partitions.indices.map { TopicPartition(name, $0) }
        committed = try await port { () throws(PortError) in try await log.committed(group: group, partitions) }.mapValues(\.offset)
        // Ends behind the positions, never before them.
        let later = try await port { () throws(PortError) in try await log.describe(topic: name) }
        var bounds: [TopicPartition: PartitionBounds] = [:]
        for (partition, kept) in zip(partitions, later?.partitions ?? topic.partitions) { bounds[partition] = kept }
        return bounds
    }

    /// Names alone tell whether ranges follow each other without hole or overlap.
    private func checkTiling(_ listing: FileListing) {
        let ranges = Dictionary(grouping: listing.entries.compactMap(\.range), by: \.partition)
        for (partition, names) in ranges.sorted(by: { $0.key < $1.key }) {
            let sorted = names.sorted { ($0.from, $0.cut) < ($1.from, $1.cut) }
            for (one, next) in zip(sorted, sorted.dropFirst()) where one.cut != next.from && next.from < committed[partition] ?? 0 {
                report.problems.append(
                    "files of \(partition) \(next.from < one.cut ? "overlap" : "leave a hole") between \(one) and \(next)")
            }
            if let last = sorted.last(where: { $0.from < committed[partition] ?? 0 }), last.cut > committed[partition] ?? 0 {
                report.problems.append("\(last) reaches beyond the committed offset \(committed[partition] ?? 0)")
            }
        }
    }

    private func countTopic(_ bounds: [TopicPartition: PartitionBounds], _ listing: FileListing) async throws(StageError) {
        for (partition, kept) in bounds.sorted(by: { $0.key < $1.key }) {
            let start = logStart(partition, kept, listing)
            let done = committed[partition] ?? 0
            do { try await topic.count(stage.log, partition, from: start, committed: done, end: kept.end) } catch { throw .port(error) }
        }
        let (log, name) = (stage.log, Names.topic(country))
        let letters = try await port { () throws(PortError) in try await TopicCount.deadLetters(log, topic: name) }
        let unsent = topic.deadLetterKeys.subtracting(letters)
        if !unsent.isEmpty {
            report.problems.append(
                "\(unsent.count) messages are neither sales nor among the dead letters, such as \(unsent.min() ?? "")")
        }
        report.published = topic.messages
        report.deadLetters = topic.deadLetterKeys.count
        report.inFlight = topic.inFlight
    }

    /// Where the log is counted from: before that, retention has taken messages and files alone tell what there was.
    private func logStart(_ partition: TopicPartition, _ kept: PartitionBounds, _ listing: FileListing) -> Int64 {
        let cuts = listing.entries.compactMap(\.range).filter { $0.partition == partition && $0.from < kept.first }.map(\.cut)
        return max(kept.first, cuts.max() ?? 0)
    }

    private func scanned() async throws(StageError) -> SaleSet {
        var set = SaleSet()
        var cursor: String?
        repeat {
            let (table, country, from) = (stage.table, country, cursor)
            let page = try await port { () throws(PortError) in try await table.scan(country: country, from: from) }
            for row in 0..<page.rows.count { set.insert(page.rows, row) }
            cursor = page.next
        } while cursor != nil
        return set
    }

    private func count(_ entry: FileListing.Entry, _ bounds: [TopicPartition: PartitionBounds]) async throws(StageError) {
        // Stored but not committed: its messages are in flight.
        if let range = entry.range, range.from >= committed[range.partition] ?? 0 { return }
        let isBeforeLog = entry.range.map { $0.from < bounds[$0.partition]?.first ?? .max } ?? false
        let walk = FileWalk(store: stage.store, country: country)
        var tally = FileTally()
        let inLog = entry.range != nil && !isBeforeLog
        func take(_ rows: RowBatch) async throws(PortError) {
            if inLog { for row in 0..<rows.count { files.insert(rows, row) } }
            if entry.isProcessed { try await compare(rows, with: stage.table, &tally) }
            tally.taken += rows.count
        }
        var summary = try await walk.walk(entry.key) { (rows) throws(PortError) in try await take(rows) }
        if summary == nil, !entry.isProcessed, tally.taken == 0 {
            // It was moved since it was listed.
            let moved = "\(Names.processed(country))/\(Names.file(of: entry.key))"
            summary = try await walk.walk(moved) { (rows) throws(PortError) in try await take(rows) }
        }
        guard let summary else {
            report.problems.append("\(entry.key) was moved or replaced while it was read: reconcile again")
            return
        }
        if let problem = summary.problem { report.problems.append(problem) }
        if tally.missing > 0 {
            report.problems.append("\(tally.missing) rows of \(entry.key) are neither in the table nor in a reject file")
        }
        if entry.range == nil { return countOther(entry, summary, tally) }
        report.loaded += tally.loaded
        report.rejected += tally.rejected
        report.streamed += summary.rows
        if !entry.isProcessed { report.inFlight += summary.rows }
        if isBeforeLog {
            report.published += summary.rows + (summary.metadata?.deadLetters ?? 0)
            report.deadLetters += summary.metadata?.deadLetters ?? 0
        }
    }

    /// A file that no streamer wrote: it has no part in what was published.
    private func countOther(_ entry: FileListing.Entry, _ summary: FileWalk.Summary, _ tally: FileTally) {
        guard entry.isProcessed else {
            report.inFlight += summary.rows
            return
        }
        report.otherRows += tally.loaded + tally.rejected + summary.refused
        if summary.refused > 0, !rejects.hasFile(for: Names.file(of: entry.key)) {
            report.problems.append("\(summary.refused) rows of \(entry.key) were refused, but there is no reject file of it")
        }
    }

    /// How the rows of one file stand in the table.
    private struct FileTally {
        var taken = 0
        var loaded = 0
        var rejected = 0
        var missing = 0
    }

    private func compare(_ rows: RowBatch, with table: any SalesTable, _ tally: inout FileTally) async throws(PortError) {
        for start in stride(from: 0, to: rows.count, by: table.maximumBatch) {
            let range = start..<min(start + table.maximumBatch, rows.count)
            var present = range.map { tableRows?.contains(rows.bytes[rows.field(.saleID, of: $0)]) ?? false }
            // What was not in the table when it was read may have come since.
            if present.contains(false) { present = try await table.present(rows, range) }
            for (row, isThere) in zip(range, present) {
                processed.insert(rows, row)
                if isThere {
                    tally.loaded += 1
                } else if rejects.contains(rows.bytes[rows.field(.saleID, of: row)]) {
                    tally.rejected += 1
                } else {
                    tally.missing += 1
                }
            }
        }
    }

    private func compare() {
        let lost = topic.sales.without(files)
        let strange = files.without(topic.sales)
        if !lost.ordinals.isEmpty || lost.others > 0 {
            report.problems.append("published but in no file: \(told(lost))")
        }
        if !strange.ordinals.isEmpty || strange.others > 0 {
            report.problems.append("in a file but not in the topic: \(told(strange))")
        }
        if lost.ordinals.isEmpty, lost.others == 0, strange.ordinals.isEmpty, strange.others == 0, topic.sales.content != files.content {
            report.problems.append("files hold the sales that were published, but with altered fields")
        }
        report.duplicates = topic.sales.repeatedOurs + max(0, files.repeated - topic.sales.repeated)
        if report.duplicates > 0 { report.problems.append("\(report.duplicates) sales are there twice") }
        var everywhere = topic.sales
        everywhere.formUnion(topic.later)
        everywhere.formUnion(files)
        everywhere.formUnion(processed)
        report.gaps = everywhere.gaps
        if !report.gaps.isEmpty { report.problems.append("ordinals that no place has: \(CountryReport.told(report.gaps))") }
        if let tableRows {
            var known = files
            known.formUnion(processed)
            known.formUnion(topic.later)
            let extra = tableRows.without(known)
            if !extra.ordinals.isEmpty { report.problems.append("in the table but in no file: \(told(extra))") }
            if extra.ordinals.isEmpty, extra.others == 0, processed.without(tableRows).ordinals.isEmpty, processed.count == tableRows.count,
                processed.content != tableRows.content
            {
                report.problems.append("the table holds the sales of the files, but with altered fields")
            }
        }
        if stage.settings.drained, report.inFlight > 0 {
            report.problems.append("\(report.inFlight) sales are still in flight")
        }
    }

    private func told(_ set: (ordinals: [ClosedRange<UInt64>], others: Int)) -> String {
        let parts = [
            set.ordinals.isEmpty ? nil : "ordinals \(CountryReport.told(set.ordinals))",
            set.others == 0 ? nil : "\(set.others) sales from elsewhere",
        ]
        return parts.compactMap(\.self).joined(separator: " and ")
    }
}
