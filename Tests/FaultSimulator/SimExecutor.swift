internal import Synchronization

/// Runs the jobs of tasks one at a time, on the thread of whoever calls `runNext`, in an order that a seed decides.
///
/// Tasks started with `Task(executorPreference:)`, their child tasks and all nonisolated async functions that they call stay on it,
/// so that a run has one thread and one order of events.
public final class SimExecutor: TaskExecutor {
    private struct Ready: Sendable {
        var jobs: [UnownedJob] = []
        var random: SimRandom?
    }

    private let ready: Mutex<Ready>

    /// - Parameter seed: draws the order in which jobs that are ready run; nil for the order in which they became ready. A task has one
    ///   job at a time, so its own steps keep their order in any case.
    public init(seed: UInt64?) {
        ready = Mutex(Ready(random: seed.map(SimRandom.init)))
    }

    /// Called by the language's runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        ready.withLock { $0.jobs.append(job) }
    }

    /// Whether no job is ready.
    var isIdle: Bool { ready.withLock { $0.jobs.isEmpty } }

    /// Runs one job that is ready. Returns whether there was one.
    func runNext() -> Bool {
        let next = ready.withLock { ready -> UnownedJob? in
            guard !ready.jobs.isEmpty else { return nil }
            return ready.jobs.remove(at: ready.random?.below(ready.jobs.count) ?? 0)
        }
        guard let next else { return false }
        next.runSynchronously(on: asUnownedTaskExecutor())
        return true
    }
}
