import Pipeline
import Testing

@testable import KafkaLog

@Suite("Partitions that share a queue", .kafka)
struct FetchQueueTests {
    private let partitions = 12
    private let messages = 3_000

    /// What a member is given, until each of the partitions has come to its end.
    private func drain(_ member: any LogConsumer, _ wanted: Set<TopicPartition>, holding held: Set<TopicPartition> = []) async throws
        -> [TopicPartition: [Int64]]
    {
        var offsets: [TopicPartition: [Int64]] = [:]
        var open = wanted
        while !open.isEmpty {
            switch try await member.poll(wait: .milliseconds(100), holding: held) {
            case .messages(let batch): offsets[batch.partition, default: []] += batch.entries.map(\.offset)
            case .end(let partition, _): open.remove(partition)
            default: break
            }
        }
        return offsets
    }

    @Test(
        "Each gives its messages in order; one that is started anew gives them again from there, and nothing of before",
        .timeLimit(.minutes(5)))
    func order() async throws {
        let (log, _) = try await TestLogs.narrow.both()
        let topic = try await log.partition(of: partitions).topic
        let all = (0..<partitions).map { TopicPartition(topic, $0) }
        for partition in all { try await log.write((0..<messages).map { "\($0)" }, to: partition) }
        let member = try await log.openConsumer(Membership(group: unique("group"), topics: [topic]))
        while true { if case .assigned = try await member.poll(wait: .seconds(1), holding: []) { break } }
        for partition in all { try await member.start(partition, at: 0) }

        // The first messages, of whichever partition: more of it and of others are drained and wait.
        var first: TopicPartition?
        while first == nil {
            if case .messages(let batch) = try await member.poll(wait: .seconds(1), holding: []) { first = batch.partition }
        }
        let anew = try #require(first)
        try await member.start(anew, at: 1_000)
        let offsets = try await drain(member, Set(all))
        let whole = Array(0..<Int64(messages))
        #expect(offsets[anew] == Array(whole.dropFirst(1_000)))
        for partition in all where partition != anew {
            // What came in the first poll was the other's.
            #expect(offsets[partition] == whole, "\(partition)")
        }

        for partition in all { try await member.start(partition, at: 2_000) }
        for _ in 0..<20 {
            if case .messages(let batch) = try await member.poll(wait: .milliseconds(50), holding: [anew]) {
                #expect(batch.partition != anew)
            }
        }
        #expect(try await drain(member, [anew])[anew] == Array(whole.dropFirst(2_000)))
        await member.close()
    }
}
