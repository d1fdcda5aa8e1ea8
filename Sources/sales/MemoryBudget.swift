/// How `--memory` is divided. What is left over is for copies under way: a batch that is decoded, a file that is written.
struct MemoryBudget: Sendable, Equatable {
    /// Rows of open files and of files in flight: a half.
    let rows: Int
    /// Messages that librdkafka has fetched and nobody has taken: a quarter, and 32 MiB at the most, for half as much again costs a seventh
    /// more processor time (two cores of an AMD EPYC, five partitions) and brings nothing.
    let fetched: Int
    /// Messages of one country's producer that the broker has not acknowledged: a quarter for all of them, and 1 MiB each at the least.
    let sent: Int
    /// A file that is read once and kept while it is loaded: a quarter for all of them, each of which is there twice at the most, as it was
    /// fetched and as rows; 1 MiB each at the least.
    let file: Int

    /// - Parameters:
    ///   - total: bytes for all of the process.
    ///   - countries: how many of them are published at the same time.
    ///   - files: how many of them are loaded at the same time.
    ///   - isShared: all stages share the process, as in `run`: each gets half of what it has alone.
    init(total: Int, countries: Int = 1, files: Int = 1, isShared: Bool = false) {
        let share = isShared ? total / 2 : total
        rows = share / 2
        fetched = min(share / 4, 32 << 20)
        sent = max(1 << 20, share / 4 / max(1, countries))
        file = max(1 << 20, share / 4 / max(1, files))
    }
}
