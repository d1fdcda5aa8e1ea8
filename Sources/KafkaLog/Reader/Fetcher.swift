internal import CRdKafka
internal import Pipeline

/// One partition being fetched from an offset on into a queue of its own, until it is released.
///
/// It is fetched outside of any group, so that reading needs no rights to one and disturbs none.
final class Fetcher {
    /// Messages that are drained at once: with common ones about 50 KiB.
    private static let drained = 256

    private let topic: TopicHandle
    private let number: Int32
    private let queue: OpaquePointer
    // The queue is gone before its client.
    private let client: Client
    private var waiting = [UnsafeMutablePointer<rd_kafka_message_t>?](repeating: nil, count: drained)
    private var taken = 0
    private var count = 0

    init(_ topic: TopicHandle, _ number: Int, from offset: Int64, _ client: Client) throws(Failure) {
        guard let queue = rd_kafka_queue_new(client.handle) else { throw Failure(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE) }
        self.topic = topic
        self.number = Int32(clamping: number)
        self.queue = queue
        self.client = client
        if rd_kafka_consume_start_queue(topic.pointer, self.number, offset, queue) != 0 { throw Failure(rd_kafka_last_error()) }
    }

    /// The next message, end or error, which stays the fetcher's and in its place until `pass`.
    ///
    /// - Parameter wait: for how long, where none is there.
    func next(wait: Int32) -> UnsafeMutablePointer<rd_kafka_message_t>? {
        if taken == count {
            taken = 0
            // A wait lasts until all of the room is filled, so it is for one alone.
            count = max(0, rd_kafka_consume_batch_queue(queue, wait, &waiting, wait == 0 ? waiting.count : 1))
        }
        return taken < count ? waiting[taken] : nil
    }

    /// Gives the current message back.
    func pass() {
        waiting[taken].map { rd_kafka_message_destroy($0) }
        taken += 1
    }

    deinit {
        for index in taken..<count { waiting[index].map { rd_kafka_message_destroy($0) } }
        rd_kafka_consume_stop(topic.pointer, number)
        rd_kafka_queue_destroy(queue)
    }
}
