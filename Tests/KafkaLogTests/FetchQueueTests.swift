import KafkaCluster
import Pipeline
import ProgramSupport
import Testing

@testable import KafkaLog

/// With the least memory for fetched messages all partitions of a member share a queue.
@Suite("Partitions that share a queue", .kafka)
struct FetchQueueTests {
    private static let partitions = 6
    private static let messages = 2_000

    /// A member of a new group that has all partitions of a new topic, with messages in each, and has started none.
    private func member(_ properties: [String: String] = [:]) async throws -> (any LogConsumer, [TopicPartition]) {
        let log = try await TestLogs.realLog(properties) { $0.fetchMemory = 1 << 20 }
        let topic = try await log.partition(of: Self.partitions).topic
        let all = (0..<Self.partitions).map { TopicPartition(topic, $0) }
        for partition in all { try await log.write((0..<Self.messages).map { "\($0)" }, to: partition) }
        let member = try await log.openConsumer(Membership(group: unique("group"), topics: [topic], sessionTimeout: .seconds(60)))
        let isAssigned = try await eventually(every: .zero) {
            guard case .assigned(let partitions) = try await member.poll(wait: .milliseconds(100), holding: []) else { return false }
            return partitions == all
        }
        try #require(isAssigned)
        return (member, all)
    }

    /// Polls until `isDone`, which is given the offsets of all messages so far and the partitions that are at their end.
    private func drive(
        _ member: any LogConsumer, holding held: Set<TopicPartition> = [],
        until isDone: ([TopicPartition: [Int64]], Set<TopicPartition>) -> Bool
    ) async throws -> [TopicPartition: [Int64]] {
        var offsets: [TopicPartition: [Int64]] = [:]
        var ended: Set<TopicPartition> = []
        let isInTime = try await eventually(every: .zero) {
            switch try await member.poll(wait: .milliseconds(100), holding: held) {
            case .messages(let batch): offsets[batch.partition, default: []] += batch.entries.map(\.offset)
            case .end(let partition, _): ended.insert(partition)
            case .idle: break
            case let event: Issue.record("\(event)")
            }
            return isDone(offsets, ended)
        }
        try #require(
            isInTime, "at their end: \(ended); messages of the others: \(offsets.filter { !ended.contains($0.key) }.mapValues(\.count))")
        return offsets
    }

    @Test(
        "One that is started anew gives its messages from there on, nothing of before, and takes nothing from others",
        arguments: ["cooperative-sticky", "range"])
    func anew(_ strategy: String) async throws {
        let (member, all) = try await member(["partition.assignment.strategy": strategy])
        let whole = Array(0..<Int64(Self.messages))
        for round in 0..<10 {
            for partition in all { try await member.start(partition, at: 0) }
            // Of whichever comes first more was drained, and of the others.
            let first = try await drive(member) { offsets, _ in !offsets.isEmpty }
            let anew = try #require(first.keys.first)
            try await member.start(anew, at: 1_000)
            let rest = try await drive(member) { _, ended in ended.isSuperset(of: all) }
            for partition in all {
                #expect(rest[partition] == (partition == anew ? Array(whole.dropFirst(1_000)) : whole), "\(partition) in round \(round)")
            }
        }
        await member.close()
    }

    @Test("One that is held gives nothing, and all of it later")
    func held() async throws {
        let (member, all) = try await member()
        let held = all[2]
        for partition in all { try await member.start(partition, at: 0) }
        for _ in 0..<20 {
            if case .messages(let batch) = try await member.poll(wait: .milliseconds(10), holding: [held]) {
                #expect(batch.partition != held)
            }
        }
        let offsets = try await drive(member) { _, ended in ended.contains(held) }
        #expect(offsets[held] == Array(0..<Int64(Self.messages)))
        await member.close()
    }
}
