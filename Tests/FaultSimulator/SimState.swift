internal import Pipeline

/// All of a world at one moment. One lock guards it; one thread changes it.
struct SimState: Sendable {
    /// A request that is not answered yet.
    struct Pending: Sendable {
        /// Answers with an error at once.
        let giveUp: @Sendable (PortError) -> Void
    }

    /// A request that waits for something to happen.
    struct Waiter: Sendable {
        let call: Int
        let process: Int
        /// Tries to answer; false while there is nothing to answer yet.
        let attempt: @Sendable (inout SimState) -> Bool
    }

    /// A program that runs in this world.
    struct Process: Sendable {
        let name: String
        var isAlive = true
        var pausedAt: Int64 = 0
        var pausedUntil: Int64 = 0
        /// How far its wall clock is off, milliseconds.
        var skew: Int64 = 0
        var pending: [Int: Pending] = [:]
    }

    let isTraced: Bool
    var now: Int64 = 0
    var timeline = SimTimeline()
    var random: SimRandom
    var faults: SimFaults
    var trace: SimTrace
    var processes: [Process] = []
    var waiters: [Waiter] = []
    /// Something has changed that a waiter may wait for.
    var isStirred = false
    /// Changes that were asked for and have not come yet, although their sender may be no more.
    var effectsUnderWay = 0
    /// Processes that have died since the last look.
    var dead: [Int] = []
    /// Programs that have ended since the last look, and those that are to be started or asked to finish.
    var ended: [(program: Int, exit: SimExit)] = []
    var starts: [Int] = []
    var stops: [(choice: Int, finishing: Bool)] = []
    var log = SimLogState()
    var store = SimStoreState()
    var table = SimTableState()
    var audit: SimAudit?
    private var calls = 0

    init(random: SimRandom, faults: SimFaults, isTraced: Bool) {
        self.random = random
        self.faults = faults
        self.isTraced = isTraced
        trace = SimTrace(isKept: isTraced)
    }

    mutating func newCall() -> Int {
        calls += 1
        return calls
    }

    /// Does `action` after `delay` microseconds.
    mutating func after(_ delay: Int64, _ action: @escaping SimTimeline.Action) { timeline.add(at: now + max(0, delay), action) }

    mutating func note(_ process: Int, _ operation: SimOperation, _ mark: SimMark, _ text: @autoclosure () -> String = "") {
        trace.add(now, process, operation, mark)
        guard isTraced else { return }
        let told = text()
        trace.line(now, name(process), "\(operation)\(told.isEmpty ? "" : " " + told)\(mark == .answered ? "" : "  [\(mark)]")")
    }

    func name(_ process: Int) -> String { processes.indices.contains(process) ? processes[process].name : "world" }

    // MARK: Processes

    func isPaused(_ process: Int) -> Bool { processes[process].pausedUntil > now }

    /// The process is gone at once: whatever it waits for is answered with an error, and so is whatever it asks from now on.
    mutating func crash(_ process: Int) {
        guard processes[process].isAlive else { return }
        processes[process].isAlive = false
        note(process, .process, .crashed)
        let pending = processes[process].pending.sorted { $0.key < $1.key }
        processes[process].pending = [:]
        waiters.removeAll { $0.process == process }
        for (_, call) in pending { call.giveUp(.gone) }
        dead.append(process)
    }

    /// The process does not run for `duration`; what it has sent goes on.
    mutating func pause(_ process: Int, for duration: Int64) {
        guard processes[process].isAlive, !isPaused(process) else { return }
        processes[process].pausedAt = now
        processes[process].pausedUntil = now + duration
        note(process, .process, .paused)
        after(duration) { state in
            guard state.processes[process].isAlive else { return }
            state.note(process, .process, .woke)
            state.isStirred = true
        }
    }

    // MARK: Answers

    /// Answers call `call` of `process` as soon as it runs; nothing where it has been answered or the process is gone.
    mutating func answer(_ call: Int, of process: Int, with resume: @escaping @Sendable () -> Void) {
        guard processes[process].pending[call] != nil else { return }
        if isPaused(process) {
            timeline.add(at: processes[process].pausedUntil) { $0.answer(call, of: process, with: resume) }
        } else {
            processes[process].pending[call] = nil
            resume()
        }
    }

    /// Lets everyone who waits look again.
    mutating func wakeWaiters() {
        while isStirred {
            isStirred = false
            for waiter in waiters where !isPaused(waiter.process) && waiter.attempt(&self) {
                waiters.removeAll { $0.call == waiter.call }
            }
        }
    }
}

extension PortError {
    /// What a process gets that is no more.
    static let gone = PortError(.defect, "running", of: "this process", because: "it has been killed")
}
