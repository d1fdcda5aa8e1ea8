/// How the memory for fetched messages is divided. librdkafka bounds each queue and each answer of a broker, not all of them together.
struct FetchBounds: Equatable {
    /// How many queues there are: one a partition, or as many as hold a common batch or two each; then partitions share them.
    let queues: Int
    /// What librdkafka may count in a queue, in bytes: a third of its share, for a message of 200 bytes takes three times as much
    /// (measured: 2.7 to 3.3).
    let queue: Int
    /// Bytes of one partition in an answer.
    let partition: Int
    /// Bytes of a broker's whole answer, which a queue with little room left may still get.
    let answer: Int

    /// - Parameters:
    ///   - memory: bytes for all queues.
    ///   - partitions: how many there may be in all.
    init(memory: Int, partitions: Int) {
        queues = max(1, min(partitions, memory / (3 << 20)))
        queue = max(64 << 10, memory / queues / 3)
        answer = min(max(1 << 20, memory / 12), 50 << 20)
        // Small beside the queue's bound, so that some partition always has a fetch under way. Where queues are shared there are always more
        // partitions to fetch, and what is smaller than a batch would bring a partition nothing: a broker gives part of a batch to none.
        partition = queues < partitions ? min(answer, 1 << 20) : min(queue / 8, 1 << 20)
    }
}
