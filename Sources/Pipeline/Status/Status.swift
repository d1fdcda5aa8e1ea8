public import SalesModel

/// Where one country stands at this moment.
public struct CountryStatus: Sendable, Equatable {
    /// Messages behind the committed offsets: 0 on an idle topic.
    public var lag: Int64 = 0
    /// Messages behind the last cut that is planned: what is in open files or has not been taken.
    public var open: Int64 = 0
    /// Files in `Inbound/` that wait for a loader.
    public var filesWaiting = 0
    /// When the oldest of them was stored: milliseconds since 1970.
    public var oldestWaiting: Int64?
    /// Reject files.
    public var rejectFiles = 0
    /// Messages among the dead letters, repetitions included.
    public var deadLetters: Int64 = 0
    /// Rows of the table.
    public var rowsLoaded = 0
    /// Whether the topic is there.
    public var hasTopic = false

    /// Nothing known.
    public init() {}
}

/// Looks at log, store and table without changing anything.
public struct StatusReader: Sendable {
    let log: any MessageLog
    let store: any ObjectStore
    let table: any SalesTable
    let group: String

    /// A reader over the three ports.
    public init(log: any MessageLog, store: any ObjectStore, table: any SalesTable, group: String) {
        self.log = log
        self.store = store
        self.table = table
        self.group = group
    }

    /// Where each country stands. Costs a count of the table's rows.
    public func read(_ countries: [CountryCode]) async throws(StageError) -> [CountryCode: CountryStatus] {
        var answer: [CountryCode: CountryStatus] = [:]
        let rows = try await port { () throws(PortError) in try await table.counts() }
        for country in countries {
            var status = try await port { () throws(PortError) in try await read(country) }
            status.rowsLoaded = rows[country] ?? 0
            answer[country] = status
        }
        return answer
    }

    private func read(_ country: CountryCode) async throws(PortError) -> CountryStatus {
        var status = CountryStatus()
        let name = Names.topic(country)
        if let topic = try await log.describe(topic: name) {
            status.hasTopic = true
            let partitions = topic.partitions.indices.map { TopicPartition(name, $0) }
            let positions = try await log.committed(group: group, partitions)
            for (partition, bounds) in zip(partitions, topic.partitions) {
                let position = positions[partition]
                let done = max(bounds.first, position?.offset ?? bounds.first)
                if try await holdsNothing(partition, from: done, to: bounds.end) { continue }
                status.lag += max(0, bounds.end - done)
                let planned = position.flatMap { try? CutNote($0) }?.cuts.last ?? done
                status.open += max(0, bounds.end - max(done, planned))
            }
        }
        if let letters = try await log.describe(topic: Names.deadLetterTopic(of: name)) {
            status.deadLetters = letters.partitions.reduce(0) { $0 + $1.end - $1.first }
        }
        var after: String?
        repeat {
            let page = try await store.list(folder: Names.inbound(country), after: after)
            for object in page.objects where object.key.hasSuffix(".csv") {
                status.filesWaiting += 1
                status.oldestWaiting = min(status.oldestWaiting ?? .max, object.modified)
            }
            after = page.next
        } while after != nil
        status.rejectFiles = try await FileListing.keys(store, Names.rejected(country)).count { $0.hasSuffix(".csv") }
        return status
    }

    /// Whether nothing is left but offsets without a message, as the end of a transaction leaves one behind.
    private func holdsNothing(_ partition: TopicPartition, from offset: Int64, to end: Int64) async throws(PortError) -> Bool {
        guard offset < end, end - offset <= 16 else { return offset >= end }
        do {
            let rest = try await log.read(partition, from: offset, maximumBytes: 1)
            return rest.entries.isEmpty && rest.next >= end
        } catch  where error.kind == .missing { return false }
    }
}
