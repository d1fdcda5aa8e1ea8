internal import CRdKafka
internal import Logging
internal import Pipeline

/// A membership in librdkafka's terms: each method is one of its calls, with deadlines and errors of ours. Used by one thread alone.
final class KafkaMember {
    /// Answers of the cluster are waited for so long.
    static let patience: Int32 = 15_000
    /// Leaving a group may hang where the membership was lost; the session's end comes anyway.
    private static let leaving = Duration.seconds(5)
    /// All brokers may be silent so long before it is looked whether they are gone.
    private static let silence = Duration.seconds(10)

    let wakeUp: WakeUp
    let client: Client
    let membership: Membership
    let logger: Logger
    let subject: String
    let commitDeadline: Duration
    let waker: FetchWaker?
    /// What partitions are fetched into; none after leaving.
    private(set) var queues: [FetchQueue] = []
    private let bounds: FetchBounds
    var wasAssigned = false
    /// As whom the group has given this member its partitions.
    var id: String?
    private var missingTopics: Set<String> = []
    private var silentSince: ContinuousClock.Instant?
    private var served = ContinuousClock.now
    /// Nobody polled for longer than the group waits: it has gone on without this member, whatever changes wait to be told.
    var hasOverslept = false
    /// How long the group waits for a member whose process lives and does not poll. Heartbeats come from a thread of librdkafka's, so a session
    /// alone would wait for a stuck process for ever; and taking over many partitions takes its time.
    private let pollInterval: Duration

