internal import BlockingExecutor
internal import CRdKafka
internal import Pipeline
internal import Synchronization

/// Makes librdkafka look again at queues that were full.
///
/// Before `fetch.queue.backoff.ms` came, a broker's thread whose partitions were all full slept for up to a second, however soon there was room
/// again. A request to that broker wakes it: with queues of 4 MiB and 400 ns of work a message this doubled what came through (2.0.2).
actor FetchWaker {
    private nonisolated let executor = BlockingExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let client: Client
    private nonisolated let isBusy = Mutex(false)

    init(_ client: Client) { self.client = client }

    /// Wakes the thread of the partition's leader, unless a request to wake one is under way.
    nonisolated func wake(_ partition: TopicPartition) {
        let isFree = isBusy.withLock { busy in
            defer { busy = true }
            return !busy
        }
        if isFree { Task { await ask(partition) } }
    }

    /// What the answer says is of no interest.
    private func ask(_ partition: TopicPartition) {
        var (first, end) = (Int64(0), Int64(0))
        _ = rd_kafka_query_watermark_offsets(client.handle, partition.topic, Int32(clamping: partition.partition), &first, &end, 1_000)
        isBusy.withLock { $0 = false }
    }
}
