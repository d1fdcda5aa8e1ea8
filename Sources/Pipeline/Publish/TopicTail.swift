internal import SalesModel

/// How far a stream has come in a topic, read from the log itself: the last sale of ours in each partition.
struct TopicTail: Sendable {
    /// The last sale of ours in a partition.
    private struct Last {
        var identity: SaleIdentity
        var timestamp: Int64
        var offset: Int64
    }

    /// The stream that was published last; nil where there is no sale of ours.
    private(set) var stream: StreamID?
    /// The ordinal behind the highest of that stream.
    private(set) var next: UInt64 = 0
    /// Messages that were looked past.
    private(set) var skipped = 0
    /// Partitions of the topic.
    let partitions: Int

    /// Reads from the end of each partition backwards until a sale of ours is found. Nil where there is no such topic.
    init?(_ log: any MessageLog, topic: String, country: CountryCode) async throws(PortError) {
        guard let description = try await log.describe(topic: topic) else { return nil }
        partitions = description.partitions.count
        let found = try await sideBySide(Array(description.partitions.enumerated())) { number, bounds throws(PortError) in
            var skipped = 0
            let last = try await Self.last(log, TopicPartition(topic, number), bounds, country, &skipped)
            return (last: last, skipped: skipped)
        }
        skipped = found.reduce(0) { $0 + $1.skipped }
        let lasts = found.compactMap(\.last)
        // Where a topic holds several streams, the newest is the one that goes on.
        guard let newest = lasts.max(by: { ($0.timestamp, $0.identity.stream.start) < ($1.timestamp, $1.identity.stream.start) }) else {
            return
        }
        stream = newest.identity.stream
        next = lasts.filter { $0.identity.stream == newest.identity.stream }.map(\.identity.ordinal).max().map { $0 + 1 } ?? 0
    }

    private static func last(
        _ log: any MessageLog, _ partition: TopicPartition, _ bounds: PartitionBounds, _ country: CountryCode, _ skipped: inout Int
    ) async throws(PortError) -> Last? {
        var end = bounds.end
        var window: Int64 = 64
        while end > bounds.first {
            let begin = max(bounds.first, end - window)
            var found: Last?
            var behind = 0
            var offset = begin
            while offset < end {
                let batch = try await log.read(partition, from: offset, maximumBytes: 1 << 20)
                for entry in batch.entries where entry.offset < end {
                    if let key = entry.key, let identity = SaleIdentity(text: batch.bytes.span.bytes.extracting(key)),
                        identity.country == country
                    {
                        found = Last(identity: identity, timestamp: entry.timestamp, offset: entry.offset)
                        behind = 0
                    } else {
                        behind += 1
                    }
                }
                guard batch.next > offset else { break }
                offset = batch.next
            }
            skipped += behind
            if let found { return found }
            end = begin
            window *= 8
        }
        return nil
    }
}
