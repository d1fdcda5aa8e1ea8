import KafkaCluster
import Logging
import Testing

@testable import KafkaLog

/// The log of one cluster as two processes see it, opened by the first test that asks.
actor TestLogs {
    private let open: @Sendable () async throws -> (KafkaLog, KafkaLog)
    private var opening: Task<(KafkaLog, KafkaLog), any Error>?

    init(_ open: @escaping @Sendable () async throws -> (KafkaLog, KafkaLog)) { self.open = open }

    func both() async throws -> (KafkaLog, KafkaLog) {
        let opening = self.opening ?? Task { [open] in try await open() }
        self.opening = opening
        return try await opening.value
    }

    /// On real Kafka.
    static let real = TestLogs {
        let settings = KafkaSettings(brokers: try await SharedKafka.bootstrap())
        return (try await .open(settings, logger: .silent), try await .open(settings, logger: .silent))
    }
}

/// A name that nobody else uses.
func unique(_ prefix: String) -> String { "\(prefix)-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))" }
