internal import Pipeline
internal import Synchronization

/// A world in memory: a log, a store, a table and the processes that use them, in virtual time and on one thread.
///
/// Every request of a process is a point where anything may happen: the world draws from its seed how long it takes, whether the process
/// dies over it, whether effect or answer are lost, whether the effect comes late. The same seed gives the same history.
public final class SimWorld: Sendable {
    let executor: SimExecutor
    let isTraced: Bool
    private let state: Mutex<SimState>

    /// A world without processes.
    ///
    /// - Parameters:
    ///   - seed: decides everything that the processes do not.
    ///   - fencesPartitions: the broker refuses commits for partitions that another member has; otherwise, as Kafka, it asks only for the
    ///     membership.
    ///   - traced: keeps a line an event.
    public init(seed: UInt64, faults: SimFaults = .none, fencesPartitions: Bool = true, traced: Bool = false) {
        executor = SimExecutor(seed: seed ^ 0x5EED)
        isTraced = traced
        state = Mutex(SimState(random: SimRandom(seed: seed), faults: faults, isTraced: traced))
        change { $0.log.fencesPartitions = fencesPartitions }
    }

    /// Reads or changes the world, between two events.
    func change<Result: Sendable>(_ body: (inout SimState) -> Result) -> Result {
        // The lock wants its result apart from what it guards.
        var result: Result?
        state.withLock { state in result = body(&state) }
        guard let result else { preconditionFailure("the lock's body has not run") }
        return result
    }

    // MARK: Time

    /// Runs every job that is ready. False where they go on for ever without asking the world for anything.
    func drain() -> Bool {
        var jobs = 0
        while executor.runNext() {
            jobs += 1
            if jobs > 1_000_000 { return false }
        }
        return true
    }

    /// Lets time go on to the next event. False where nothing is going to happen any more.
    func fire() -> Bool {
        change { state in
            guard let next = state.timeline.next() else { return false }
            state.now = max(state.now, next.time)
            next.action(&state)
            state.wakeWaiters()
            return true
        }
    }

    // MARK: Requests

    /// A request of `process` to a service: what it gets is drawn from the seed.
    func call<Answer: Sendable>(
        _ process: Int, _ operation: SimOperation, _ subject: @autoclosure () -> String = "",
        telling: @escaping @Sendable (Answer) -> String = { _ in "" },
        _ effect: @escaping @Sendable (inout SimState) throws(PortError) -> Answer
    ) async throws(PortError) -> Answer {
        let subject = isTraced ? subject() : ""
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<Answer, PortError>, Never>) in
            change { state in
                let request = SimRequest(
                    process: process, operation: operation, subject: subject, continuation: continuation, telling: telling)
                request.send(&state, effect)
            }
        }
        return try result.get()
    }

    /// A request that waits until `attempt` has an answer, at most for `wait`, then for what `otherwise` gives.
    func waitingCall<Answer: Sendable>(
        _ process: Int, _ operation: SimOperation, wait: Duration, telling: @escaping @Sendable (Answer) -> String, otherwise: Answer,
        _ attempt: @escaping @Sendable (inout SimState) throws(PortError) -> Answer?
    ) async throws(PortError) -> Answer {
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<Answer, PortError>, Never>) in
            change { state in
                let request = SimRequest(process: process, operation: operation, subject: "", continuation: continuation, telling: telling)
                request.sendWaiting(&state, wait: wait.microseconds, otherwise: otherwise, attempt)
            }
        }
        return try result.get()
    }
}

extension Duration {
    var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
