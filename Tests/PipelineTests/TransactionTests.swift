import Logging
import Pipeline
import SalesModel
import Synchronization
import Testing

@testable import FaultSimulator

@Suite("A publisher's transactions")
struct TransactionTests {
    @Test("They use their bytes, keys included, and do not pass them", arguments: [4_000, 20_000, 1_000_000])
    func bytes(_ bound: Int) throws {
        let transactions = try published(3_000) {
            $0.partitions = 3
            $0.transactionBytes = bound
            $0.transactionTime = .seconds(3_600)
        }
        #expect(transactions.joined().count == 3_000)
        let largest = try #require(transactions.joined().max())
        for (number, transaction) in transactions.enumerated() {
            let size = transaction.reduce(0, +)
            #expect(size <= bound)
            // Until it has seen the largest message it may stop for one that it expects to be larger.
            if number < transactions.count - 1 { #expect(size + largest > bound) }
        }
    }

    @Test("One that is smaller than a message has one message")
    func atLeastOne() throws {
        #expect(try published(40) { $0.transactionBytes = 10 }.dropFirst().allSatisfy { $0.count == 1 })
    }

    /// Publishes so many sales, and returns the bytes of each message of each transaction.
    private func published(_ count: UInt64, _ change: @Sendable (inout PublishSettings) -> Void) throws -> [[Int]] {
        let world = SimWorld(seed: 1)
        let its = world.connect("publisher")
        let log = WeighingLog(log: its.log)
        var settings = PublishSettings(countries: [try #require(CountryCode("US"))], goal: .upTo(count))
        settings.ahead = true
        change(&settings)
        let publisher = Publisher(
            log: log, factory: SimSaleFactory(interval: 10), clock: its.clock, settings: settings, logger: .silent, board: Board())
        try world.complete { _ = try await publisher.run(stop: StopSignal()) }
        return log.scale.transactions.withLock { $0 }
    }
}

/// The bytes of each message of each transaction.
private final class Scale: Sendable {
    let transactions = Mutex<[[Int]]>([])
    let open = Mutex<[Int]>([])
}

/// A log that weighs what is committed to it.
private struct WeighingLog: MessageLog {
    let log: any MessageLog
    let scale = Scale()

    func identity() async throws(PortError) -> String { try await log.identity() }
    func describe(topic: String) async throws(PortError) -> TopicDescription? { try await log.describe(topic: topic) }
    func create(topic: String, partitions: Int) async throws(PortError) -> Bool {
        try await log.create(topic: topic, partitions: partitions)
    }
    func read(_ partition: TopicPartition, from offset: Int64, maximumBytes: Int) async throws(PortError) -> MessageBatch {
        try await log.read(partition, from: offset, maximumBytes: maximumBytes)
    }
    func committed(group: String, _ partitions: [TopicPartition]) async throws(PortError) -> [TopicPartition: CommittedPosition] {
        try await log.committed(group: group, partitions)
    }
    func openProducer(identity: String?) async throws(PortError) -> any LogProducer {
        WeighingProducer(producer: try await log.openProducer(identity: identity), scale: scale)
    }
    func openConsumer(_ membership: Membership) async throws(PortError) -> any LogConsumer { try await log.openConsumer(membership) }
}

private struct WeighingProducer: LogProducer {
    let producer: any LogProducer
    let scale: Scale

    func append(_ batch: OutgoingBatch) async throws(PortError) {
        scale.open.withLock { $0 += batch.entries.map { ($0.key?.count ?? 0) + ($0.value?.count ?? 0) } }
        try await producer.append(batch)
    }
    func commit(_ positions: [GroupPosition]) async throws(PortError) {
        try await producer.commit(positions)
        let sizes = scale.open.withLock { open in
            defer { open = [] }
            return open
        }
        scale.transactions.withLock { $0.append(sizes) }
    }
    func close() async { await producer.close() }
}
