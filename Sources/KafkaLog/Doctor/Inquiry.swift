internal import CRdKafka
internal import Glibc
internal import Pipeline

/// Questions to a cluster, and the making of topics. All of it blocks, each call no longer than `wait`, and ends early where a connection
/// tells of something that does not pass.
final class Inquiry {
    /// What metadata tell of the cluster.
    struct Cluster {
        let id: String
        let brokers: [(id: Int, host: String, port: Int)]
        /// Each known topic with its error; only what was asked for.
        let topics: [(name: String, code: rd_kafka_resp_err_t, partitions: [KafkaTopic.Partition])]
    }

    let client: Client
    private let brokers: String
    private let wait: Duration

    init(_ client: Client, _ brokers: String, wait: Duration = .seconds(10)) {
        self.client = client
        self.brokers = brokers
        self.wait = wait
    }

    /// Brokers and, where asked for, a topic.
    func metadata(topic: String? = nil) throws(PortError) -> Cluster {
        let handle = topic.flatMap { rd_kafka_topic_new(client.handle, $0, nil) }
        defer { if let handle { rd_kafka_topic_destroy(handle) } }
        var failure = RD_KAFKA_RESP_ERR__TIMED_OUT
        let end = ContinuousClock.now + wait
        while ContinuousClock.now < end {
            var answer: UnsafePointer<rd_kafka_metadata_t>?
            failure = rd_kafka_metadata(client.handle, 0, handle, &answer, 500)
            rd_kafka_poll(client.handle, 0)
            if let answer {
                defer { rd_kafka_metadata_destroy(answer) }
                return cluster(answer.pointee)
            }
            if client.events.trouble?.isForGood == true { break }
        }
        throw client.told(Failure(failure), "asking", of: brokers)
    }

    private func cluster(_ answer: rd_kafka_metadata_t) -> Cluster {
        let id = rd_kafka_clusterid(client.handle, 0)
        defer { rd_kafka_mem_free(client.handle, id) }
        return Cluster(
            id: id.map { String(cString: $0) } ?? "",
            brokers: (0..<Int(answer.broker_cnt)).map { index in
                let broker = answer.brokers[index]
                return (Int(broker.id), String(cString: broker.host), Int(broker.port))
            },
            topics: (0..<Int(answer.topic_cnt)).map { index in
                let topic = answer.topics[index]
                return (String(cString: topic.topic), topic.err, KafkaTopic.Partition.all(of: topic))
            })
    }

    /// A topic with its settings; nil where there is none of that name. Settings that may not be seen are nil.
    func topic(_ name: String) throws(PortError) -> KafkaTopic? {
        guard let topic = try metadata(topic: name).topics.first else { return nil }
        switch topic.code {
        case RD_KAFKA_RESP_ERR_NO_ERROR, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE: break
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART: return nil
        default: throw client.told(Failure(topic.code), "describe", of: name)
        }
        let settings: [String: String]?
        do { settings = try self.settings(RD_KAFKA_RESOURCE_TOPIC, name) } catch {
            guard error.kind == .denied else { throw error }
            settings = nil
        }
        return KafkaTopic(name: name, partitions: topic.partitions, configuration: settings)
    }

    /// The settings of a topic or of a broker.
    func settings(_ type: rd_kafka_ResourceType_t, _ name: String) throws(PortError) -> [String: String] {
        var resource = rd_kafka_ConfigResource_new(type, name)
        defer { rd_kafka_ConfigResource_destroy(resource) }
        return try client.ask("describe settings", of: name, within: wait) { options, queue throws(Failure) in
            rd_kafka_DescribeConfigs(client.handle, &resource, 1, options, queue)
        } read: { event throws(Failure) in
            var count = 0
            guard let answers = rd_kafka_DescribeConfigs_result_resources(event, &count), count > 0, let answer = answers[0] else {
                return [:]
            }
            return try Topics.configuration(answer)
        }
    }

    /// Throws what would keep a topic from being made: a right, a policy, more replicas than brokers. Nothing is made.
    func check(topic name: String, partitions: Int, replication: Int?) throws(PortError) {
        var words = [CChar](repeating: 0, count: 512)
        let replicas = replication.map { Int32(clamping: $0) } ?? -1
        guard let topic = rd_kafka_NewTopic_new(name, Int32(clamping: partitions), replicas, &words, words.count) else {
            throw PortError(.misconfigured, "create", of: name, because: Failure.text(words))
        }
        var topics: OpaquePointer? = topic
        defer { rd_kafka_NewTopic_destroy(topic) }
        try client.ask("create", of: name, within: wait) { options, queue throws(Failure) in
            try Failure.check(rd_kafka_AdminOptions_set_validate_only(options, 1, &words, words.count))
            rd_kafka_CreateTopics(client.handle, &topics, 1, options, queue)
        } read: { event throws(Failure) in
            var count = 0
            guard let answers = rd_kafka_CreateTopics_result_topics(event, &count), count > 0 else { return }
            let code = rd_kafka_topic_result_error(answers[0])
            if code != RD_KAFKA_RESP_ERR_NO_ERROR, code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS {
                throw Failure(code, rd_kafka_topic_result_error_string(answers[0]).map { String(cString: $0) })
            }
        }
    }

    /// Throws `.denied` where this user may not see the group.
    func askForGroup(_ group: String) throws(PortError) {
        try client.ask("describe", of: "group \(group)", within: wait) { options, queue throws(Failure) in
            group.withCString { name in
                var names: UnsafePointer<CChar>? = name
                rd_kafka_DescribeConsumerGroups(client.handle, &names, 1, options, queue)
            }
        } read: { event throws(Failure) in
            var count = 0
            guard let groups = rd_kafka_DescribeConsumerGroups_result_groups(event, &count), count > 0 else { return }
            try Failure.check(borrowing: rd_kafka_ConsumerGroupDescription_error(groups[0]))
        }
    }
}
