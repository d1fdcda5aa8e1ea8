internal import Pipeline
internal import Synchronization

/// What one process of a world has in its hands.
public struct SimConnection: Sendable {
    /// The process's number in its world.
    let process: Int
    /// The log.
    public let log: SimLog
    /// The store.
    public let store: SimStore
    /// The table.
    public let table: SimTable
    /// Its clock.
    public let clock: SimClock
    /// Its folder of local copies.
    public let spool: SimSpool
}

/// Nothing is going to happen any more, and what was to be done is not done.
public struct SimStandstill: Error, Sendable {}

extension SimWorld {
    /// A new process.
    public func connect(_ name: String) -> SimConnection {
        let process = change { state in
            state.processes.append(.init(name: name))
            state.note(state.processes.count - 1, .process, .began)
            return state.processes.count - 1
        }
        return SimConnection(
            process: process, log: SimLog(world: self, process: process),
            store: SimStore(world: self, process: process, guarantees: change { $0.store.guarantees }),
            table: SimTable(world: self, process: process, maximumBatch: change { $0.table.maximumBatch }),
            clock: SimClock(world: self, process: process), spool: SimSpool(world: self, process: process))
    }

    /// Kills a process: whatever it waits for fails at once, and so does whatever it asks from now on. What it has sent goes on.
    public func kill(_ connection: SimConnection) { change { $0.crash(connection.process) } }

    /// Does `body` as a task of this world and lets time go on until it is done.
    ///
    /// Everything happens on the calling thread before this returns. Throws what `body` throws, or `SimStandstill`.
    public func complete<Answer: Sendable>(_ body: @escaping @Sendable () async throws -> Answer) throws -> Answer {
        let box = Box<Answer>()
        let task = Task(executorPreference: executor) {
            do { box.put(.success(try await body())) } catch { box.put(.failure(error)) }
        }
        while true {
            guard drain() else { throw SimStandstill() }
            if let result = box.result { return try result.get() }
            if !fire() {
                task.cancel()
                throw SimStandstill()
            }
        }
    }

    private final class Box<Answer: Sendable>: Sendable {
        private let held = Mutex<Result<Answer, any Error>?>(nil)

        var result: Result<Answer, any Error>? { held.withLock { $0 } }

        func put(_ result: Result<Answer, any Error>) { held.withLock { $0 = result } }
    }
}
