public import Pipeline

/// Virtual time as a process sees it.
public struct SimClock: PipelineClock {
    let world: SimWorld
    let process: Int

    /// Milliseconds since 1970 at the beginning of every world: 2026-11-22T12:00:00Z.
    public static let epoch: Int64 = 1_795_348_800_000

    static func wall(at now: Int64) -> Int64 { epoch + now / 1000 }

    /// The wall clock of the process; the world may set it back.
    public func wall() -> Int64 { world.change { [process] in Self.wall(at: $0.now) + $0.processes[process].skew } }

    /// Virtual time since the world began.
    public func elapsed() -> Duration { .microseconds(world.change { $0.now }) }

    /// Returns when so much virtual time has passed; throws when the task is cancelled or the process is gone.
    public func sleep(for duration: Duration) async throws(PortError) {
        let call = world.change { $0.newCall() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<Void, PortError>, Never>) in
                let isCancelled = Task.isCancelled
                world.change { state in
                    guard !isCancelled, state.processes[process].isAlive else {
                        return continuation.resume(returning: .failure(isCancelled ? Self.cancelled : .gone))
                    }
                    state.processes[process].pending[call] = .init {
                        continuation.resume(returning: .failure($0))
                    }
                    state.note(process, .sleep, .began, "\(duration)")
                    state.after(duration.microseconds) { state in
                        state.answer(call, of: process) { continuation.resume(returning: .success(())) }
                    }
                }
            }
        } onCancel: { [world, process] in
            world.change { $0.processes[process].pending.removeValue(forKey: call)?.giveUp(Self.cancelled) ?? () }
        }
        try result.get()
    }

    private static let cancelled = PortError(.defect, "waiting", of: "this task", because: "it has been cancelled")
}

/// The folder of local copies: nothing is recovered from it, so nothing is kept, but it fails as a disk does.
public struct SimSpool: Spool {
    let world: SimWorld
    let process: Int

    /// Takes a file, of which no store can make use.
    public func write(country: String, name: String, _ bytes: [UInt8]) async throws(PortError) -> String? {
        try await disk(.spool, name)
        return nil
    }

    /// Takes a file to be moved.
    public func archive(country: String, name: String) async throws(PortError) {
        try await disk(.archive, name)
    }

    private func disk(_ operation: SimOperation, _ name: String) async throws(PortError) {
        try await world.call(process, operation, name) { state throws(PortError) in
            if state.now < state.faults.until, state.random.chance(state.faults.failures) {
                throw PortError(.throttled, "\(operation)", of: name, because: "drawn: the disk is full")
            }
        }
    }
}
