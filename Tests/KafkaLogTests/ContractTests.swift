import KafkaCluster
import PortContracts
import Testing

@testable import KafkaLog

@Suite struct ContractTests {
    /// Kafka refuses sessions under 6 s (`group.min.session.timeout.ms`).
    static let session = Duration.seconds(6.5)

    @Test(.kafka, arguments: MessageLogContract.checks)
    func kafkaKeeps(_ check: ContractCheck<LogUnderTest>) async throws {
        let (log, other) = try await TestLogs.real.both()
        try await check.run(on: LogUnderTest(log, other: other, session: Self.session, deadline: .seconds(120)))
    }

    /// With so little memory for fetched messages all partitions of a member share a queue.
    @Test(.kafka, arguments: MessageLogContract.ofGroups.filter { !waitsForItsQueue($0.promise) })
    func kafkaKeepsWithOneQueue(_ check: ContractCheck<LogUnderTest>) async throws {
        let (log, other) = try await TestLogs.narrow.both()
        try await check.run(on: LogUnderTest(log, other: other, session: Self.session, deadline: .seconds(120)))
    }

    /// Who shares a queue with a partition that is held waits with it.
    private static func waitsForItsQueue(_ promise: String) -> Bool { promise.hasPrefix("A held partition") }

    @Test(arguments: MessageLogContract.checks.filter { MockContract.beyond[$0.promise] == nil })
    func mockBrokersKeep(_ check: ContractCheck<LogUnderTest>) async throws {
        let mock = MockCluster.shared
        let (log, other) = try await mock.logs.both()
        // When a group changes they wait for nearly a session, whoever has answered.
        let subject = LogUnderTest(
            log, other: other, session: Self.session, longSession: Self.session, deadline: .seconds(120), takesLastWords: false
        ) { try mock.make($0, $1) }
        try await check.run(on: subject)
    }

    /// A check that gets another name is held to again.
    @Test func whatMockBrokersAreExcusedFromIsInTheContract() {
        #expect(Set(MockContract.beyond.keys).isSubset(of: MessageLogContract.checks.map(\.promise)))
    }
}
