import KafkaCluster
import PortContracts
import Testing

@testable import KafkaLog

@Suite struct ContractTests {
    /// Kafka refuses sessions under 6 s (`group.min.session.timeout.ms`).
    static let session = Duration.seconds(6.5)

    @Test(.enabled(if: TestTools.missingBroker == nil, "\(TestTools.missingBroker ?? "")"), arguments: MessageLogContract.checks)
    func kafkaKeeps(_ check: ContractCheck<LogUnderTest>) async throws {
        let (log, other) = try await TestLogs.real.both()
        try await check.run(on: LogUnderTest(log, other: other, session: Self.session, deadline: .seconds(120)))
    }

    @Test(arguments: MessageLogContract.checks)
    func mockKeeps(_ check: ContractCheck<LogUnderTest>) async throws {
        let (log, other) = try await MockCluster.shared.logs.both()
        try await check.run(
            on: LogUnderTest(log, other: other, session: Self.session, deadline: .seconds(60)) { try await MockCluster.shared.make($0, $1) }
        )
    }
}
