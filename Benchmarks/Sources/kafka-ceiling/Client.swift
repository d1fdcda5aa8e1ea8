import CRdKafka

/// What librdkafka answered instead of doing as it was told.
struct Failure: Error, CustomStringConvertible {
    let description: String

    static func check(_ error: OpaquePointer?) throws {
        guard let error else { return }
        defer { rd_kafka_error_destroy(error) }
        throw Failure(description: String(cString: rd_kafka_error_string(error)))
    }

    static func check(_ code: rd_kafka_resp_err_t) throws {
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw Failure(description: String(cString: rd_kafka_err2str(code))) }
    }
}

/// A client of librdkafka.
struct Client: @unchecked Sendable {  // librdkafka's handles may be used from any thread
    let handle: OpaquePointer

    /// - Parameter listen: sets callbacks.
    init(
        _ type: rd_kafka_type_t, _ options: Options, _ properties: [(name: String, value: String)],
        listen: (OpaquePointer?) -> Void = { _ in }
    ) throws {
        let configuration = rd_kafka_conf_new()
        var words = [CChar](repeating: 0, count: 512)
        func text() -> String { String(decoding: words.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) }
        for (name, value) in properties + options.properties + [("bootstrap.servers", options.brokers)] {
            guard rd_kafka_conf_set(configuration, name, value, &words, words.count) == RD_KAFKA_CONF_OK else {
                throw Failure(description: text())
            }
        }
        listen(configuration)
        guard let handle = rd_kafka_new(type, configuration, &words, words.count) else { throw Failure(description: text()) }
        self.handle = handle
    }
}

/// What KafkaLog sets for the same roles (its Configuration, KafkaProducer and KafkaMember): both must be kept alike.
enum Properties {
    private static let common = [
        ("client.id", "sales"), ("socket.nagle.disable", "true"), ("topic.metadata.refresh.interval.ms", "10000"),
        ("reconnect.backoff.max.ms", "2000"),
    ]

    /// - Parameter memory: bytes of one producer's messages that are not acknowledged.
    static func producer(memory: Int) -> [(String, String)] {
        common + [
            ("transaction.timeout.ms", "10000"), ("queue.buffering.max.messages", "10000000"),
            ("queue.buffering.max.kbytes", "\(memory >> 10)"), ("linger.ms", "500"), ("enable.idempotence", "true"), ("acks", "all"),
            ("allow.auto.create.topics", "false"),
        ]
    }

    /// - Parameters:
    ///   - partitions: how many share the memory.
    ///   - memory: bytes for what was fetched and not taken.
    static func member(partitions: Int, memory: Int) -> [(String, String)] {
        let bound = max(64 << 10, memory / max(1, partitions) / 3)
        let newer = rd_kafka_version() >= 0x0202_0000 ? [("fetch.queue.backoff.ms", "20")] : []
        return common + newer + [
            ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"), ("auto.offset.reset", "error"),
            ("isolation.level", "read_committed"), ("enable.partition.eof", "true"),
            ("partition.assignment.strategy", "cooperative-sticky"),
            ("session.timeout.ms", "10000"), ("fetch.wait.max.ms", "100"), ("heartbeat.interval.ms", "3000"),
            ("queued.max.messages.kbytes", "\(bound >> 10)"),
            ("fetch.message.max.bytes", "\(min(bound / 8, 1 << 20))"), ("fetch.max.bytes", "\(min(max(1 << 20, memory / 4), 50 << 20))"),
        ]
    }
}
