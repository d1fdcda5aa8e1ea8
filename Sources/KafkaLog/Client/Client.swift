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
    ///   - kept: what the handle's threads use, so that it must not go before them.
    ///   - tuning: sets what belongs to this client alone, after the user's settings.
    init(
        _ settings: KafkaSettings, _ role: Configuration.Role, _ logger: Logger, keeping kept: AnyObject? = nil,
        tuning: (inout Configuration) throws(PortError) -> Void = { _ in }
    ) throws(PortError) {
        guard Library.version >= Library.oldest else {
            throw PortError(
                .misconfigured, "opening", of: settings.brokers, because: "librdkafka \(Library.versionText) is too old",
                mend: "Install \(Library.oldest) or newer")
        }
        var configuration = try Configuration(settings, role)
        try tuning(&configuration)
        let events = ClientEvents(logger, mechanism: settings.properties["sasl.mechanism"] ?? settings.properties["sasl.mechanisms"])
        configuration.listen(events, rebalances: role == .member, deliveries: role == .producer)
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
    }

    /// Throws what librdkafka says, or what a connection told of why.
    func told(_ failure: Failure, _ operation: String, of subject: String) -> PortError {
        // Errors of connections wait in the queue that this serves.
        rd_kafka_poll(handle, 0)
        return failure.told(operation, of: subject, events)
    }

    /// Blocks for as long as the threads take to end. A group is left before, by whoever joined it, or not at all.
    deinit { rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE) }
}
