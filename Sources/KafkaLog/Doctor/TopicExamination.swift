internal import Glibc

/// Whether a topic can take sales and keep them.
struct TopicExamination {
    let topic: KafkaTopic
    /// How many brokers the cluster has.
    let brokers: Int
    /// Bytes of the largest request of a producer of ours.
    let messageBytes: Int64

    init(_ topic: KafkaTopic, brokers: Int, messageBytes: Int64) {
        self.topic = topic
        self.brokers = brokers
        self.messageBytes = messageBytes
    }

    private func number(_ name: String) -> Int64? { topic.configuration?[name].flatMap { Int64($0) } }

    /// A line for each thing that is wrong, or one that tells what the topic is like.
    var checks: [KafkaCheck] {
        let name = "topic \(topic.name)"
        let faults = [writingFault ?? replicaFault, sizeFault].compactMap { $0 }
        if !faults.isEmpty { return faults.map { .fault(name, $0.told, $0.mend) } }
        let kept = number("retention.ms").map { $0 < 0 ? ", kept for ever" : ", kept \($0 / 3_600_000) h" } ?? ""
        let partitions = "\(topic.partitions.count) partition\(topic.partitions.count == 1 ? "" : "s")"
        return [.ok(name, "\(partitions), \(topic.replication) replica\(topic.replication == 1 ? "" : "s")\(kept)")]
    }

    /// Why nothing can be written to a partition.
    private var writingFault: (told: String, mend: String)? {
        let needed = Int(number("min.insync.replicas") ?? 1)
        if let partition = topic.partitions.firstIndex(where: { $0.leader == nil }) {
            return ("partition \(partition) has no leader", "Start the brokers that have it")
        }
        if topic.replication < needed {
            return (
                "replicas are fewer (\(topic.replication)) than min.insync.replicas (\(needed)): nothing can be written",
                "Lower the topic's min.insync.replicas, or give it more replicas by kafka-reassign-partitions.sh"
            )
        }
        if let partition = topic.partitions.firstIndex(where: { $0.inSyncReplicas.count < needed }) {
            return (
                "replicas of partition \(partition) that are in sync are fewer (\(topic.partitions[partition].inSyncReplicas.count)) than "
                    + "min.insync.replicas (\(needed)): nothing can be written", "Start the brokers that are missing"
            )
        }
        return nil
    }

    /// Why what is written may be lost.
    private var replicaFault: (told: String, mend: String)? {
        if let partition = topic.partitions.firstIndex(where: { $0.inSyncReplicas.count < $0.replicas.count }) {
            return (
                "under-replicated: partition \(partition) has \(topic.partitions[partition].inSyncReplicas.count) of "
                    + "\(topic.partitions[partition].replicas.count) replicas in sync",
                "Start the brokers that are missing, or wait until they have caught up"
            )
        }
        if topic.replication < min(3, brokers) {
            return (
                "too few replicas: \(topic.replication), and the cluster has \(brokers) brokers; a lost disk takes sales along",
                "Give it \(min(3, brokers)) by kafka-reassign-partitions.sh, or make it anew with --replication \(min(3, brokers))"
            )
        }
        return nil
    }

    private var sizeFault: (told: String, mend: String)? {
        guard let largest = number("max.message.bytes"), largest < messageBytes else { return nil }
        return (
            "max.message.bytes is \(largest), and batches of up to \(messageBytes) bytes are sent",
            "Raise the topic's max.message.bytes, or give --kafka message.max.bytes=\(max(1000, largest))"
        )
    }
}

/// Whether a broker's settings let the protocol work.
struct BrokerExamination {
    private let settings: [String: String]
    private let properties: [String: String]

    init(_ settings: [String: String], _ properties: [String: String]) {
        self.settings = settings
        self.properties = properties
    }

    private func number(_ name: String) -> Int64? { settings[name].flatMap { Int64($0) } }

    /// A line for each that is wrong, or one for all of them.
    var checks: [KafkaCheck] {
        let name = "settings of the cluster"
        var faults: [KafkaCheck] = []
        // The broker checks the size of a note; that of a list of cuts is up to 4,096 bytes.
        if let bytes = number("offset.metadata.max.bytes"), bytes < 4096 {
            faults.append(.fault(name, "offset.metadata.max.bytes is \(bytes); notes have up to 4096", "Set it to 4096 on each broker"))
        }
        if let minutes = number("offsets.retention.minutes"), minutes < 1440 {
            faults.append(
                .fault(
                    name, "positions of a group that rests are forgotten after \(minutes) minutes (offsets.retention.minutes)",
                    "Set it to 10080 on each broker, which is Kafka's default"))
        }
        let timeout = properties["transaction.timeout.ms"].flatMap { Int64($0) } ?? 10_000
        if let largest = number("transaction.max.timeout.ms"), largest < timeout {
            faults.append(
                .fault(
                    name, "transaction.max.timeout.ms is \(largest), less than transaction.timeout.ms, which is \(timeout)",
                    "Give --kafka transaction.timeout.ms=\(largest)"))
        }
        if !faults.isEmpty { return faults }
        let days = number("offsets.retention.minutes").map { "; positions of a group that rests are kept \($0 / 1440) days" } ?? ""
        return [.ok(name, "they suit\(days)")]
    }
}

/// This machine's clock.
enum DoctorClock {
    /// Milliseconds since 1970.
    static func milliseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
