import CRdKafka
import SalesGenerator
import SalesModel
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Messages ready to be sent, each with its key within its value; in memory that stays where it is until the program ends.
struct ReadyMessages: @unchecked Sendable {  // written once, before any thread starts
    let bytes: UnsafeMutablePointer<UInt8>
    let ends: [Int]
    let key = RowFormat.json.saleIDRange

    init(count: Int) throws {
        guard let country = CountryCode("US") else { throw Failure(description: "no country US") }
        var generator = try SalesGenerator(
            try StreamConfiguration(seed: 1, rate: StreamConfiguration.standardRate, start: 1_767_225_600), country: country)
        var made: [UInt8] = []
        var ends: [Int] = []
        try generator.appendMessages(0..<UInt64(count), to: &made, ends: &ends)
        bytes = .allocate(capacity: made.count)
        bytes.initialize(from: made, count: made.count)
        self.ends = ends
    }
}

/// Produces `count` messages to each topic, a thread and a producer a topic. Returns how many were acknowledged.
func produce(_ options: Options) throws -> Int {
    let messages = try ReadyMessages(count: 8_192)
    let failures = Mutex<[String]>([])
    let threads = options.topics.map { topic in
        Thread {
            do { try Producing(options, topic).run(messages) } catch { failures.withLock { $0.append("\(topic): \(error)") } }
        }
    }
    for thread in threads { thread.join() }
    if let failure = failures.withLock({ $0.first }) { throw Failure(description: failure) }
    return options.topics.count * options.count
}

/// One topic's producer.
struct Producing {
    private let client: Client
    private let options: Options
    private let topic: OpaquePointer

    init(_ options: Options, _ name: String) throws {
        self.options = options
        let identity: [(String, String)] =
            options.transaction > 0 ? [("transactional.id", "ceiling-\(name)")] : []
        // Nobody asks for a report of each delivery: the end of a transaction tells of all.
        client = try Client(RD_KAFKA_PRODUCER, options, Properties.producer(memory: options.memory / options.topics.count) + identity)
        guard let topic = rd_kafka_topic_new(client.handle, name, nil) else { throw Failure(description: "no topic \(name)") }
        self.topic = topic
    }

    func run(_ messages: ReadyMessages) throws {
        let handle = client.handle
        let isTransactional = options.transaction > 0
        if isTransactional { try Failure.check(rd_kafka_init_transactions(handle, 60_000)) }
        var batch = [rd_kafka_message_t](repeating: rd_kafka_message_t(), count: messages.ends.count)
        var sent = 0
        while sent < options.count {
            if isTransactional { try Failure.check(rd_kafka_begin_transaction(handle)) }
            let end = isTransactional ? min(options.count, sent + options.transaction) : options.count
            while sent < end {
                let count = min(batch.count, end - sent)
                for partition in 0..<options.partitions { try append(messages, count, partition, &batch) }
                sent += count
            }
            // Both wait for every acknowledgement.
            if isTransactional {
                try Failure.check(rd_kafka_commit_transaction(handle, 60_000))
            } else {
                try Failure.check(rd_kafka_flush(handle, 60_000))
            }
        }
        rd_kafka_topic_destroy(topic)
        rd_kafka_destroy(handle)
    }

    /// Sends those of the first `count` messages that fall to a partition.
    private func append(_ messages: ReadyMessages, _ count: Int, _ partition: Int, _ batch: inout [rd_kafka_message_t]) throws {
        var filled = 0
        for index in stride(from: partition, to: count, by: options.partitions) {
            let from = index == 0 ? 0 : messages.ends[index - 1]
            let value = messages.bytes + from
            batch[filled].payload = UnsafeMutableRawPointer(value)
            batch[filled].len = messages.ends[index] - from
            batch[filled].key = UnsafeMutableRawPointer(value + messages.key.lowerBound)
            batch[filled].key_len = messages.key.count
            batch[filled].err = RD_KAFKA_RESP_ERR_NO_ERROR
            filled += 1
        }
        try batch.withUnsafeMutableBufferPointer { entries in
            guard var next = entries.baseAddress else { return }
            var left = filled
            while left > 0 {
                // Where the queue is full librdkafka tries all of the array in vain, so it is short.
                let given = min(left, 256)
                let taken = Int(rd_kafka_produce_batch(topic, Int32(partition), RD_KAFKA_MSG_F_COPY, next, Int32(given)))
                // Those behind the last that was taken are tried again.
                if taken < given {
                    try Failure.check(next[taken].err == RD_KAFKA_RESP_ERR__QUEUE_FULL ? RD_KAFKA_RESP_ERR_NO_ERROR : next[taken].err)
                    rd_kafka_poll(client.handle, 1)
                }
                next += taken
                left -= taken
            }
        }
    }
}

/// A thread of the system's, for calls that block.
struct Thread {
    private let thread: pthread_t

    private final class Work {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    init(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { work in
                guard let work else { return nil }
                Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body()
                return nil
            }, Unmanaged.passRetained(Work(body)).toOpaque())
        self.thread = thread
    }

    func join() { pthread_join(thread, nil) }
}
