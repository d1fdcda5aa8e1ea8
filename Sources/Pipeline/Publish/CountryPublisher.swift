internal import Logging
internal import SalesModel

/// Publishes one country's sales: opens, finds its place, sends transaction after transaction; opens again after a failure that may pass.
struct CountryPublisher {
    private let stage: Publisher
    private let country: CountryCode
    private let topic: String
    private let start: UInt64
    private(set) var counts = PublishCounts()
    /// The ordinal at which the goal is reached; known from the first look into the topic.
    private var goal: UInt64?
    private var isPlaced = false
    /// The log is told who publishes, with the first transaction of each producer, so that whoever is fenced can say by whom.
    private var announces: Bool
    private var isAnnounced = false

    /// Less than a transaction waits this long for more, so that a trickle is not a transaction a sale.
    private static let linger = Duration.milliseconds(200)
    private static let longestVisible = Duration.seconds(10)
    private static let visibleInterval = Duration.milliseconds(20)
    private static let longestSleep = Duration.milliseconds(100)
    /// Messages that are made at once; a transaction is several of these.
    private static let chunk: UInt64 = 8_192
    /// As many tell how large messages are.
    private static let sample: UInt64 = 16
    private static let keyBytes = 36
    /// Bytes of the largest message so far, key and value; 0 before there was one.
    private var largest = 0
    // What messages are made in, kept from chunk to chunk: memory of this size costs more to get than to fill.
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private var entries: [[OutgoingBatch.Entry]] = []

    init(_ stage: Publisher, country: CountryCode, start: UInt64) {
        self.stage = stage
        self.country = country
        self.start = start
        topic = Names.topic(country)
        announces = stage.settings.publisher != nil
    }

    /// Positions of this group hold no offsets that anyone goes on from, only notes of who publishes.
    private static let publishers = "sales-publish"
    private var place: TopicPartition { TopicPartition(topic, 0) }

    mutating func run(until isStopping: () -> Bool) async throws(StageError) {
        var retrying = Retrying(stage.settings.retry, salt: Int(country.first) << 8 | Int(country.second))
        while true {
            let before = counts.published
            do throws(StageError) {
                return try await attempt(isStopping)
            } catch {
                guard case .port(let failure) = error else { throw error }
                if failure.kind == .fenced { throw await fenced(failure) }
                if failure.kind == .denied, announces, !isAnnounced {
                    stage.logger.notice(
                        "does without telling who publishes", metadata: ["topic": "\(topic)", "because": "\(failure)"])
                    announces = false
                    continue
                }
                if counts.published > before { retrying.succeeded() }
                guard failure.isRetriable, !isStopping(), let wait = retrying.failed(at: stage.clock.elapsed()) else { throw error }
                stage.logger.warning("publishing failed and is tried again", metadata: ["topic": "\(topic)", "because": "\(failure)"])
                try await port { () throws(PortError) in try await stage.clock.sleep(for: wait) }
            }
        }
    }

    private func fenced(_ failure: PortError) async -> StageError {
        let note = try? await stage.log.committed(group: Self.publishers, [place])[place]?.note
        let successor = note.flatMap { $0.isEmpty || $0 == announcement.note ? nil : $0 }
        return .fenced(
            "another publisher has taken over \(topic) (\(successor ?? "it has not said who it is, or has published nothing yet")): \(failure.reason)"
        )
    }

    private var announcement: CommittedPosition { CommittedPosition(offset: 0, note: stage.settings.publisher ?? "") }

    private mutating func attempt(_ isStopping: () -> Bool) async throws(StageError) {
        _ = try await port { () throws(PortError) in try await stage.log.create(topic: topic, partitions: stage.settings.partitions) }
        let producer = try await port { () throws(PortError) in try await stage.log.openProducer(identity: "sales-publish-\(topic)") }
        isAnnounced = false
        // A group that nobody has asked for yet has to be made ready, which a transaction does not wait for.
        if announces { _ = try? await stage.log.committed(group: Self.publishers, [place]) }
        do throws(StageError) {
            try await publish(producer, isStopping)
        } catch {
            await producer.close()
            throw error
        }
        await producer.close()
        await awaitVisible()
    }

    /// A log may show a transaction a moment after it has made it durable; whoever starts next should find all of it.
    private func awaitVisible() async {
        guard counts.published > 0 else { return }
        let deadline = stage.clock.elapsed() + Self.longestVisible
        while stage.clock.elapsed() < deadline {
            // What cannot be read now is durable all the same.
            guard let tail = try? await TopicTail(stage.log, topic: topic, country: country), tail.next < counts.next else { return }
            do { try await stage.clock.sleep(for: Self.visibleInterval) } catch { return }
        }
        stage.logger.notice("the last sales are durable and not shown yet", metadata: ["topic": "\(topic)"])
    }