    /// Opens a client and subscribes to the topics.
    init(_ settings: KafkaSettings, _ membership: Membership, partitions: Int, _ logger: Logger) throws(PortError) {
        self.membership = membership
        self.logger = logger
        subject = "group \(membership.group)"
        pollInterval = Self.pollInterval(settings, membership)
        commitDeadline = max(.seconds(10), membership.sessionTimeout * 2)
        wakeUp = try WakeUp()
        client = try Client(settings, .member, logger, keeping: wakeUp) { configuration throws(PortError) in
            try Self.tune(&configuration, settings, membership, partitions)
        }
        bounds = FetchBounds(memory: settings.fetchMemory, partitions: partitions)
        waker = Library.version < Library.queueBackoff ? FetchWaker(client) : nil
        rd_kafka_poll_set_consumer(client.handle)
        if let queue = rd_kafka_queue_get_consumer(client.handle) {
            wakeUp.watch(queue)
            rd_kafka_queue_destroy(queue)
        }
        for _ in 0..<bounds.queues {
            guard let queue = FetchQueue(client, wakeUp) else {
                throw PortError(.throttled, "join", of: subject, because: "librdkafka gives no queue")
            }
            queues.append(queue)
        }
        let topics = PartitionList(capacity: membership.topics.count)
        for topic in membership.topics { topics.add(TopicPartition(topic, Int(RD_KAFKA_PARTITION_UA)), Int64(RD_KAFKA_OFFSET_INVALID)) }
        let code = rd_kafka_subscribe(client.handle, topics.pointer)
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw client.told(Failure(code), "join", of: subject) }
    }

    private static func tune(
        _ configuration: inout Configuration, _ settings: KafkaSettings, _ membership: Membership, _ partitions: Int
    ) throws(PortError) {
        func usually(_ name: String, _ value: String) throws(PortError) {
            if settings.properties[name] == nil { try configuration.set(name, value) }
        }
        try configuration.set("group.id", membership.group)
        try configuration.set("enable.auto.commit", "false")
        try configuration.set("enable.auto.offset.store", "false")
        try configuration.set("auto.offset.reset", "error")
        try configuration.set("isolation.level", "read_committed")
        try configuration.set("enable.partition.eof", "true")
        if settings.properties["group.protocol"]?.lowercased() == "consumer" {
            guard Library.version >= Library.consumerProtocol else {
                throw PortError(
                    .misconfigured, "setting", of: "kafka property group.protocol",
                    because: "librdkafka \(Library.versionText) does not have the protocol \"consumer\" in full",
                    mend: "Install \(Library.consumerProtocol) or newer, or leave the property out")
            }
        } else {
            let session = membership.sessionTimeout.milliseconds
            try usually("partition.assignment.strategy", "cooperative-sticky")
            try usually("session.timeout.ms", "\(session)")
            try usually("heartbeat.interval.ms", "\(max(1, min(3_000, session / 3)))")
        }
        try configuration.set("max.poll.interval.ms", "\(pollInterval(settings, membership).milliseconds)")
        let bounds = FetchBounds(memory: settings.fetchMemory, partitions: partitions)
        try usually("queued.max.messages.kbytes", "\(bounds.queue >> 10)")
        try usually("fetch.message.max.bytes", "\(bounds.partition)")
        try usually("fetch.max.bytes", "\(bounds.answer)")
        // An empty fetch tells the end where the last record is none of ours; half a second, the default, is a long wait for whoever drains.
        try usually("fetch.wait.max.ms", "100")
        if Library.version >= Library.queueBackoff { try usually("fetch.queue.backoff.ms", "20") }
    }

    /// Messages of a partition were taken: where much was, fetching goes on at once.
    func madeRoom(_ delivery: Delivery) {
        if let waker, delivery.queue.hasMadeRoom(bounds.queue / 2) { waker.wake(delivery.partition) }
    }

    private static func pollInterval(_ settings: KafkaSettings, _ membership: Membership) -> Duration {
        settings.properties["max.poll.interval.ms"].flatMap { Int($0) }.map { .milliseconds($0) } ?? membership.sessionTimeout * 6
    }

    func told(_ failure: Failure, _ operation: String, of subject: String) -> PortError {
        failure.told(operation, of: subject, client.events)
    }

    // MARK: Events

    /// Serves what the group and the connections have to tell. Throws where the membership has come to its end.
    func serve() throws(PortError) {
        let now = ContinuousClock.now
        if now - served > pollInterval { hasOverslept = true }
        served = now
        while let message = rd_kafka_consumer_poll(client.handle, 0) {
            defer { rd_kafka_message_destroy(message) }
            try take(message)
        }
        if let trouble = client.events.trouble {
            if trouble.isForGood { throw trouble.told("poll", of: subject) }
            try checkSilence()
        }
    }

    private func take(_ message: UnsafeMutablePointer<rd_kafka_message_t>) throws(PortError) {
        let code = message.pointee.err
        let topic = message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
        switch code {
        case RD_KAFKA_RESP_ERR_NO_ERROR:
            throw PortError(.defect, "poll", of: topic, because: "a message came outside of its partition's queue")
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
            if missingTopics.insert(topic).inserted {
                logger.warning("a topic is not there (yet)", metadata: ["topic": "\(topic)", "mend": "`sales setup` makes it"])
            }
        case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED:
            logger.warning("was away for longer than the group waits", metadata: ["group": "\(membership.group)"])
        case RD_KAFKA_RESP_ERR__FATAL:
            throw told(client.underlying(Failure(code)), "poll", of: subject)
        default:
            let words = String(cString: rd_kafka_message_errstr(message))
            let error = told(Failure(code, words), "poll", of: topic.isEmpty ? subject : topic)
            // What passes by itself is librdkafka's to repeat.
            if error.kind == .unreachable { client.events.note(code, words) } else { throw error }
        }
    }

    /// librdkafka waits for its brokers for ever; where none has been there for a while, this throws.
    private func checkSilence() throws(PortError) {
        let now = ContinuousClock.now
        guard let since = silentSince else {
            silentSince = now
            return
        }
        guard now - since >= Self.silence else { return }
        silentSince = nil
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(client.handle, 0, nil, &metadata, 5_000)
        if let metadata { rd_kafka_metadata_destroy(metadata) }
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw told(Failure(code), "poll", of: subject) }
        client.events.forgetTrouble()
    }

    func check(_ code: rd_kafka_resp_err_t, _ operation: String) throws(PortError) {
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw told(Failure(code), operation, of: subject) }
    }

    func check(_ error: OpaquePointer?, _ operation: String) throws(PortError) {
        if let error { throw told(Failure(consuming: error), operation, of: subject) }
    }

    // MARK: Leaving

    /// Leaves the group, so that others get the partitions at once; gives up after a while, as the session's end brings the same.
    func leave() {
        queues = []
        client.events.answerRebalancesAlone()
        if !wasAssigned, Library.version < Library.unassignedEnd { client.abandon() }
        guard let queue = rd_kafka_queue_new(client.handle) else { return }
        defer { rd_kafka_queue_destroy(queue) }
        if let error = rd_kafka_consumer_close_queue(client.handle, queue) {
            rd_kafka_error_destroy(error)
            return
        }
        let deadline = ContinuousClock.now + Self.leaving
        while rd_kafka_consumer_closed(client.handle) == 0, ContinuousClock.now < deadline { rd_kafka_queue_poll_callback(queue, 50) }
    }
}
