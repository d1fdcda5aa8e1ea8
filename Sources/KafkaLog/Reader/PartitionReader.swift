internal import BlockingExecutor
internal import CRdKafka
internal import Logging
internal import Pipeline

/// Reads one partition at a time from any offset. What follows on from the last read goes on without a new request.
actor PartitionReader {
    /// Where a read that costs nothing extra would begin.
    struct Place: Hashable {
        let partition: TopicPartition
        let offset: Int64
    }

    /// What is fetched ahead, in KiB.
    private static let ahead = 16 << 10
    /// Silence after which it is looked whether there is anything to wait for.
    private static let silence = Duration.seconds(1)

    private nonisolated let executor = BlockingExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let settings: KafkaSettings
    private let logger: Logger
    private var client: Client?
    private var topic: TopicHandle?
    private var fetcher: Fetcher?
    private var place: Place?

    init(_ settings: KafkaSettings, _ logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    private func opened() throws(PortError) -> Client {
        if let client { return client }
        let client = try Client(settings, .reader, logger) { configuration throws(PortError) in
            try configuration.set("isolation.level", "read_committed")
            try configuration.set("auto.offset.reset", "error")
            try configuration.set("enable.partition.eof", "true")
            try configuration.set("queued.max.messages.kbytes", "\(Self.ahead)")
            // The broker holds an answer back so long where there is nothing, and only then the end is known.
            try configuration.set("fetch.wait.max.ms", "10")
            try configuration.set("fetch.error.backoff.ms", "50")
        }
        self.client = client
        return client
    }

    /// A batch, and where the next one comes from without a new start; nil where nothing is fetched ahead.
    func read(_ place: Place, _ maximumBytes: Int) throws(PortError) -> (batch: MessageBatch, standing: Place?) {
        let goesOn = self.place == place && fetcher != nil
        if !goesOn { try start(place) }
        do {
            var batch = try collect(place, maximumBytes)
            if goesOn, batch.entries.isEmpty {
                // That end was found before this was asked, and more may have been committed since.
                let end = Place(partition: place.partition, offset: batch.next)
                try start(end)
                batch = try collect(end, maximumBytes)
            }
            self.place = Place(partition: place.partition, offset: batch.next)
            return (batch, fetcher == nil ? nil : self.place)
        } catch {
            fetcher = nil
            throw error
        }
    }

    private func start(_ place: Place) throws(PortError) {
        fetcher = nil
        let (name, number) = (place.partition.topic, place.partition.partition)
        guard place.offset >= 0 else {
            throw PortError(.missing, "read", of: "\(place.partition)", because: "there is no offset \(place.offset)")
        }
        let client = try opened()
        if topic?.name != name || number >= topic?.partitions ?? 0 {
            topic = nil
            topic = try client.insist("read", of: "\(place.partition)") { timeout throws(Failure) in
                let topic = try TopicHandle(name, client)
                return try topic.metadata(timeout) == nil ? nil : topic
            }
        }
        guard let topic, (0..<topic.partitions).contains(number) else {
            throw PortError(
                .missing, "read", of: "\(place.partition)", because: "there is no such partition", mend: "`sales setup` makes the topics")
        }
        do {
            fetcher = try Fetcher(topic, number, from: place.offset, client)
        } catch {
            throw client.told(error, "read", of: "\(place.partition)")
        }
    }

    private func collect(_ place: Place, _ maximumBytes: Int) throws(PortError) -> MessageBatch {
        var batch = MessageBatch(partition: place.partition, bytes: [], entries: [], next: place.offset)
        let clock = ContinuousClock()
        let begun = clock.now
        var checked = begun
        while let fetcher {
            guard let message = fetcher.next(wait: 0) ?? (batch.entries.isEmpty ? fetcher.next(wait: 100) : nil) else {
                if !batch.entries.isEmpty { break }
                if clock.now - checked >= Self.silence {
                    checked = clock.now
                    if try isAtEnd(place) { self.fetcher = nil }
                }
                try checkTrouble(place, since: begun)
                continue
            }
            switch message.pointee.err {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                let size = message.pointee.key_len + message.pointee.len
                if !batch.entries.isEmpty, batch.bytes.count + size > maximumBytes { return batch }
                batch.append(message)
                fetcher.pass()
            case RD_KAFKA_RESP_ERR__PARTITION_EOF:
                // It is told once; whoever asks again wants to know again.
                batch.next = max(batch.next, message.pointee.offset)
                self.fetcher = nil
            default:
                let failure = Failure(message.pointee.err, String(cString: rd_kafka_message_errstr(message)))
                // It comes again where it still holds when the messages before it are done.
                self.fetcher = nil
                if batch.entries.isEmpty { throw try opened().told(failure, "read", of: "\(place.partition)") }
            }
        }
        return batch
    }

    /// Nothing comes where reading begins behind what is committed, in a transaction that is still open.
    private func isAtEnd(_ place: Place) throws(PortError) -> Bool {
        let end = try opened().offsets([place.partition], at: Int64(RD_KAFKA_OFFSET_END)).first ?? 0
        if place.offset > end {
            throw PortError(
                .missing, "read", of: "\(place.partition)", because: "offset \(place.offset) lies behind the end, which is \(end)")
        }
        return place.offset == end
    }

    private func checkTrouble(_ place: Place, since begun: ContinuousClock.Instant) throws(PortError) {
        let client = try opened()
        rd_kafka_poll(client.handle, 0)
        guard ContinuousClock.now - begun >= Client.patience || client.events.trouble?.isForGood == true else { return }
        throw client.told(Failure(RD_KAFKA_RESP_ERR__TIMED_OUT), "read", of: "\(place.partition)")
    }

    /// Gives up the connections.
    func close() {
        fetcher = nil
        topic = nil
        client = nil
    }
}

extension MessageBatch {
    /// Adds a copy of a message.
    fileprivate mutating func append(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
        let key = copy(message.pointee.key, message.pointee.key_len)
        let value = copy(message.pointee.payload, message.pointee.len)
        let timestamp = rd_kafka_message_timestamp(message, nil)
        entries.append(Entry(offset: message.pointee.offset, timestamp: timestamp, key: key, value: value))
        next = message.pointee.offset + 1
    }

    private mutating func copy(_ start: UnsafeMutableRawPointer?, _ count: Int) -> Range<Int>? {
        guard let start else { return nil }
        let first = bytes.count
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
        return first..<bytes.count
    }
}
