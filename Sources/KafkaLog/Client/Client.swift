internal import CRdKafka
internal import Logging
internal import Pipeline

/// A client of librdkafka: one handle with its threads, its connections and what its callbacks have told.
final class Client: @unchecked Sendable {  // librdkafka's handles may be used from any thread; nothing else here changes
    let handle: OpaquePointer
    let events: ClientEvents
    private let kept: AnyObject?

    /// Makes a client; no connection is made before it is used.
    ///
    /// - Parameters:
    ///   - reportsDeliveries: whether `events` is told of each message that was delivered or not; it costs time.
    ///   - kept: what the handle's threads use, so that it must not go before them.
    ///   - tuning: sets what belongs to this client alone, after the user's settings.
    init(
        _ settings: KafkaSettings, _ role: Configuration.Role, _ logger: Logger, reportsDeliveries: Bool = false,
        keeping kept: AnyObject? = nil,
        tuning: (inout Configuration) throws(PortError) -> Void = { _ in }
    ) throws(PortError) {
        guard Library.version >= Library.oldest else {
            throw PortError(
                .misconfigured, "opening", of: settings.brokers, because: "librdkafka \(Library.versionText) is too old",
                mend: "Install \(Library.oldest) or newer")
        }
        var configuration = try Configuration(settings, role)
        try tuning(&configuration)
        let mechanism = settings.properties["sasl.mechanism"] ?? settings.properties["sasl.mechanisms"]
        let events = ClientEvents(logger, mechanism: mechanism)
        configuration.listen(events, rebalances: role == .member, deliveries: reportsDeliveries)
        let refreshesTokens = mechanism?.uppercased() == "OAUTHBEARER"
        if refreshesTokens { configuration.refreshTokensAlone() }
        self.events = events
        self.kept = kept
        var words = [CChar](repeating: 0, count: 512)
        let taken = configuration.take()
        let type = role == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER
        guard let handle = rd_kafka_new(type, taken, &words, words.count) else {
            rd_kafka_conf_destroy(taken)
            throw PortError(
                .misconfigured, "opening", of: settings.brokers, because: Failure.text(words),
                mend: "Check the settings below kafka:, and the files that they name")
        }
        self.handle = handle
        if refreshesTokens, let error = rd_kafka_sasl_background_callbacks_enable(handle) {
            throw Failure(consuming: error).told("opening", of: settings.brokers, events)
        }
    }

    /// Throws what librdkafka says, or what a connection told of why.
    func told(_ failure: Failure, _ operation: String, of subject: String) -> PortError {
        // Errors of connections wait in the queue that this serves.
        rd_kafka_poll(handle, 0)
        return underlying(failure).told(operation, of: subject, events)
    }

    /// What made this client useless, where a call says no more than that it is.
    func underlying(_ failure: Failure) -> Failure {
        guard failure.code == RD_KAFKA_RESP_ERR__FATAL else { return failure }
        var words = [CChar](repeating: 0, count: 512)
        let cause = rd_kafka_fatal_error(handle, &words, words.count)
        return cause == RD_KAFKA_RESP_ERR_NO_ERROR ? failure : Failure(cause, Failure.text(words))
    }

    /// Leaves the handle to its threads for as long as the program runs: for one that cannot be ended safely.
    func abandon() { _ = Unmanaged.passRetained(self) }

    /// Blocks for as long as the threads take to end. A group is left before, by whoever joined it, or not at all.
    deinit { rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE) }
}
