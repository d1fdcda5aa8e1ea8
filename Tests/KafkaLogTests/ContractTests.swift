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
