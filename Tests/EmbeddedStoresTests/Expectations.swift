import Pipeline
import PortContracts
import Testing

@testable import EmbeddedStores

/// Expects an error of this kind whose text has all of `words`.
func expectError(
    _ kind: PortError.Kind, saying words: String..., sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
    do {
        try await body()
        Issue.record("no error", sourceLocation: sourceLocation)
    } catch let error as PortError {
        #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
        for word in words { #expect(error.description.contains(word), "\(error)", sourceLocation: sourceLocation) }
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
}

extension MessageLog {
    func write(_ values: [String], to partition: TopicPartition) async throws {
        let producer = try await openProducer(identity: nil)
        try await producer.append(OutgoingBatch(partition, values))
        try await producer.commit([])
        await producer.close()
    }
}

extension LogConsumer {
    /// Polls until something other than the end of a partition happens.
    func event(within attempts: Int = 1_000) async throws -> ConsumerEvent {
        for _ in 0..<attempts {
            let event = try await poll(wait: .milliseconds(10), holding: [])
            switch event {
            case .idle, .end: continue
            default: return event
            }
        }
        throw Late()
    }

    /// Polls until partitions are assigned.
    func assignment() async throws -> [TopicPartition] {
        guard case .assigned(let partitions) = try await event() else { throw Late() }
        return partitions
    }
}

struct Late: Error {}
