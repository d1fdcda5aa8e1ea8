internal import CRdKafka
internal import Pipeline

/// A configuration of librdkafka in the making: what the user set, and what is ours to decide. Used once, for one client.
struct Configuration: ~Copyable {
    /// What a client is for; it decides which settings apply to it.
    enum Role {
        /// Looks things up and reads partitions by offset.
        case reader
        case producer
        case member
    }

    /// What exactly once rests on: a user who sets one of these is refused.
    static let ours: Set<String> = [
        "bootstrap.servers", "metadata.broker.list", "group.id", "enable.auto.commit", "auto.commit.enable", "enable.auto.offset.store",
        "auto.offset.reset", "isolation.level", "enable.partition.eof", "transactional.id", "enable.idempotence", "acks",
        "request.required.acks", "enable.gapless.guarantee", "allow.auto.create.topics", "consume.callback.max.messages",
    ]
    /// What belongs to the members of a group alone: two clients of a process with one static name would fence each other.
    private static let membersOnly: Set<String> = [
        "group.instance.id", "group.protocol", "group.remote.assignor", "partition.assignment.strategy", "session.timeout.ms",
        "heartbeat.interval.ms", "max.poll.interval.ms",
    ]

    /// Milliseconds after which the broker aborts an open transaction, which holds back everybody who reads behind it.
    static let transactionTimeout = 10_000

    private var handle: OpaquePointer?

    init(_ settings: KafkaSettings, _ role: Role) throws(PortError) {
        handle = rd_kafka_conf_new()
        for (name, value) in Self.defaults(role) where settings.properties[name] == nil { try set(name, value) }
        for (name, value) in settings.properties.sorted(by: { $0.key < $1.key }) {
            if Self.ours.contains(name) {
                throw PortError(
                    .misconfigured, "setting", of: "kafka property \(name)",
                    because: "it is decided by this program: exactly once rests on it",
                    mend: "Leave it out")
            }
            if role == .member || !Self.membersOnly.contains(name) { try set(name, value) }
        }
        try set("bootstrap.servers", settings.brokers)
    }

    /// Values of ours that a user may change.
    private static func defaults(_ role: Role) -> [(String, String)] {
        let common = [
            ("client.id", "sales"), ("socket.nagle.disable", "true"), ("topic.metadata.refresh.interval.ms", "10000"),
            ("reconnect.backoff.max.ms", "2000"),
        ]
        switch role {
        case .reader, .member: return common
        case .producer:
            // `SendWindow` bounds what waits, `sendMemory` its bytes, and a commit sends at once; until then requests may grow, for small ones
            // cost the broker half as much again.
            return common + [
                ("transaction.timeout.ms", "\(transactionTimeout)"), ("queue.buffering.max.messages", "10000000"), ("linger.ms", "500"),
            ]
        }
    }

    /// Sets one property. Throws `.misconfigured` with librdkafka's words where it does not know the name or refuses the value.
    mutating func set(_ name: String, _ value: String) throws(PortError) {
        var words = [CChar](repeating: 0, count: 512)
        let result = rd_kafka_conf_set(handle, name, value, &words, words.count)
        guard result != RD_KAFKA_CONF_OK else { return }
        let text = Failure.text(words)
        // librdkafka repeats the value in some of its words, but not where it was built without something.
        let told =
            result == RD_KAFKA_CONF_UNKNOWN
            ? "librdkafka \(Library.versionText) has no such property"
            : KafkaSettings.isSecret(name) && !text.contains("not supported in this build") ? "librdkafka refuses its value" : text
        throw PortError(
            .misconfigured, "setting", of: "kafka property \(name)", because: told,
            mend: "The names and values are those of librdkafka's CONFIGURATION.md")
    }

    /// Callbacks that get `events` as their opaque.
    mutating func listen(_ events: ClientEvents, rebalances: Bool = false, deliveries: Bool = false) {
        rd_kafka_conf_set_opaque(handle, Unmanaged.passUnretained(events).toOpaque())
        rd_kafka_conf_set_error_cb(handle, ClientEvents.onError)
        rd_kafka_conf_set_log_cb(handle, ClientEvents.onLog)
        rd_kafka_conf_set_ssl_cert_verify_cb(handle, ClientEvents.onCertificate)
        if rebalances { rd_kafka_conf_set_rebalance_cb(handle, ClientEvents.onRebalance) }
        if deliveries { rd_kafka_conf_set_dr_msg_cb(handle, ClientEvents.onDelivery) }
    }

    /// Lets librdkafka fetch and renew OAUTHBEARER tokens on a thread of its own, whoever polls and when.
    mutating func refreshTokensAlone() { rd_kafka_conf_enable_sasl_queue(handle, 1) }

    /// Gives the configuration away; who takes it must destroy it.
    consuming func take() -> OpaquePointer? {
        defer { handle = nil }
        return handle
    }

    deinit { if let handle { rd_kafka_conf_destroy(handle) } }
}
