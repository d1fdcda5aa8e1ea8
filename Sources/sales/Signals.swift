internal import Dispatch
internal import Glibc
internal import Pipeline
internal import Settings
internal import Synchronization

/// SIGTERM and SIGINT: the first asks for a clean stop, which has so long; the second, or the end of that time, ends the program at once.
/// Whatever was acknowledged by then is kept either way.
final class Signals: Sendable {
    private let received = Mutex<Int32?>(nil)

    /// What the program leaves with where a signal has stopped it; nil where none came.
    var status: ExitStatus? { received.withLock { $0 }.map { $0 == SIGINT ? .interrupted : .terminated } }

    /// Begins to listen; every signal in `stops` is asked when one comes, and those in `late` when half of the time is over.
    func listen(_ stops: [StopSignal], late: [StopSignal] = [], within limit: Duration) {
        // A reader that has gone is told by the write that fails.
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGTERM, SIGINT] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            // The source holds itself by its handler, for as long as the program runs.
            source.setEventHandler { [self] in
                _ = source
                let isFirst = received.withLock { received in
                    defer { received = received ?? number }
                    return received == nil
                }
                guard isFirst else { _exit(128 + number) }
                for stop in stops { stop.stop() }
                let nanoseconds = Int(limit.components.seconds * 1_000_000_000 + limit.components.attoseconds / 1_000_000_000)
                DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(nanoseconds / 2)) { for stop in late { stop.stop() } }
                DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { _exit(128 + number) }
            }
            source.resume()
        }
    }
}
