internal import BlockingExecutor
internal import CRdKafka
internal import Pipeline

/// The doctor's questions to a cluster that has let it in. Each waits a few seconds at the most.
actor Examiner {
    /// What librdkafka told before the time was over.
    struct NoLogin: Error {
        let trouble: Trouble?
    }

    private nonisolated let executor = BlockingExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    static let patience = Duration.seconds(5)

    let doctor: KafkaDoctor
    let inquiry: Inquiry
    private(set) var cluster: Inquiry.Cluster?
    /// Topics that are there, after they were looked at.
    var topics: [KafkaTopic] = []

    init(_ doctor: KafkaDoctor) throws(PortError) {
        self.doctor = doctor
        inquiry = Inquiry(try Client(doctor.settings, .reader, doctor.logger), doctor.settings.brokers, wait: Self.patience)
    }

    var brokers: [KafkaDoctor.Host] { cluster?.brokers.map { KafkaDoctor.Host($0.host, $0.port) } ?? [] }

    /// How it was let in, or what librdkafka told of why not.
    func logIn() -> Result<String, NoLogin> {
        do {
            let cluster = try inquiry.metadata()
            self.cluster = cluster
            let user = doctor.settings.properties["sasl.username"]
            return .success("\(Security(doctor.settings.properties).told(user: user)); cluster \(cluster.id)")
        } catch { return .failure(NoLogin(trouble: inquiry.client.events.trouble)) }
    }

    /// Topics of sales, each with its replicas, then those of dead letters.
    func lookAtTopics(_ findings: Findings) {
        for name in doctor.needs.topics {
            do {
                guard let topic = try inquiry.topic(name) else {
                    findings.add(missing(name))
                    continue
                }
                topics.append(topic)
                for check in examination(of: topic) { findings.add(check) }
            } catch { findings.add(Self.fault("topic \(name)", error)) }
        }
        var absent: [String] = []
        for name in doctor.needs.deadLetterTopics {
            do {
                guard let topic = try inquiry.topic(name) else {
                    absent.append(name)
                    continue
                }
                topics.append(topic)
                for check in examination(of: topic) where check.outcome != .ok { findings.add(check) }
            } catch { findings.add(Self.fault("topic \(name)", error)) }
        }
        let name = "dead letter topics"
        guard let first = absent.first else { return findings.add(.ok(name, "there")) }
        do {
            try check(first, partitions: 1)
            findings.add(.ok(name, "\(absent.count) not there yet; the first dead letter of each makes it"))
        } catch { findings.add(Self.fault(name, error, "not there, and this user cannot make them: ")) }
    }

    /// Bytes of the largest request of a producer.
    private var messageBytes: Int64 { doctor.settings.properties["message.max.bytes"].flatMap { Int64($0) } ?? 1_000_000 }

    private func examination(of topic: KafkaTopic) -> [KafkaCheck] {
        TopicExamination(topic, brokers: brokers.count, messageBytes: messageBytes).checks
    }

    private func missing(_ name: String) -> KafkaCheck {
        do {
            try check(name, partitions: doctor.needs.partitions)
            return .fault("topic \(name)", "there is no such topic", "`sales setup` makes it; `sales publish` does too")
        } catch { return .fault("topic \(name)", "there is no such topic, and this user cannot make it: \(error.reason)", error.mend) }
    }

    private func check(_ topic: String, partitions: Int) throws(PortError) {
        try inquiry.check(topic: topic, partitions: partitions, replication: doctor.settings.replication)
    }

    static func fault(_ name: String, _ error: PortError, _ before: String = "") -> KafkaCheck {
        .fault(name, before + error.reason, error.mend)
    }

    /// Settings of a broker that the work rests on.
    func lookAtSettings(_ findings: Findings) {
        let name = "settings of the cluster"
        guard let broker = cluster?.brokers.first else { return findings.add(.skipped(name, "no broker is known")) }
        do {
            let settings = try inquiry.settings(RD_KAFKA_RESOURCE_BROKER, String(broker.id))
            for check in BrokerExamination(settings, doctor.settings.properties).checks { findings.add(check) }
        } catch {
            findings.add(
                error.kind == .denied
                    ? .skipped(name, "this user may not see them (ACL DescribeConfigs on the cluster), which nothing else needs")
                    : Self.fault(name, error))
        }
    }

    /// Without writing, a clock can only be compared with the messages that are there.
    func lookAtClocks(_ findings: Findings) {
        let name = "clocks"
        let future = Int64(DoctorClock.milliseconds()) + 60_000
        let partitions = topics.flatMap { topic in topic.partitions.indices.map { TopicPartition(topic.name, $0) } }
        guard !partitions.isEmpty else { return findings.add(.skipped(name, "there are no messages to compare with")) }
        let list = PartitionList(partitions, at: future)
        let code = rd_kafka_offsets_for_times(inquiry.client.handle, list.pointer, Int32(clamping: Self.patience.milliseconds))
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            return findings.add(Self.fault(name, inquiry.client.told(Failure(code), "compare", of: "times of messages")))
        }
        let late = list.entries.filter { $0.code == RD_KAFKA_RESP_ERR_NO_ERROR && $0.offset >= 0 }
        guard let first = late.first else {
            return findings.add(.ok(name, "no message is dated in the future; only that was compared, for nothing is written"))
        }
        findings.add(
            .fault(
                name, "\(first.partition) has messages from offset \(first.offset) on that are dated more than 60 s in the future",
                "Set the clocks of this machine, of the publishers and of the brokers by NTP"))
    }
}
