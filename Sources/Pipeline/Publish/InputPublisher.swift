internal import Checksums
public import Logging
public import SalesModel

/// Publishes somebody's own sales, each to its country's topic, once: how far it has come is committed with the sales in one transaction.
///
/// The position is the byte behind the last row, and with it the SHA-256 of all before. On start the input is read from its beginning;
/// what lies before the position is passed over and must have that SHA-256, so a file that has grown goes on and a changed one is refused.
public struct InputPublisher: Sendable {
    /// Rows that are no sales go here.
    static let deadLetterTopic = "input.dlq"
    private static let piece = 1 << 20

    let log: any MessageLog
    let countries: Set<CountryCode>
    let partitions: Int
    let logger: Logger
    let board: Board

    /// A publisher into `log` for these countries; topics that have to be made get `partitions`.
    public init(log: any MessageLog, countries: [CountryCode], partitions: Int, logger: Logger, board: Board) {
        self.log = log
        self.countries = Set(countries)
        self.partitions = partitions
        self.logger = logger
        self.board = board
    }

    /// Publishes to the end of the input, or until `stop` asks to finish.
    ///
    /// An input without an identity is published at least once: after a crash it starts again.
    public func run(_ input: any SaleInput, stop: StopSignal) async throws(StageError) -> InputReport {
        let name = "sales-input-\(SHA256.hash(Array((input.identity ?? "-").utf8)).description.prefix(16))"
        let producer = try await port { () throws(PortError) in try await log.openProducer(identity: input.identity == nil ? nil : name) }
        do throws(StageError) {
            let report = try await publish(input, group: name, producer, stop)
            await producer.close()
            return report
        } catch {
            await producer.close()
            if case .port(let failure) = error, failure.kind == .fenced { throw .fenced("another publisher has taken over \(input.name)") }
            throw error
        }
    }

    private func publish(_ input: any SaleInput, group: String, _ producer: any LogProducer, _ stop: StopSignal) async throws(StageError)
        -> InputReport
    {
        var counts: [CountryCode: Int] = [:]
        for country in countries { counts[country] = try await partitionCount(Names.topic(country)) }
        _ = try await partitionCount(Self.deadLetterTopic, partitions: 1)
        let place = TopicPartition(Self.deadLetterTopic, 0)
        var report = InputReport()
        var position: CommittedPosition?
        if input.identity != nil {
            position = try await port { () throws(PortError) in try await log.committed(group: group, [place]) }[place]
        }
        var prefix = InputPrefix(position, input.name)
        var reader = InputReader.undecided([])
        var batch = RowBatch()
        var isAtEnd = false
        while !isAtEnd, !stop.isStopping {
            let bytes = try await port { () throws(PortError) in try await input.read(count: Self.piece) }
            isAtEnd = bytes.isEmpty
            prefix.take(bytes)
            do { if isAtEnd { try reader.finish(into: &batch) } else { try reader.read(bytes, into: &batch) } } catch {
                throw .contradiction("\(input.name) cannot be published: \(error)", mend: "Mend the header")
            }
            if isAtEnd { try prefix.checkReached() }
            guard let end = try prefix.advance(to: batch.inputEnd, isAtEnd: isAtEnd) else { continue }
            let outgoing = OutgoingInput(batch, from: prefix.resumed, input.name, counts)
            report.resumedAfter += outgoing.passedOver
            for message in outgoing.batches { try await port { () throws(PortError) in try await producer.append(message) } }
            let positions = input.identity == nil ? [] : [GroupPosition(group: group, partition: place, position: end)]
            if !outgoing.batches.isEmpty { try await port { () throws(PortError) in try await producer.commit(positions) } }
            for (country, count) in outgoing.published {
                report.published[country, default: 0] += count
                board.update(country) { $0.published += count }
            }
            report.rejected += outgoing.rejected
            batch.removeAll()
        }
        return report
    }

    private func partitionCount(_ topic: String, partitions wanted: Int? = nil) async throws(StageError) -> Int {
        let count = wanted ?? partitions
        _ = try await port { () throws(PortError) in try await log.create(topic: topic, partitions: count) }
        return try await port { () throws(PortError) in try await log.describe(topic: topic) }?.partitions.count ?? count
    }
}

/// How much of an input is published, and its SHA-256.
private struct InputPrefix: ~Copyable {
    private var hash = SHA256()
    /// Bytes that were read and are not hashed: behind the last complete row.
    private var pending: [UInt8] = []
    private var hashed = 0
    private let name: String
    private let wanted: String?
    /// Up to this byte an earlier run has published.
    let resumed: Int
    private var isChecked: Bool

