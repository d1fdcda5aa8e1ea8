internal import CRdKafka
internal import Pipeline

/// One partition on its way to whoever polls: how far it has come, and the queue that its messages go to.
///
/// It lives from one start to the next: whatever is fetched anew gets a delivery of its own.
final class Delivery {
    let partition: TopicPartition
    let queue: FetchQueue
    /// The offset that comes next.
    var position: Int64
    /// Whether librdkafka has been told to fetch.
    private(set) var isRunning = false
    /// The partition is leaving: what is still here is for nobody.
    var isOver = false
    private let own: OpaquePointer

    /// Takes the partition's own queue out of the client's common one. Nil where the client does not know the partition.
    init?(_ partition: TopicPartition, at position: Int64, _ client: Client, to queue: FetchQueue) {
        guard let own = rd_kafka_queue_get_partition(client.handle, partition.topic, Int32(clamping: partition.partition)) else {
            return nil
        }
        self.partition = partition
        self.position = position
        self.queue = queue
        self.own = own
        rd_kafka_queue_forward(own, nil)
    }

    /// Turns the partition's own queue to `queue`, with all that has come to it. To be called when librdkafka has taken the partition to fetch it:
    /// where it ends an earlier fetch of it, it turns the queue back.
    func run() {
        isRunning = true
        rd_kafka_queue_forward(own, queue.handle)
    }

    /// Ends it: what was drained of the partition and not delivered is forgotten.
    func retire() {
        isOver = true
        queue.forget(partition)
    }

    deinit { rd_kafka_queue_destroy(own) }
}
