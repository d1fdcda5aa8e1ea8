internal import CRdKafka
internal import Logging
internal import Pipeline
internal import Synchronization

/// What a client's callbacks have told. The first three come on the thread that polls, log lines on any.
final class ClientEvents: Sendable {
    /// A change of the assignment that the group asks for, to be answered by the thread that polls.
    enum Rebalance: Sendable {
        case assign([TopicPartition])
        case revoke([TopicPartition], lost: Bool)

        var revoked: [TopicPartition] { if case .revoke(let partitions, _) = self { partitions } else { [] } }
    }

    private struct State {
        var trouble: Trouble?
        var certificateFault: CertificateFault?
        var rebalances: [Rebalance] = []
        var deliveryFailure: Failure?
        var connectionsLost = 0
        /// While the client closes nobody answers rebalances any more.
        var answersItself = false
    }

    private let state = Mutex(State())
    private let logger: Logger
    private let mechanism: String?

    init(_ logger: Logger, mechanism: String?) {
        self.logger = logger
        self.mechanism = mechanism
    }

    /// The last trouble of a connection, the worst first: what is for good stays until it is forgotten.
    var trouble: Trouble? { state.withLock { $0.trouble } }

    func forgetTrouble() { state.withLock { $0.trouble = nil } }

    /// Counts connections that were lost, so that two looks tell whether one was lost in between.
    var connectionsLost: Int { state.withLock { $0.connectionsLost } }

    /// The next rebalance that has not been answered.
    func nextRebalance() -> Rebalance? { state.withLock { $0.rebalances.isEmpty ? nil : $0.rebalances.removeFirst() } }

    /// From now on partitions that are taken away are given up at once.
    func answerRebalancesAlone() {
        state.withLock {
            $0.answersItself = true
            $0.rebalances = []
        }
    }

    /// The first message that could not be delivered since the last call.
    func takeDeliveryFailure() -> Failure? {
        state.withLock { state in
            defer { state.deliveryFailure = nil }
            return state.deliveryFailure
        }
    }

    // MARK: Callbacks

    private static func from(_ opaque: UnsafeMutableRawPointer?) -> ClientEvents? {
        opaque.map { Unmanaged<ClientEvents>.fromOpaque($0).takeUnretainedValue() }
    }

    static let onError: @convention(c) (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void = {
        _, code, reason, opaque in
        guard let events = from(opaque) else { return }
        let code = rd_kafka_resp_err_t(code)
        let text = reason.map { String(cString: $0) } ?? String(cString: rd_kafka_err2str(code))
        events.note(code, text)
    }

    /// Remembers what a connection told; "all brokers are down" says less than what came before it.
    func note(_ code: rd_kafka_resp_err_t, _ text: String) {
        state.withLock { state in
            let trouble = Trouble(
                code: code, text: text, mechanism: mechanism, certificate: code == RD_KAFKA_RESP_ERR__SSL ? state.certificateFault : nil)
            if let known = state.trouble, known.isForGood && !trouble.isForGood || code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN { return }
            state.trouble = trouble
        }
        logger.debug("librdkafka: \(text)", metadata: ["code": "\(String(cString: rd_kafka_err2name(code)))"])
    }

    /// Judges as OpenSSL does, and remembers why: the error that follows only says that a certificate was refused.
    static let onCertificate:
        @convention(c) (
            OpaquePointer?, UnsafePointer<CChar>?, Int32, UnsafeMutablePointer<Int32>?, Int32, UnsafePointer<CChar>?, Int,
            UnsafeMutablePointer<CChar>?, Int, UnsafeMutableRawPointer?
        ) -> Int32 = { _, _, _, code, _, _, _, _, _, opaque in
            let fault = code.flatMap { CertificateFault(code: $0.pointee) }
            from(opaque)?.state.withLock { $0.certificateFault = fault }
            return fault == nil ? 1 : 0
        }

    static let onLog: @convention(c) (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Void = {
        client, level, facility, text in
        guard let client, let events = from(rd_kafka_opaque(client)), let text else { return }
        let facility = facility.map { String(cString: $0) } ?? ""
        if facility == "FAIL" { events.state.withLock { $0.connectionsLost += 1 } }
        let line = String(cString: text)
        // Connections come and go; what that means for the work is told by whoever does it.
        events.logger.log(level: level <= 2 ? .error : .debug, "librdkafka \(facility): \(line)")
    }

    static let onRebalance:
        @convention(c) (
            OpaquePointer?, rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, UnsafeMutableRawPointer?
        ) -> Void = { client, code, list, opaque in
            guard let events = from(opaque), let client else { return }
            let partitions = list.map { PartitionList.entries($0).map(\.partition) } ?? []
            let answersItself = events.state.withLock { state in
                if state.answersItself { return true }
                state.rebalances.append(
                    code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS
                        ? .assign(partitions) : .revoke(partitions, lost: rd_kafka_assignment_lost(client) != 0))
                return false
            }
            if answersItself { rd_kafka_assign(client, nil) }
        }

    static let onDelivery: @convention(c) (OpaquePointer?, UnsafePointer<rd_kafka_message_t>?, UnsafeMutableRawPointer?) -> Void = {
        _, message, opaque in
        guard let events = from(opaque), let message, message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        let place = message.pointee.rkt.map { "\(String(cString: rd_kafka_topic_name($0)))-\(message.pointee.partition): " } ?? ""
        let failure = Failure(message.pointee.err, place + String(cString: rd_kafka_err2str(message.pointee.err)))
        events.state.withLock { $0.deliveryFailure = $0.deliveryFailure ?? failure }
    }
}
