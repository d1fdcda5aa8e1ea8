// What librdkafka gives to a program that does nothing with its messages: the ceiling for `sales publish` and `sales stream`.
//
//     kafka-ceiling produce --brokers HOST:PORT --topics US_topic,UK_topic --count MESSAGES_A_TOPIC [--partitions 1] [--transaction 131072]
//     kafka-ceiling consume --brokers HOST:PORT --topics US_topic,UK_topic --group NAME [--partitions 1] [--batch 1024] [--memory 67108864]
//                          [--work NANOSECONDS]
//
// `--set name=value` (repeatable) gives a property of librdkafka. `--work` keeps the consumer busy for so long with each message, so that the
// queues of what was fetched fill up. Prints one JSON object: messages, seconds, messages a second, and what the client's processor had to do
// for a message, librdkafka's threads included.
//
// The same calls as the program's adapter makes, and nothing else: a transactional producer and a thread for each topic, ready-made messages in
// `rd_kafka_produce_batch` with a copy; a member of a group with a queue for each partition, read committed, `rd_kafka_consume_batch_queue`,
// of each message its length and its first byte. The messages are the generator's, made before the clock starts.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

let begin = ContinuousClock().now

do {
    let options = try Options(Array(CommandLine.arguments.dropFirst()))
    let messages: Int
    switch options.verb {
    case .produce: messages = try produce(options)
    case .consume: messages = try consume(options)
    }
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = (ContinuousClock().now - begin) / .seconds(1)
    let processor = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    print(
        """
        {"messages":\(messages),"seconds":\(seconds),"perSecond":\(Int(Double(messages) / seconds)),\
        "processorSeconds":\(processor),"nanosecondsAMessage":\(Int(processor / Double(messages) * 1e9))}
        """)
} catch {
    let words = Array("kafka-ceiling: \(error)\n".utf8)
    write(STDERR_FILENO, words, words.count)
    exit(1)
}
