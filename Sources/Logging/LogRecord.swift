import Synchronization

/// What happened, when, where, and what belongs to it.
public struct LogRecord: Sendable, Equatable {
    /// When it was written.
    public let time: WallTime
    /// How much it matters.
    public let level: Logger.Level
    /// The part of the program that speaks.
    public let component: String
    /// One sentence.
    public let message: String
    /// What belongs to it.
    public let metadata: Logger.Metadata

    /// A record.
    public init(time: WallTime, level: Logger.Level, component: String, message: String, metadata: Logger.Metadata = [:]) {
        self.time = time
        self.level = level
        self.component = component
        self.message = message
        self.metadata = metadata
    }
}

/// A place that log records go to. Called from any thread; it neither throws nor waits for long, for whatever
/// becomes of a log line, the work goes on.
public protocol LogHandler: Sendable {
    /// Records below it are not wanted.
    var level: Logger.Level { get }
    /// Takes a record of that level or above.
    func write(_ record: LogRecord)
}

/// Keeps records in memory, for tests of what is logged.
public final class LogRecorder: LogHandler {
    /// Records below it are not kept.
    public let level: Logger.Level
    private let kept = Mutex<[LogRecord]>([])

    /// Keeps everything from a level on.
    public init(level: Logger.Level = .trace) {
        self.level = level
    }

    /// Keeps a record.
    public func write(_ record: LogRecord) {
        kept.withLock { $0.append(record) }
    }

    /// What was written so far, in its order.
    public var records: [LogRecord] { kept.withLock { $0 } }
}
