internal import BlockingExecutor
internal import CRdKafka
internal import Logging
internal import Pipeline

/// Appends to Kafka: with an identity in transactions of which there is one owner, without one as an idempotent producer.
///
/// After an error it is of no more use. It never tries a transaction again by itself: whoever opens the next producer of the identity
/// reads in the log whether the transaction stands.
actor KafkaProducer: LogProducer {
    /// A transaction's begin, commit and abort are waited for so long, and so is room in the queue.
    private static let patience = Duration.seconds(60)
    /// The broker aborts what is left open after `transaction.timeout.ms` anyway.
    private static let parting = Duration.seconds(5)
    /// How long a topic that was just made may take to be known by every broker.
    private static let settling = Duration.seconds(2)

    private nonisolated let executor = BlockingExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let settings: KafkaSettings
    private let identity: String?
    private let logger: Logger
    private let messages = OutgoingMessages()
    private var opened: Client?
    private var window: SendWindow?
    private var topics: [String: TopicHandle] = [:]
    private var lastTopic: TopicHandle?
    /// When the open transaction began, on the clock that goes on while the machine sleeps.
    private var begun: ContinuousClock.Instant?
    /// Why this producer is of no more use.
    private var end: PortError?

    init(_ settings: KafkaSettings, _ identity: String?, _ logger: Logger) {
        self.settings = settings
        self.identity = identity
        self.logger = logger
    }

    private var name: String { identity.map { "producer \($0)" } ?? "producer" }

    /// Reports of each delivery cost time; a transaction's commit tells whether all of them were delivered.
    static func client(_ settings: KafkaSettings, identity: String?, _ logger: Logger) throws(PortError) -> Client {
        try Client(settings, .producer, logger, reportsDeliveries: identity == nil) { configuration throws(PortError) in
            try configuration.set("queue.buffering.max.kbytes", "\(max(1, settings.sendMemory >> 10))")
            try configuration.set("enable.idempotence", "true")
            try configuration.set("acks", "all")
            try configuration.set("allow.auto.create.topics", "false")
            if let identity { try configuration.set("transactional.id", identity) }
        }
    }

    /// Makes the client; with an identity fences every earlier producer of it.
    func open() throws(PortError) {
        let client = try Self.client(settings, identity: identity, logger)
        if identity != nil {
            do {
                try complete(client) { rd_kafka_init_transactions(client.handle, $0) }
            } catch {
                throw told(client, error, "open")
            }
        }
        opened = client
        window = SendWindow(client)
    }

    private func usable(_ operation: String) throws(PortError) -> Client {
        if let end { throw end }
        guard let opened else { throw PortError(.defect, operation, of: name, because: "it is closed") }
        return opened
    }

    /// Repeats a call of a transaction, which goes on where it was, until it is done or cannot be.
    private func complete(_ client: Client, within patience: Duration = patience, _ call: (Int32) -> OpaquePointer?) throws(Failure) {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        client.events.forgetTrouble()
        while let error = call(1_000) {
            let failure = Failure(consuming: error)
            rd_kafka_poll(client.handle, failure.isRetriable ? 20 : 0)
            guard failure.isRetriable, clock.now < deadline, client.events.trouble?.isForGood != true else { throw failure }
        }
    }

    // MARK: Messages

    func append(_ batch: OutgoingBatch) throws(PortError) {
        let client = try usable("append")
        let topic = try topic(batch.partition, client)
        do {
            try begin(client)
            var next = 0
            for index in batch.headers.keys.sorted() where batch.entries.indices.contains(index) {
                try send(batch, next..<index, to: topic, client)
                while try !batch.sendAlone(index, client) { try awaitRoom(client) }
                next = index + 1
            }
            try send(batch, next..<batch.entries.count, to: topic, client)
        } catch {
            throw ended(client, cause(of: error, client), "append", of: "\(batch.partition)")
        }
    }

    /// What has ended the open transaction where librdkafka says no more than that it takes no message: any call but an abort tells.
    private func cause(of failure: Failure, _ client: Client) -> Failure {
        guard failure.code == RD_KAFKA_RESP_ERR__STATE, begun != nil, let error = rd_kafka_begin_transaction(client.handle) else {
            return failure
        }
        return Failure(consuming: error)
    }

    private func send(_ batch: OutgoingBatch, _ range: Range<Int>, to topic: TopicHandle, _ client: Client) throws(Failure) {
        var next = range.lowerBound
        window?.note(batch.size(of: range), in: range.count)
        let limit = window?.messages(partitions: topic.partitions) ?? .max
        while next < range.upperBound {
            let room = limit - Int(rd_kafka_outq_len(client.handle))
            guard room > 0 else {
                try awaitRoom(client)
                continue
            }
            let part = next..<min(next + min(room, OutgoingMessages.capacity), range.upperBound)
            let sent = try messages.send(batch, part, to: topic)
            next += sent
            if sent < part.count { try awaitRoom(client) }
            if sent > 0 { fullSince = nil }
        }
        rd_kafka_poll(client.handle, 0)
    }

    private var fullSince: ContinuousClock.Instant?

    /// Waits for a moment until some messages have gone. Throws where none has for long.
    private func awaitRoom(_ client: Client) throws(Failure) {
        let now = ContinuousClock.now
        let since = fullSince ?? now
        fullSince = since
        rd_kafka_poll(client.handle, 1)
        if now - since >= Self.patience || client.events.trouble?.isForGood == true { throw Failure(RD_KAFKA_RESP_ERR__TIMED_OUT) }
    }

    /// Waits until what is left to send is less than a batch for each partition.
    private func awaitRest(_ client: Client) throws(Failure) {
        guard let window, let lastTopic else { return }
        let rest = window.rest(partitions: lastTopic.partitions)
        fullSince = nil
        while rd_kafka_outq_len(client.handle) > rest { try awaitRoom(client) }
        fullSince = nil
    }

    private func topic(_ partition: TopicPartition, _ client: Client) throws(PortError) -> TopicHandle {
        if let lastTopic, lastTopic.name == partition.topic, (0..<lastTopic.partitions).contains(partition.partition) { return lastTopic }
        let known = topics[partition.topic]
        if let known, (0..<known.partitions).contains(partition.partition) {
            lastTopic = known
            return known
        }
        let deadline = ContinuousClock.now + Self.settling
        let found = try client.insist("append", of: "\(partition)") { timeout throws(Failure) -> TopicHandle? in
            let topic = if let known { known } else { try TopicHandle(partition.topic, client) }
            if try topic.metadata(timeout) != nil, (0..<topic.partitions).contains(partition.partition) { return topic }
            if ContinuousClock.now < deadline { throw Failure(RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) }
            return nil
        }
        guard let found else {
            throw PortError(
                .missing, "append", of: "\(partition)", because: "there is no such partition", mend: "`sales setup` makes the topics")
        }
        topics[partition.topic] = found
        lastTopic = found
        return found
    }

    // MARK: Transactions

    private func begin(_ client: Client) throws(Failure) {
        guard identity != nil, begun == nil else { return }
        try Failure.check(rd_kafka_begin_transaction(client.handle))
        begun = .now
    }

    func commit(_ positions: [GroupPosition]) throws(PortError) {
        let client = try usable("commit")
        guard identity != nil else { return try flush(client, positions) }
        if begun == nil, positions.isEmpty { return }
        do {
            try begin(client)
            try awaitRest(client)
            for (group, members) in Dictionary(grouping: positions, by: \.group).sorted(by: { $0.key < $1.key }) {
                try send(members, of: group, client)
            }
            try complete(client) { rd_kafka_commit_transaction(client.handle, $0) }
            begun = nil
        } catch {
            throw ended(client, error, "commit", of: name)
        }
    }

    private func send(_ positions: [GroupPosition], of group: String, _ client: Client) throws(Failure) {
        let list = PartitionList(capacity: positions.count)
        for position in positions { list.add(position.partition, position.position.offset, note: position.position.note) }
        guard let membership = rd_kafka_consumer_group_metadata_new(group) else { throw Failure(RD_KAFKA_RESP_ERR__INVALID_ARG) }
        defer { rd_kafka_consumer_group_metadata_destroy(membership) }
        try complete(client) { rd_kafka_send_offsets_to_transaction(client.handle, list.pointer, membership, $0) }
    }

    /// Waits until all that was appended is acknowledged.
    private func flush(_ client: Client, _ positions: [GroupPosition]) throws(PortError) {
        guard positions.isEmpty else {
            throw PortError(.defect, "commit", of: name, because: "only a producer with an identity commits positions of groups")
        }
        do {
            try awaitDeliveries(client)
        } catch {
            throw ended(client, error, "commit", of: name)
        }
    }

    private func awaitDeliveries(_ client: Client) throws(Failure) {
        let deadline = ContinuousClock.now + Self.patience
        client.events.forgetTrouble()
        while true {
            let code = rd_kafka_flush(client.handle, 1_000)
            if let failure = client.events.takeDeliveryFailure() { throw failure }
            if code == RD_KAFKA_RESP_ERR_NO_ERROR { return }
            guard ContinuousClock.now < deadline, client.events.trouble?.isForGood != true else { throw Failure(code) }
        }
    }

    // MARK: Ends

    private func told(_ client: Client, _ failure: Failure, _ operation: String, of subject: String? = nil) -> PortError {
        let cause = client.underlying(failure)
        let error = client.told(cause, operation, of: subject ?? name)
        switch error.kind {
        case .fenced:
            return PortError(
                .fenced, operation, of: name, because: "another producer of that identity has opened (\(error.reason))",
                mend: "Nothing of this transaction is kept; let the newer one go on")
        // Where only an abort helps, the transaction may well stand the next time.
        case .defect where failure.requiresAbort:
            return PortError(.unreachable, operation, of: error.subject, because: error.reason)
        default: return error
        }
    }

    /// Remembers that this producer is of no more use, and why; aborts what is open where that is still possible.
    private func ended(_ client: Client, _ failure: Failure, _ operation: String, of subject: String) -> PortError {
        let open = begun.map { ContinuousClock.now - $0 }
        var error = told(client, failure, operation, of: subject)
        // The coordinator aborts a transaction that is open for too long, and what follows looks as if a successor had come.
        if let open, error.kind == .fenced, open > transactionTimeout * 9 / 10 {
            let (length, limit) = (open.milliseconds, transactionTimeout.milliseconds)
            error = PortError(
                .unreachable, operation, of: name,
                because: "the transaction was open for \(length) ms, and the broker aborts it after \(limit) ms (transaction.timeout.ms)",
                mend: "This process or the broker was away for a while; where it happens again and again, raise transaction.timeout.ms")
        }
        if failure.requiresAbort, begun != nil { abort(client, within: Self.parting) }
        let mend =
            error.kind == .fenced || error.kind == .misconfigured || error.kind == .denied
            ? error.mend : "Open a new producer of the same identity and read the log"
        end = PortError(error.kind, "use", of: name, because: "an earlier \(operation) failed: \(error.reason)", mend: mend)
        return error
    }

    private var transactionTimeout: Duration {
        .milliseconds(settings.properties["transaction.timeout.ms"].flatMap { Int($0) } ?? Configuration.transactionTimeout)
    }

    private func abort(_ client: Client, within patience: Duration) {
        begun = nil
        do {
            try complete(client, within: patience) { rd_kafka_abort_transaction(client.handle, $0) }
        } catch {
            logger.debug("a transaction was not aborted; the broker does so", metadata: ["reason": "\(error.text)"])
        }
    }

    /// A client that goes while it asks the coordinator for a partition of its transaction ends the process: librdkafka (2.0.2) counts that
    /// request on one thread and gives it up on another, and holds the count against itself. What aborts first asks for no more.
    private static func leave(_ client: Client) {
        if let error = rd_kafka_abort_transaction(client.handle, 1_000) { rd_kafka_error_destroy(error) }
    }

    deinit { if begun != nil, let opened { Self.leave(opened) } }

    func close() {
        guard let client = opened else { return }
        if begun != nil { if end == nil { abort(client, within: Self.parting) } else { Self.leave(client) } }
        // What nobody has committed is not waited for.
        rd_kafka_purge(client.handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING)
        topics = [:]
        lastTopic = nil
        opened = nil
    }
}
