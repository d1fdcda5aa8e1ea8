internal import CRdKafka
internal import Pipeline

extension Client {
    /// How long a question may wait for its answer: a leader or coordinator that fails is replaced within this time.
    static let patience = Duration.seconds(15)

    /// Repeats a call that blocks while what it fails of passes by itself.
    ///
    /// The call gets its time in milliseconds: little at first, so that what a connection tells meanwhile (a wrong password, a refused
    /// certificate) ends this soon; then more each time, for slow connections. A client that is new may have let pass the moment to connect, and
    /// takes no other for 50 ms: the second call finds it willing.
    func insist<Result>(
        _ operation: String, of subject: String, within patience: Duration = Client.patience, _ call: (Int32) throws(Failure) -> Result
    ) throws(PortError) -> Result {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        var slice = Duration.milliseconds(60)
        events.forgetTrouble()
        while true {
            do {
                let result = try call(Int32(clamping: max(1, min(slice, deadline - clock.now).milliseconds)))
                events.forgetTrouble()
                return result
            } catch {
                try endure(error, operation, subject, until: deadline)
                if error.code == RD_KAFKA_RESP_ERR__TIMED_OUT { slice = slice * 2 }
            }
        }
    }

    /// Throws where trying again after this failure cannot help or comes too late; else waits for a moment.
    func endure(_ failure: Failure, _ operation: String, _ subject: String, until deadline: ContinuousClock.Instant) throws(PortError) {
        let isPassing = failure.isPassing || failure.isRetriable
        // Serves the callbacks, through which connections tell their troubles.
        rd_kafka_poll(handle, isPassing ? 50 : 0)
        if isPassing, events.trouble?.isForGood != true, ContinuousClock.now < deadline { return }
        throw told(failure, operation, of: subject)
    }

    /// Sends an admin request and waits for its answer.
    ///
    /// - Parameters:
    ///   - send: sends it, with these options, so that the answer comes on this queue.
    ///   - read: takes what is wanted out of the answer, an event that lives as long as this call.
    func ask<Result>(
        _ operation: String, of subject: String, within patience: Duration = Client.patience, stably: Bool = false,
        send: (_ options: OpaquePointer, _ queue: OpaquePointer) throws(Failure) -> Void,
        read: (_ event: OpaquePointer) throws(Failure) -> Result
    ) throws(PortError) -> Result {
        let deadline = ContinuousClock.now + patience
        events.forgetTrouble()
        while true {
            do {
                return try answer(until: deadline, stably: stably, send: send, read: read)
            } catch {
                try endure(error, operation, subject, until: deadline)
            }
        }
    }

    private func answer<Result>(
        until deadline: ContinuousClock.Instant, stably: Bool, send: (OpaquePointer, OpaquePointer) throws(Failure) -> Void,
        read: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let options = rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_ANY), let queue = rd_kafka_queue_new(handle) else {
            throw Failure(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE)
        }
        defer {
            rd_kafka_AdminOptions_destroy(options)
            rd_kafka_queue_destroy(queue)
        }
        let clock = ContinuousClock()
        var words = [CChar](repeating: 0, count: 256)
        let time = Int32(clamping: max(100, (deadline - clock.now).milliseconds))
        try Failure.check(rd_kafka_AdminOptions_set_request_timeout(options, time, &words, words.count))
        if stably { try Failure.check(rd_kafka_AdminOptions_set_require_stable_offsets(options, 1)) }
        try send(options, queue)
        repeat {
            if let event = rd_kafka_queue_poll(queue, 100) {
                defer { rd_kafka_event_destroy(event) }
                let code = rd_kafka_event_error(event)
                if code != RD_KAFKA_RESP_ERR_NO_ERROR {
                    throw Failure(code, rd_kafka_event_error_string(event).map { String(cString: $0) })
                }
                return try read(event)
            }
            rd_kafka_poll(handle, 0)
        } while clock.now < deadline && events.trouble?.isForGood != true
        throw Failure(RD_KAFKA_RESP_ERR__TIMED_OUT)
    }
}
