internal import CRdKafka
internal import Pipeline

extension Topics {
    /// Leaders of a new topic's partitions are waited for so long.
    private static let settling = Duration.seconds(30)

    /// Makes the topic where it is absent, and returns when all of its partitions can be used, whoever made it.
    ///
    /// - Parameter replication: nil for the cluster's default.
    func create(_ topic: String, partitions: Int, replication: Int?, _ configuration: [String: String]) async throws(PortError) -> Bool {
        guard let count = Int32(exactly: partitions), count > 0 else {
            throw PortError(.misconfigured, "create", of: topic, because: "a topic has at least one partition, not \(partitions)")
        }
        // Who may not make topics may well use those that are there.
        let isNew = try metadata(topic) != nil ? false : request(topic, count, Int32(clamping: replication ?? -1), configuration)
        let clock = ContinuousClock()
        let deadline = clock.now + Self.settling
        while try metadata(topic)?.isComplete != true {
            guard clock.now < deadline else {
                throw PortError(
                    .unreachable, "create", of: topic, because: "not all of its partitions have a leader yet",
                    mend: "See whether enough brokers are up")
            }
            do {
                try await Task.sleep(for: .milliseconds(50))
            } catch {
                throw PortError(.unreachable, "create", of: topic, because: "it was cancelled while its partitions got their leaders")
            }
        }
        return isNew
    }

    private func request(_ topic: String, _ partitions: Int32, _ replication: Int32, _ configuration: [String: String]) throws(PortError)
        -> Bool
    {
        let client = try client()
        return try client.ask("create", of: topic) { options, queue throws(Failure) in
            var words = [CChar](repeating: 0, count: 512)
            guard let new = rd_kafka_NewTopic_new(topic, partitions, replication, &words, words.count) else {
                throw Failure(RD_KAFKA_RESP_ERR__INVALID_ARG, Failure.text(words))
            }
            defer { rd_kafka_NewTopic_destroy(new) }
            for (name, value) in configuration.sorted(by: { $0.key < $1.key }) {
                try Failure.check(rd_kafka_NewTopic_set_config(new, name, value))
            }
            var topics: [OpaquePointer?] = [new]
            rd_kafka_CreateTopics(client.handle, &topics, 1, options, queue)
        } read: { event throws(Failure) in
            var count = 0
            guard let result = rd_kafka_event_CreateTopics_result(event),
                let topics = rd_kafka_CreateTopics_result_topics(result, &count), count == 1
            else { throw Failure(RD_KAFKA_RESP_ERR__BAD_MSG) }
            let code = rd_kafka_topic_result_error(topics[0])
            if code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS { return false }
            if code != RD_KAFKA_RESP_ERR_NO_ERROR {
                throw Failure(code, rd_kafka_topic_result_error_string(topics[0]).map { String(cString: $0) })
            }
            return true
        }
    }
}
