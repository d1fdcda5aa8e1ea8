/// How the memory for fetched messages is divided. librdkafka bounds each queue and each answer of a broker, not all of them together.
struct FetchBounds: Equatable {
    /// A queue that one partition has alone takes so much at the least.
    private static let own = 3 << 20
    /// And one that partitions share: its bound, and an answer that came to it beyond that.
    private static let shared = 8 << 20
    /// A message of 200 bytes takes so many times what librdkafka counts (measured: 2.7 to 3.3).
    private static let weight = 3

    /// How many queues there are: one a partition, or where the memory has not room for that, fewer that partitions share.
    let queues: Int
    /// What librdkafka may count in a queue, in bytes.
    let queue: Int
    /// Bytes of one partition in an answer.
    let partition: Int
    /// Bytes of a broker's whole answer, which a queue with little room left may still get.
    let answer: Int

    /// - Parameters:
    ///   - memory: bytes for all queues.
    ///   - partitions: how many there may be in all.
    init(memory: Int, partitions: Int) {
        let partitions = max(1, partitions)
        if partitions == 1 || partitions <= memory / Self.own {
            queues = partitions
            queue = max(64 << 10, memory / queues / Self.weight)
            answer = min(max(1 << 20, memory / 12), 50 << 20)
            // Small beside the queue's bound, so that a full queue is overshot by little, and some partition always has a fetch under way.
            partition = min(queue / 8, 1 << 20)
        } else {
            queues = max(1, memory / Self.shared)
            answer = 1 << 20
            queue = max(64 << 10, memory / queues / Self.weight - answer)
            // There are always more partitions to fetch, and what is smaller than a batch would bring one nothing: a broker gives part of a batch
            // to none.
            partition = answer
        }
    }
}