    private mutating func publish(_ producer: any LogProducer, _ isStopping: () -> Bool) async throws(StageError) {
        let log = stage.log
        guard let tail = try await port({ () throws(PortError) in try await TopicTail(log, topic: topic, country: country) }),
            tail.partitions > 0
        else { throw .port(PortError(.missing, "publishing", of: topic, because: "the topic is not there", mend: "sales setup makes it")) }
        var source = try place(tail)
        while goal.map({ counts.next < $0 }) ?? true, !isStopping() {
            let due = stage.settings.ahead ? UInt64.max : source.count(soldBefore: stage.clock.wall() + 1)
            let end = min(due, goal ?? .max, counts.next + UInt64(stage.settings.transaction))
            if end <= counts.next {
                try await wait(for: try source.instant(of: counts.next))
                continue
            }
            try await send(counts.next..<end, &source, producer, tail.partitions)
            if end == due, goal != end { try await sleep(Self.linger) }
        }
    }

    /// Where to go on. The goal is set the first time only, so that a repetition does not add to it.
    private mutating func place(_ tail: TopicTail) throws(StageError) -> any SaleSource {
        var streamStart = start
        var next = stage.settings.first
        if let stream = tail.stream, !stage.settings.newStream || isPlaced {
            let isOurs = stream.fingerprint == stage.factory.fingerprint && (stage.settings.start ?? stream.start) == stream.start
            guard isOurs else {
                throw .contradiction(
                    "\(topic) holds stream \(stream), which was made with another seed, rate, catalog, start or version",
                    mend: "Publish with the settings of that stream, or leave it behind with --new-stream")
            }
            streamStart = stream.start
            next = tail.next
        }
        let source = try stage.factory.source(country, start: streamStart)
        if !isPlaced {
            isPlaced = true
            counts.first = next
            counts.skipped = tail.skipped
            counts.stream = source.stream
            switch stage.settings.goal {
            case .more(let count): goal = next + count
            case .upTo(let count): goal = count
            case .endless: goal = nil
            }
            if tail.skipped > 0 {
                stage.logger.notice(
                    "looked past messages that are not of this stream", metadata: ["topic": "\(topic)", "count": "\(tail.skipped)"])
            }
            stage.board.update(country) { [goal] in $0.goal = goal.map { Int($0 - min($0, next)) } }
        } else if next < counts.next {
            throw .contradiction(
                "\(topic) ends at ordinal \(next), but \(counts.next) had been acknowledged", mend: "The log has lost acknowledged messages"
            )
        }
        counts.published = next - counts.first
        counts.next = next
        return source
    }

    /// One transaction over all partitions, of as many of `ordinals` as its bounds allow. The partition of a sale is its ordinal modulo the
    /// number of partitions.
    private mutating func send(_ ordinals: Range<UInt64>, _ source: inout any SaleSource, _ producer: any LogProducer, _ partitions: Int)
        async throws(StageError)
    {
        let deadline = stage.clock.elapsed() + stage.settings.transactionTime
        let bound = stage.settings.transactionBytes
        var size = 0
        var begin = ordinals.lowerBound
        repeat {
            let room = largest > 0 ? UInt64(max(1, (bound - size) / largest)) : Self.sample
            let chunk = begin..<min(begin + min(room, Self.chunk), ordinals.upperBound)
            let batches = try messages(chunk, &source, partitions)
            // They share one buffer.
            size += (batches.first?.bytes.count ?? 0) + chunk.count * Self.keyBytes
            for batch in batches {
                try await port { () throws(PortError) in try await producer.append(batch) }
            }
            begin = chunk.upperBound
        } while begin < ordinals.upperBound && size + largest <= bound && stage.clock.elapsed() < deadline
        let positions =
            announces && !isAnnounced ? [GroupPosition(group: Self.publishers, partition: place, position: announcement)] : []
        try await port { () throws(PortError) in try await producer.commit(positions) }
        isAnnounced = true
        counts.next = begin
        counts.published = counts.next - counts.first
        stage.board.update(country) { [published = counts.published] in $0.published = Int(published) }
    }

    private mutating func messages(_ ordinals: Range<UInt64>, _ source: inout any SaleSource, _ partitions: Int) throws(StageError)
        -> [OutgoingBatch]
    {
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        try source.appendMessages(ordinals, to: &bytes, ends: &ends)
        let key = source.keyOffset
        if entries.count != partitions { entries = Array(repeating: [], count: partitions) }
        for index in entries.indices { entries[index].removeAll(keepingCapacity: true) }
        var from = 0
        for (ordinal, end) in zip(ordinals, ends) {
            entries[Int(ordinal % UInt64(partitions))].append(.init(key: from + key..<from + key + Self.keyBytes, value: from..<end))
            largest = max(largest, end - from + Self.keyBytes)
            from = end
        }
        return entries.enumerated().filter { !$0.element.isEmpty }.map {
            OutgoingBatch(partition: TopicPartition(topic, $0.offset), bytes: bytes, entries: $0.element)
        }
    }

    private func wait(for instant: Int64) async throws(StageError) {
        try await sleep(min(Self.longestSleep, max(.milliseconds(1), .milliseconds(instant - stage.clock.wall()))))
    }

    private func sleep(_ duration: Duration) async throws(StageError) {
        try await port { () throws(PortError) in try await stage.clock.sleep(for: duration) }
    }
}
