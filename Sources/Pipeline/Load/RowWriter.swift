internal import Logging
internal import SalesModel

/// Writes batches of rows to the table until each has an answer: what is put off or lost on the way is written again.
struct RowWriter: Sendable {
    let table: any SalesTable
    let clock: any PipelineClock
    let settings: LoadSettings
    let logger: Logger
    let board: Board
    let pace: WritePace

    struct Answers {
        /// One a row, never `tryAgain`.
        var outcomes: [RowOutcome]
        /// Rows that were put off at least once.
        var throttled = 0
    }

    func write(_ rows: RowBatch, board country: CountryCode) async throws(StageError) -> Answers {
        var answers = Answers(outcomes: [RowOutcome](repeating: .tryAgain, count: rows.count))
        var pending = rows.count == 0 ? [] : [0..<rows.count]
        var retrying = Retrying(settings.retry, salt: rows.count)
        while !pending.isEmpty {
            var again: [Range<Int>] = []
            for range in pending {
                for start in stride(from: range.lowerBound, to: range.upperBound, by: table.maximumBatch) {
                    let part = start..<min(start + table.maximumBatch, range.upperBound)
                    try await pace.wait(for: part.count, clock)
                    try await write(rows, part, &answers, &again, &retrying)
                }
            }
            let (asked, left) = (Self.count(pending), Self.count(again))
            board.update(country) { $0.loaded += asked - left }
            pending = again
            if !pending.isEmpty {
                answers.throttled = max(answers.throttled, left)
                guard let wait = retrying.failed(at: clock.elapsed()) else {
                    throw .port(
                        PortError(
                            .throttled, "writing", of: "the table", because: "it has put rows off for too long", mend: "Run again later"))
                }
                try await port { () throws(PortError) in try await clock.sleep(for: wait) }
            }
        }
        return answers
    }

    private static func count(_ ranges: [Range<Int>]) -> Int { ranges.reduce(0) { $0 + $1.count } }

    private func write(
        _ rows: RowBatch, _ part: Range<Int>, _ answers: inout Answers, _ again: inout [Range<Int>], _ retrying: inout Retrying
    ) async throws(StageError) {
        let outcomes: [RowOutcome]
        do { outcomes = try await table.write(rows, part, onConflict: settings.onConflict) } catch {
            guard error.isRetriable, let wait = retrying.failed(at: clock.elapsed()) else { throw .port(error) }
            logger.warning("writing to the table failed and is tried again", metadata: ["because": "\(error)"])
            try await port { () throws(PortError) in try await clock.sleep(for: wait) }
            again.append(part)
            return
        }
        for (row, outcome) in zip(part, outcomes) {
            answers.outcomes[row] = outcome
            guard outcome == .tryAgain else { continue }
            if let last = again.last, last.upperBound == row {
                again[again.count - 1] = last.lowerBound..<row + 1
            } else {
                again.append(row..<row + 1)
            }
        }
        if again.isEmpty { retrying.succeeded() }
    }
}
