internal import Logging
internal import Pipeline

/// Readers for as many partitions at once as are asked for, up to a bound; each goes when nobody has used it for a while.
actor ReaderPool {
    /// Connections and memory are bounded by it: 16 MiB are fetched ahead by each at most.
    private static let maximum = 8
    private static let leisure = Duration.seconds(20)

    private struct Idle {
        let reader: PartitionReader
        let standing: PartitionReader.Place?
        let since: ContinuousClock.Instant
    }

    private let settings: KafkaSettings
    private let logger: Logger
    /// The one that was used last at the end.
    private var idle: [Idle] = []
    private var busy = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isSweeping = false

    init(_ settings: KafkaSettings, _ logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    func read(_ partition: TopicPartition, from offset: Int64, maximumBytes: Int) async throws(PortError) -> MessageBatch {
        let place = PartitionReader.Place(partition: partition, offset: offset)
        let reader = await take(for: place)
        do {
            let (batch, standing) = try await reader.read(place, maximumBytes)
            giveBack(reader, standing)
            return batch
        } catch {
            giveBack(reader, nil)
            throw error
        }
    }

    /// A reader that stands at this place, else one that stands nowhere, else a new one, else the one that was used the longest ago.
    private func take(for place: PartitionReader.Place) async -> PartitionReader {
        while idle.isEmpty, busy >= Self.maximum { await withCheckedContinuation { waiting.append($0) } }
        busy += 1
        if let index = idle.firstIndex(where: { $0.standing == place }) ?? idle.lastIndex(where: { $0.standing == nil }) {
            return idle.remove(at: index).reader
        }
        if idle.isEmpty || busy + idle.count <= Self.maximum { return PartitionReader(settings, logger) }
        return idle.removeFirst().reader
    }

    private func giveBack(_ reader: PartitionReader, _ standing: PartitionReader.Place?) {
        busy -= 1
        idle.append(Idle(reader: reader, standing: standing, since: .now))
        if !waiting.isEmpty { waiting.removeFirst().resume() }
        sweepLater()
    }

    private func sweepLater() {
        guard !isSweeping, !idle.isEmpty else { return }
        isSweeping = true
        Task { [weak self] in
            try? await Task.sleep(for: Self.leisure)
            await self?.sweep()
        }
    }

    private func sweep() async {
        let old = ContinuousClock.now - Self.leisure
        let leaving = idle.filter { $0.since <= old }
        idle.removeAll { $0.since <= old }
        for entry in leaving { await entry.reader.close() }
        isSweeping = false
        sweepLater()
    }
}
