internal import Synchronization

/// How a stage is asked to finish: to cut, upload, acknowledge and leave. It can be asked once and from anywhere.
public final class StopSignal: Sendable {
    private let asked = Mutex(false)

    /// Nobody has asked yet.
    public init() {}

    /// Whether it is time to finish.
    public var isStopping: Bool { asked.withLock { $0 } }

    /// Asks every stage that holds this signal to finish.
    public func stop() { asked.withLock { $0 = true } }
}
