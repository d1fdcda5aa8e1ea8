internal import CRdKafka

/// How many messages librdkafka is given before some of them are acknowledged.
///
/// It has one request with messages under way to each broker, whatever `max.in.flight` says, and while a further batch is ready its thread polls
/// without a pause until the answer comes (seen with 2.0.2): a slow broker then costs a core for each producer. So it gets what it can send and most
/// of the next batch, which is ready when it is full or the transaction ends; and the end is begun when less than a batch is left.
struct SendWindow {
    /// Batches for each partition: one under way, and less than one more. Below 1 nothing would be sent before it has waited for `linger.ms`.
    private static let batches = 1.8
    /// What may be left when a transaction is ended: a little less than what would be sent by itself.
    private static let rest = 0.98
    /// Bytes of a batch that frame a message: lengths, deltas of offset and time, attributes (Kafka's record format 2; measured with 200 bytes).
    private static let frame = 11.0

    /// Of this many parts of batches the sizes are remembered.
    private static let memory = 16.0

    private let batchBytes: Double
    private let batchMessages: Double
    private var meanSize = 0.0

    /// A window for the client's settings.
    init(_ client: Client) {
        func value(_ name: String, otherwise: Double) -> Double {
            var text = [CChar](repeating: 0, count: 32)
            var size = text.count
            guard rd_kafka_conf_get(rd_kafka_conf(client.handle), name, &text, &size) == RD_KAFKA_CONF_OK else { return otherwise }
            return Double(Failure.text(text)) ?? otherwise
        }
        batchBytes = min(value("batch.size", otherwise: 1_000_000), value("message.max.bytes", otherwise: 1_000_000))
        batchMessages = value("batch.num.messages", otherwise: 10_000)
    }

    /// Messages that may be unacknowledged at once, at least one, to a topic of so many partitions.
    func messages(partitions: Int) -> Int { count(Self.batches, partitions) }

    /// Messages that may be unacknowledged when a transaction is ended.
    func rest(partitions: Int) -> Int { count(Self.rest, partitions) }

    private func count(_ batches: Double, _ partitions: Int) -> Int {
        Int((batches * min(batchMessages, batchBytes / (meanSize + Self.frame)) * Double(max(1, partitions))).rounded(.up))
    }

    /// Messages of so many bytes, keys and values, are to be sent.
    mutating func note(_ bytes: Int, in messages: Int) {
        guard messages > 0 else { return }
        let size = Double(bytes) / Double(messages)
        meanSize = meanSize == 0 ? size : meanSize + (size - meanSize) / Self.memory
    }
}
