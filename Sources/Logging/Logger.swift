/// Writes log records of one component to all handlers that want them. A value: copies share the handlers and may
/// differ in level and metadata.
public struct Logger: Sendable {
    /// How much a record matters, from least to most.
    public enum Level: Int, Sendable, Comparable, CaseIterable, CustomStringConvertible {
        /// Every step, to follow one sale.
        case trace
        /// What a developer wants to know.
        case debug
        /// What an operator wants to know when all is well.
        case info
        /// Well, but out of the ordinary.
        case notice
        /// Something went wrong and was mended, or soon will be wrong.
        case warning
        /// A piece of work failed.
        case error
        /// The program cannot go on.
        case critical

        /// Less important is smaller.
        public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

        /// The name in lower case, as in JSON lines and settings.
        public var description: String {
            switch self {
            case .trace: "trace"
            case .debug: "debug"
            case .info: "info"
            case .notice: "notice"
            case .warning: "warning"
            case .error: "error"
            case .critical: "critical"
            }
        }
    }

    /// The part of the program that speaks: `publish`, `stream`, `load`.
    public let component: String
    /// Records below it are dropped before their text is made. Begins at the lowest level that a handler wants.
    public var level: Level
    /// Goes with every record of this logger.
    public var metadata: Metadata
    private let handlers: [any LogHandler]
    private let clock: @Sendable () -> WallTime

    /// A logger for a component.
    ///
    /// - Parameter clock: where time stamps come from; a test or a simulator gives its own.
    public init(
        component: String, handlers: [any LogHandler], metadata: Metadata = [:],
        clock: @escaping @Sendable () -> WallTime = WallTime.now
    ) {
        self.component = component
        self.handlers = handlers
        self.metadata = metadata
        self.clock = clock
        level = handlers.map(\.level).min() ?? .critical
    }

    /// A logger that writes nothing.
    public static let silent = Logger(component: "", handlers: [])

    /// The same handlers for another component, with more metadata.
    public func child(component: String? = nil, metadata more: Metadata = [:]) -> Logger {
        var child = Logger(component: component ?? self.component, handlers: handlers, metadata: metadata.merging(more), clock: clock)
        child.level = level
        return child
    }

    /// One pair of the metadata that goes with every record; `nil` takes it away.
    public subscript(metadataKey key: String) -> MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a record if its level is wanted; message and metadata are made only then.
    public func log(level: Level, _ message: @autoclosure () -> String, metadata more: @autoclosure () -> Metadata = [:]) {
        guard level >= self.level, handlers.contains(where: { level >= $0.level }) else { return }
        let record = LogRecord(
            time: clock(), level: level, component: component, message: message(), metadata: metadata.merging(more()))
        for handler in handlers where level >= handler.level { handler.write(record) }
    }

    /// Writes a record of the level ``Level/trace``.
    public func trace(_ message: @autoclosure () -> String, metadata: @autoclosure () -> Metadata = [:]) {
        log(level: .trace, message(), metadata: metadata())
    }

    /// Writes a record of the level ``Level/debug``.
    public func debug(_ message: @autoclosure () -> String, metadata: @autoclosure () -> Metadata = [:]) {
        log(level: .debug, message(), metadata: metadata())
    }

    /// Writes a record of the level ``Level/info``.
    public func info(_ message: @autoclosure () -> String, metadata: @autoclosure () -> Metadata = [:]) {
        log(level: .info, message(), metadata: metadata())
    }

    /// Writes a record of the level ``Level/notice``.
    public func notice(_ message: @autoclosure () -> String, metadata: @autoclosure () -> Metadata = [:]) {
        log(level: .notice, message(), metadata: metadata())
    }

    /// Writes a record of the level ``Level/warning``.
    public func warning(_ message: @autoclosure () -> String, metadata: @autoclosure () -> Metadata = [:]) {
        log(level: .warning, message(), metadata: metadata())
    }

    /// Writes a record of the level ``Level/error``.
    public func error(_ message: @autoclosure () -> String, metadata: @autoclosure () -> Metadata = [:]) {
        log(level: .error, message(), metadata: metadata())
    }

    /// Writes a record of the level ``Level/critical``.
    public func critical(_ message: @autoclosure () -> String, metadata: @autoclosure () -> Metadata = [:]) {
        log(level: .critical, message(), metadata: metadata())
    }
}
