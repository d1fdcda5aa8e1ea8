internal import SalesModel

/// What a topic holds: read with the codec that the streamer uses, and counted by the committed offsets.
struct TopicCount {
    /// Valid sales up to the committed offsets.
    var sales = SaleSet()
    /// Valid sales behind them.
    var later = SaleSet()
    /// Messages up to the committed offsets.
    var messages = 0
    /// Those of them that are no sales, by the keys that their dead letters bear.
    var deadLetterKeys: Set<String> = []
    /// Messages behind the committed offsets.
    var inFlight = 0

    private var transcoder: SaleTranscoder
    private let country: CountryCode

    init(_ country: CountryCode) {
        self.country = country
        transcoder = SaleTranscoder(country: country)
    }

    /// Counts a partition from `start` to its end, of which everything before `committed` is done.
    mutating func count(
        _ log: any MessageLog, _ partition: TopicPartition, from start: Int64, committed: Int64, end: Int64
    ) async throws(PortError) {
        var offset = start
        while offset < end {
            let batch = try await log.read(partition, from: offset, maximumBytes: 1 << 20)
            take(batch, committed, end)
            guard batch.next > offset else { return }
            offset = batch.next
        }
    }

    private mutating func take(_ batch: MessageBatch, _ committed: Int64, _ end: Int64) {
        let header = Array("\(SaleField.header)\n".utf8)
        var done = header
        var ahead = header
        let bytes = batch.bytes.span.bytes
        // Beyond the ends that were asked for at one moment, one partition would have what another has not.
        for entry in batch.entries where entry.offset < end {
            let isDone = entry.offset < committed
            if isDone { messages += 1 } else { inFlight += 1 }
            guard let place = entry.value else {
                if isDone { deadLetterKeys.insert("\(batch.partition)-\(entry.offset)") }
                continue
            }
            let value = bytes.extracting(place)
            if !isDone {
                _ = append(value, &ahead)
            } else if !append(value, &done) {
                deadLetterKeys.insert("\(batch.partition)-\(entry.offset)")
            }
        }
        Self.insert(done, country, into: &sales)
        Self.insert(ahead, country, into: &later)
    }

    private mutating func append(_ message: RawSpan, _ rows: inout [UInt8]) -> Bool {
        do {
            try transcoder.appendRow(message: message, to: &rows)
            return true
        } catch {
            return false
        }
    }

    private static func insert(_ file: [UInt8], _ country: CountryCode, into set: inout SaleSet) {
        var reader = SaleFileReader(country: country)
        var rows = RowBatch()
        // The rows come from the transcoder, whose rules the reader shares.
        guard (try? reader.read(file.span.bytes, into: &rows)) != nil, (try? reader.finish(into: &rows)) != nil else { return }
        for row in 0..<rows.count { set.insert(rows, row) }
    }

    /// Keys of the topic's dead letters.
    static func deadLetters(_ log: any MessageLog, topic: String) async throws(PortError) -> Set<String> {
        let name = Names.deadLetterTopic(of: topic)
        var keys: Set<String> = []
        guard let description = try await log.describe(topic: name) else { return [] }
        for (number, bounds) in description.partitions.enumerated() {
            var offset = bounds.first
            while offset < bounds.end {
                let batch = try await log.read(TopicPartition(name, number), from: offset, maximumBytes: 1 << 20)
                for entry in batch.entries { if let key = entry.key { keys.insert(String(decoding: batch.bytes[key], as: UTF8.self)) } }
                guard batch.next > offset else { break }
                offset = batch.next
            }
        }
        return keys
    }
}
