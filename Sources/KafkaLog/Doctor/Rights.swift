internal import CRdKafka
internal import Glibc
internal import Pipeline

/// Which rights are there, found out by requests that a broker answers only after it has looked at them, and that change nothing.
extension Examiner {
    func lookAtRights(_ findings: Findings) {
        if topics.isEmpty {
            findings.skip(["right to write", "right to read"], "there are no topics yet")
        } else {
            lookAtWriting(findings)
            lookAtGroup(findings)
        }
        lookAtTransactions(findings)
    }

    private func right(_ name: String, missing: [String], _ acl: String) -> KafkaCheck {
        let told = missing.count > 3 ? "\(missing.prefix(3).joined(separator: ", ")) and others" : missing.joined(separator: ", ")
        return missing.isEmpty ? .ok(name, "") : .fault(name, "denied for \(told)", "Give this user the ACL \(acl) (\(told))")
    }

    /// A message that asks for acks=2, which every version of Kafka refuses, but only to those who may write: nothing is kept of it.
    private func lookAtWriting(_ findings: Findings) {
        let name = "right to write"
        do throws(PortError) {
            let client = try Client(doctor.settings, .producer, doctor.logger, reportsDeliveries: true) {
                (configuration: inout Configuration) throws(PortError) in
                try configuration.set("acks", "2")
                try configuration.set("message.timeout.ms", "\(Self.patience.milliseconds)")
                try configuration.set("linger.ms", "0")
            }
            let asking = Inquiry(client, doctor.settings.brokers, wait: Self.patience)
            var denied: [String] = []
            for topic in topics.map(\.name) {
                // A topic that is not known yet is looked for once a second only.
                _ = try asking.metadata(topic: topic)
                let end = ContinuousClock.now + Self.patience + .seconds(1)
                var answer = crdkafka_produce(client.handle, topic, 0, nil, 0, nil, 0, nil, nil)
                while answer == RD_KAFKA_RESP_ERR_NO_ERROR, ContinuousClock.now < end {
                    rd_kafka_poll(client.handle, 50)
                    answer = client.events.takeDeliveryFailure()?.code ?? RD_KAFKA_RESP_ERR_NO_ERROR
                }
                switch answer {
                case RD_KAFKA_RESP_ERR_NO_ERROR:
                    throw client.told(Failure(RD_KAFKA_RESP_ERR__TIMED_OUT), "ask to write", of: topic)
                case RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS: break
                case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED: denied.append(topic)
                default: throw client.told(Failure(answer), "ask to write", of: topic)
                }
            }
            findings.add(right(name, missing: denied, "Write on topics"))
        } catch { findings.add(Self.fault(name, error)) }
    }

    /// A position in a partition that cannot be: who may not commit is told so, all others that there is no such partition.
    private func lookAtGroup(_ findings: Findings) {
        let group = doctor.needs.group
        let name = "right to read as group \(group)"
        let denied = KafkaCheck.fault(name, "denied", "Give this user the ACL Read on group \(group)")
        // Who may not ask for the group's coordinator would wait for it in vain below.
        if let error = groupFault(group) { return findings.add(error.kind == .denied ? denied : Self.fault(name, error)) }
        var settings = doctor.settings
        settings.properties["group.instance.id"] = nil
        let client: Client
        do throws(PortError) {
            client = try Client(settings, .reader, doctor.logger) { (configuration: inout Configuration) throws(PortError) in
                try configuration.set("group.id", group)
            }
        } catch { return findings.add(Self.fault(name, error)) }
        let list = PartitionList(topics.map { TopicPartition($0.name, Int(Int32.max) - 1) }, at: 0)
        let queue = rd_kafka_queue_new(client.handle)
        defer { rd_kafka_queue_destroy(queue) }
        rd_kafka_commit_queue(client.handle, list.pointer, queue, nil, nil)
        let end = ContinuousClock.now + Self.patience
        while ContinuousClock.now < end {
            rd_kafka_poll(client.handle, 0)
            guard let event = rd_kafka_queue_poll(queue, 100) else { continue }
            defer { rd_kafka_event_destroy(event) }
            let entries = rd_kafka_event_topic_partition_list(event).map { PartitionList.entries($0) } ?? []
            if ([rd_kafka_event_error(event)] + entries.map(\.code)).contains(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED) {
                return findings.add(denied)
            }
            let missing = entries.filter { $0.code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED }.map(\.partition.topic)
            return findings.add(right(name, missing: missing, "Read on topics"))
        }
        findings.add(
            .fault(name, "the group's coordinator does not answer", "Look at the topic __consumer_offsets, and at the brokers' logs"))
    }

    /// Why the group cannot be looked at; its coordinator may move, or begin its work, meanwhile.
    private func groupFault(_ group: String) -> PortError? {
        let end = ContinuousClock.now + Self.patience
        while true {
            do throws(PortError) {
                try inquiry.askForGroup(group)
                return nil
            } catch {
                guard error.isRetriable, ContinuousClock.now < end else { return error }
                usleep(100_000)
            }
        }
    }

    /// Opens a producer under a transactional id of the doctor's own.
    private func lookAtTransactions(_ findings: Findings) {
        let name = "right to use transactions"
        do throws(PortError) {
            let client = try Client(doctor.settings, .producer, doctor.logger) { (configuration: inout Configuration) throws(PortError) in
                try configuration.set("transactional.id", "sales-doctor")
            }
            let milliseconds = Int32(clamping: Self.patience.milliseconds)
            guard let error = rd_kafka_init_transactions(client.handle, milliseconds) else { return findings.add(.ok(name, "")) }
            throw client.told(Failure(consuming: error), "open", of: "transactional id sales-doctor")
        } catch { findings.add(error.kind == .denied ? .fault(name, "denied", error.mend) : Self.fault(name, error)) }
    }
}
