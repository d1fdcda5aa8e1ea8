internal import CRdKafka
internal import Pipeline

extension Topics {
    func inspect(_ topic: String) throws(PortError) -> KafkaTopic? {
        guard let metadata = try metadata(topic) else { return nil }
        // Any broker answers this question, also one that has not heard of a new topic yet.
        let deadline = ContinuousClock.now + Client.patience
        while true {
            do {
                return KafkaTopic(
                    name: topic, partitions: metadata.partitions, configuration: try configuration(RD_KAFKA_RESOURCE_TOPIC, topic))
            } catch {
                if error.kind == .denied { return KafkaTopic(name: topic, partitions: metadata.partitions, configuration: nil) }
                guard error.kind == .missing, ContinuousClock.now < deadline else { throw error }
                rd_kafka_poll(try client().handle, 100)
            }
        }
    }

    func brokers() throws(PortError) -> [KafkaBroker] {
        let client = try client()
        return try client.insist("look up brokers", of: "the cluster") { timeout throws(Failure) in
            var answer: UnsafePointer<rd_kafka_metadata>?
            try Failure.check(rd_kafka_metadata(client.handle, 0, nil, &answer, timeout))
            guard let answer else { return [] }
            defer { rd_kafka_metadata_destroy(answer) }
            return (0..<Int(answer.pointee.broker_cnt)).map {
                let broker = answer.pointee.brokers[$0]
                return KafkaBroker(id: Int(broker.id), address: "\(String(cString: broker.host)):\(broker.port)")
            }.sorted { $0.id < $1.id }
        }
    }

    func configuration(ofBroker broker: Int) throws(PortError) -> [String: String] {
        try configuration(RD_KAFKA_RESOURCE_BROKER, "\(broker)")
    }

    private func configuration(_ kind: rd_kafka_ResourceType_t, _ name: String) throws(PortError) -> [String: String] {
        let client = try client()
        let subject = kind == RD_KAFKA_RESOURCE_BROKER ? "broker \(name)" : name
        return try client.ask("look up the configuration", of: subject) { options, queue throws(Failure) in
            guard let resource = rd_kafka_ConfigResource_new(kind, name) else { throw Failure(RD_KAFKA_RESP_ERR__INVALID_ARG) }
            defer { rd_kafka_ConfigResource_destroy(resource) }
            var resources: [OpaquePointer?] = [resource]
            rd_kafka_DescribeConfigs(client.handle, &resources, 1, options, queue)
        } read: { event throws(Failure) in
            var count = 0
            guard let result = rd_kafka_event_DescribeConfigs_result(event),
                let resources = rd_kafka_DescribeConfigs_result_resources(result, &count), count == 1
            else { throw Failure(RD_KAFKA_RESP_ERR__BAD_MSG) }
            return try Self.configuration(resources[0])
        }
    }

    /// What is in force, without secrets; throws why it is not told.
    static func configuration(_ resource: OpaquePointer?) throws(Failure) -> [String: String] {
        let code = rd_kafka_ConfigResource_error(resource)
        if code != RD_KAFKA_RESP_ERR_NO_ERROR {
            throw Failure(code, rd_kafka_ConfigResource_error_string(resource).map { String(cString: $0) })
        }
        var count = 0
        guard let entries = rd_kafka_ConfigResource_configs(resource, &count) else { return [:] }
        var values: [String: String] = [:]
        for index in 0..<count {
            guard let name = rd_kafka_ConfigEntry_name(entries[index]), let value = rd_kafka_ConfigEntry_value(entries[index]),
                rd_kafka_ConfigEntry_is_sensitive(entries[index]) == 0
            else { continue }
            values[String(cString: name)] = String(cString: value)
        }
        return values
    }
}
