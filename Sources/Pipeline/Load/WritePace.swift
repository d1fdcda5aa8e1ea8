internal import Synchronization

/// Spreads writes so that no more than so many rows a second go to the table, all files together.
final class WritePace: Sendable {
    private let rowsPerSecond: Int?
    /// When the rows that were let through so far are paid for.
    private let paid = Mutex(Duration.zero)

    init(rowsPerSecond: Int?) { self.rowsPerSecond = rowsPerSecond }

    /// Returns when `rows` more may be written.
    func wait(for rows: Int, _ clock: any PipelineClock) async throws(StageError) {
        guard let rowsPerSecond else { return }
        let now = clock.elapsed()
        let begin = paid.withLock { paid in
            let begin = max(paid, now)
            paid = begin + .seconds(rows) / rowsPerSecond
            return begin
        }
        if begin > now { try await port { () throws(PortError) in try await clock.sleep(for: begin - now) } }
    }
}
