internal import EmbeddedStores
internal import Logging
internal import Pipeline
internal import SalesModel
internal import Settings

/// Clears away on one machine what nobody needs any more: archived local copies older than `--retention` and, where the log is embedded,
/// consumed messages as old. A cluster keeps its own.
struct Retention: Sendable {
    private static let interval = Duration.seconds(3600)

    private let session: Session
    private let log: SQLiteLog?
    private let spool: DirectorySpool
    private let countries: [CountryCode]

    /// - Parameter log: the log to clear, where it is embedded.
    init(_ session: Session, _ log: SQLiteLog?, _ spool: DirectorySpool, _ countries: [CountryCode]) {
        self.session = session
        self.log = log
        self.spool = spool
        self.countries = countries
    }

    /// Clears at the beginning and every hour while `work` runs.
    func keeping<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
        let clearing = Task {
            while !Task.isCancelled {
                await clear()
                try? await Task.sleep(for: Self.interval)
            }
        }
        defer { clearing.cancel() }
        return try await work()
    }

    /// What cannot be cleared is told and tried again an hour later.
    private func clear() async {
        let age = session.settings[SalesSettings.retention]
        do throws(PortError) {
            for country in countries {
                if let log { try await clear(log, Names.topic(country), olderThan: age) }
                _ = try await spool.removeArchived(country: country.description, olderThan: age)
            }
        } catch {
            session.logger.warning("old data could not be cleared away", metadata: ["because": "\(error)"])
        }
    }

    private func clear(_ log: SQLiteLog, _ topic: String, olderThan age: Duration) async throws(PortError) {
        guard let description = try await log.describe(topic: topic) else { return }
        let partitions = description.partitions.indices.map { TopicPartition(topic, $0) }
        let positions = try await log.committed(group: session.settings[SalesSettings.group], partitions)
        for (partition, position) in positions { _ = try await log.trim(partition, before: position.offset, olderThan: age) }
    }
}
