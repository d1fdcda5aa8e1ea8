internal import CRdKafka
internal import Pipeline

/// What librdkafka answered instead of doing as it was told.
struct Failure: Error {
    let code: rd_kafka_resp_err_t
    /// In librdkafka's words.
    let text: String
    let isFatal: Bool
    let isRetriable: Bool
    /// The transaction has to be aborted before anything else.
    let requiresAbort: Bool

    init(_ code: rd_kafka_resp_err_t, _ text: String? = nil) {
        self.code = code
        self.text = text ?? String(cString: rd_kafka_err2str(code))
        isFatal = code == RD_KAFKA_RESP_ERR__FATAL
        isRetriable = false
        requiresAbort = false
    }

    /// Takes over an error object and destroys it.
    init(consuming error: OpaquePointer) {
        code = rd_kafka_error_code(error)
        text = String(cString: rd_kafka_error_string(error))
        isFatal = rd_kafka_error_is_fatal(error) != 0
        isRetriable = rd_kafka_error_is_retriable(error) != 0
        requiresAbort = rd_kafka_error_txn_requires_abort(error) != 0
        rd_kafka_error_destroy(error)
    }

    /// Throws where a call gave an error object.
    static func check(_ error: OpaquePointer?) throws(Failure) {
        if let error { throw Failure(consuming: error) }
    }

    static func check(_ code: rd_kafka_resp_err_t) throws(Failure) {
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw Failure(code) }
    }

    /// Throws where an object of C's holds an error; the object stays C's.
    static func check(borrowing error: OpaquePointer?) throws(Failure) {
        guard let error else { return }
        let code = rd_kafka_error_code(error)
        if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw Failure(code, String(cString: rd_kafka_error_string(error))) }
    }

    /// The text in a buffer that C has written to.
    static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A successor or another owner has our place, or the membership is over.
    var isFenced: Bool {
        [
            RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_PRODUCER_FENCED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH,
            RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
            RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST, RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED,
            // FENCED_MEMBER_EPOCH, UNRELEASED_INSTANCE_ID, STALE_MEMBER_EPOCH of the newer group protocol
            rd_kafka_resp_err_t(110), rd_kafka_resp_err_t(111), rd_kafka_resp_err_t(113),
        ].contains(code)
    }

    /// It passes by itself: a leader or coordinator that moves, a transaction that has not come to its end.
    var isPassing: Bool {
        [
            RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__WAIT_COORD,
            RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__WAIT_CACHE,
            RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
            RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_NOT_CONTROLLER, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
            RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH, RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH, RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE,
            RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT, RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS,
        ].contains(code)
    }

    /// The same as a port tells it. What connections have told meanwhile (`events`) says more than "timed out".
    func told(_ operation: String, of subject: String, _ events: ClientEvents) -> PortError {
        let words = "\(text) (\(String(cString: rd_kafka_err2name(code))))"
        func error(_ kind: PortError.Kind, _ mend: String = "") -> PortError {
            PortError(kind, operation, of: subject, because: words, mend: mend)
        }
        if isFenced { return error(.fenced) }
        switch code {
        case RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
            RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, RD_KAFKA_RESP_ERR__WAIT_COORD,
            RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR__SSL,
            // How newer versions say that nobody was there to lead the partitions or the group within the time.
            RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
            return events.trouble?.told(operation, of: subject) ?? error(.unreachable, "Verify the broker's address, and that it runs")
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
            return error(.denied, "Give this user the ACLs Read, Write and Describe on the topic")
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED: return error(.denied, "Give this user the ACL Read on the group")
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
            return error(.denied, "Give this user the ACL Create on the cluster, or have the topics made by somebody who has it")
        case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
            return error(.denied, "Give this user the ACLs Write and Describe on transactional ids that begin with \"sales-\"")
        case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED: return error(.denied, "Check user and password")
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            return error(.missing, "`sales setup` makes the topics")
        case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
            return error(.missing, "Retention has taken the messages at this offset, or the topic was made anew")
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
            return error(.misconfigured, "Raise message.max.bytes, and the topic's max.message.bytes")
        case RD_KAFKA_RESP_ERR_POLICY_VIOLATION, RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, RD_KAFKA_RESP_ERR_INVALID_PARTITIONS,
            RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, RD_KAFKA_RESP_ERR_INVALID_CONFIG, RD_KAFKA_RESP_ERR__INVALID_ARG,
            RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE,
            RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
            return error(.misconfigured)
        case RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE:
            return error(.misconfigured, "Raise the broker's offset.metadata.max.bytes to 4096")
        case RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED: return error(.throttled)
        case RD_KAFKA_RESP_ERR__STATE: return error(.defect)
        // What remains passes by itself: a leader or coordinator that moves, replicas that catch up, a transaction that has to be aborted.
        default: return error(.unreachable)
        }
    }
}
