internal import Checksums
public import Logging
public import SalesModel
internal import Synchronization

/// The stream stage: topics to CSV files in the store, exactly once, by the cut protocol.
///
/// What is decided is in `PartitionPlan`, what a new owner must find out in `Takeover`, how a file gets into the store in `Uploader`.
/// This is the loop between them: one task that polls, commits and starts uploads, so that a commit never overtakes another.
public struct Streamer: Sendable {
    let log: any MessageLog
    let store: any ObjectStore
    let spool: any Spool
    let clock: any PipelineClock
    let settings: StreamSettings
    let logger: Logger
    let board: Board

    /// A streamer between a log and a store.
    public init(
        log: any MessageLog, store: any ObjectStore, spool: any Spool, clock: any PipelineClock, settings: StreamSettings, logger: Logger,
        board: Board
    ) {
        self.log = log
        self.store = store
        self.spool = spool
        self.clock = clock
        self.settings = settings
        self.logger = logger
        self.board = board
    }

    /// Streams until `stop` asks to finish: what is open is cut, stored and committed first.
    ///
    /// - Parameter drain: from when this asks, what is in the topics at that moment is flushed, and that is all.
    /// Throws where a port fails for good or for too long, or where files and log contradict each other. Whatever was committed stays.
    public func run(stop: StopSignal, drain: StopSignal = StopSignal()) async throws(StageError) -> [CountryCode: StreamCounts] {
        let loop = StreamLoop(self, stop: stop, drain: drain)
        return try await withDiscardingTaskGroup(returning: Result<[CountryCode: StreamCounts], StageError>.self) { uploads in
            let result: Result<[CountryCode: StreamCounts], StageError>
            do throws(StageError) {
                try await loop.run(&uploads)
                result = .success(loop.counts)
            } catch {
                result = .failure(error)
            }
            await loop.leave()
            return result
        }.get()
    }
}