    init(_ position: CommittedPosition?, _ name: String) {
        self.name = name
        resumed = Int(position?.offset ?? 0)
        wanted = position.flatMap { $0.note.split(separator: " ").first { $0.hasPrefix("sha256=") }.map { String($0.dropFirst(7)) } }
        isChecked = position == nil
    }

    mutating func take(_ bytes: [UInt8]) { pending += bytes }

    /// The position behind the last row of the batch; nil where there is no row behind the resumed one yet.
    mutating func advance(to end: Int?, isAtEnd: Bool) throws(StageError) -> CommittedPosition? {
        if !isChecked, hashed + pending.count >= resumed {
            update(to: resumed)
            guard hash.digestSoFar().description == wanted else { throw changed }
            isChecked = true
        }
        guard isChecked, let end, end > hashed || isAtEnd else { return nil }
        update(to: max(end, hashed))
        return CommittedPosition(offset: Int64(hashed), note: "v=1 sha256=\(hash.digestSoFar())")
    }

    func checkReached() throws(StageError) {
        if hashed + pending.count < resumed { throw changed }
    }

    private var changed: StageError {
        .contradiction(
            "the first \(resumed) bytes of \(name) are not those that were published from it",
            mend: "Give a file with other sales another name; only what is appended to a file can be published from it later")
    }

    private mutating func update(to end: Int) {
        let count = end - hashed
        guard count > 0 else { return }
        let done = Array(pending.prefix(count))
        hash.update(done.span.bytes)
        pending.removeFirst(count)
        hashed = end
    }
}

/// The messages of a batch of rows, sorted by topic and partition.
private struct OutgoingInput {
    private(set) var batches: [OutgoingBatch] = []
    private(set) var published: [CountryCode: Int] = [:]
    private(set) var rejected = 0
    private(set) var passedOver = 0

    init(_ rows: RowBatch, from resumed: Int, _ name: String, _ partitions: [CountryCode: Int]) {
        var byPartition: [TopicPartition: OutgoingBatch] = [:]
        func add(_ partition: TopicPartition, key: [UInt8], headers: [OutgoingBatch.Header] = [], _ append: (inout [UInt8]) -> Void) {
            var batch = byPartition.removeValue(forKey: partition) ?? OutgoingBatch(partition: partition, bytes: [], entries: [])
            let start = batch.bytes.count
            batch.bytes += key
            let value = batch.bytes.count
            append(&batch.bytes)
            if !headers.isEmpty { batch.headers[batch.entries.count] = headers }
            batch.entries.append(.init(key: start..<value, value: value..<batch.bytes.count))
            byPartition[partition] = batch
        }
        func reject(_ line: Int, _ reason: String, _ original: Range<Int>) {
            rejected += 1
            add(
                TopicPartition(InputPublisher.deadLetterTopic, 0), key: Array("\(name):\(line)".utf8),
                headers: [.init("reason", reason), .init("input", name), .init("line", String(line))]
            ) { $0 += rows.bytes[original] }
        }
        for row in 0..<rows.count {
            guard rows.inputEnd(of: row) > resumed else {
                passedOver += 1
                continue
            }
            guard let country = rows.country(of: row), let count = partitions[country] else {
                reject(
                    rows.line(of: row), "\(rows.text(.countryOfSale, of: row)) is none of the countries that are published",
                    rows.original(of: row))
                continue
            }
            published[country, default: 0] += 1
            let key = Array(rows.bytes[rows.field(.saleID, of: row)])
            // FNV-1a: the same sale goes to the same partition on every run.
            let hash = key.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            add(TopicPartition(Names.topic(country), Int(hash % UInt64(count))), key: key) {
                SaleMessage.append(rows.fields(of: row), in: rows.bytes.span.bytes, to: &$0)
            }
        }
        for row in rows.rejections where row.inputEnd > resumed { reject(row.line, row.fault.description, row.original) }
        batches = byPartition.sorted { $0.key < $1.key }.map(\.value)
    }
}

extension RowBatch {
    /// The offset in the input behind the last row or rejected row; nil for an empty batch.
    fileprivate var inputEnd: Int? {
        let last = count > 0 ? inputEnd(of: count - 1) : nil
        return [last, rejections.last?.inputEnd].compactMap(\.self).max()
    }
}
