internal import Glibc
internal import Synchronization

/// A thread of its own for an actor whose calls block: a database, a disk, a C library that waits.
///
/// The cooperative pool has a thread a core, and a blocked one is missing there. An actor that names such an executor
/// as its `unownedExecutor` runs here alone instead. A task that works closely with such an actor may prefer its executor, and changes no thread
/// with its calls then. The thread ends when the executor is released.
public final class BlockingExecutor: SerialExecutor, TaskExecutor {
    private let queue: JobQueue

    /// Starts the thread.
    public init() {
        let queue = JobQueue()
        self.queue = queue
        startThread { queue.run() }
    }

    deinit { queue.close() }

    /// Runs the job after all that came before it.
    public func enqueue(_ job: consuming ExecutorJob) {
        queue.append(UnownedJob(job), of: self)
    }

    /// This executor, unretained, as an actor's `unownedExecutor` wants it; the actor keeps the executor itself.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}

/// Jobs in the order of their arrival, and a thread that waits for them.
private final class JobQueue: Sendable {
    private struct State {
        /// Each with its executor, which so outlives what it still has to run.
        var jobs: [(UnownedJob, BlockingExecutor)] = []
        var closed = false
    }
    private let state = Mutex(State())
    private let waiting = Semaphore()

    func append(_ job: UnownedJob, of executor: BlockingExecutor) {
        state.withLock { $0.jobs.append((job, executor)) }
        waiting.signal()
    }

    func close() {
        state.withLock { $0.closed = true }
        waiting.signal()
    }

    func run() {
        while true {
            let (jobs, closed) = state.withLock { state in
                defer { state.jobs.removeAll(keepingCapacity: true) }
                return (state.jobs, state.closed)
            }
            for (job, executor) in jobs {
                job.runSynchronously(isolatedTo: executor.asUnownedSerialExecutor(), taskExecutor: executor.asUnownedTaskExecutor())
            }
            if jobs.isEmpty {
                if closed { return }
                waiting.wait()
            }
        }
    }
}

/// POSIX's unnamed semaphore at an address that does not move.
private final class Semaphore: @unchecked Sendable {  // the kernel's own object; every call on it is thread-safe
    private let handle = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(handle, 0, 0) }

    deinit {
        sem_destroy(handle)
        handle.deallocate()
    }

    func signal() { sem_post(handle) }

    func wait() { while sem_wait(handle) == -1, errno == EINTR {} }
}

/// Starts a detached POSIX thread that runs `body` to its end.
private func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let box = Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let started = pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, box.toOpaque())
    precondition(started == 0, "the system gives no further thread (error \(started))")
    pthread_detach(thread)
}
