internal import Pipeline
internal import SalesModel

/// One seed from its first event to the verdict.
struct SimScenario {
    /// Loaders are stopped last: what the others send at their end is to be loaded too.
    private enum Phase { case running, stoppingWriters, stoppingLoaders, over }

    /// After the last fault, a world that has not come to rest in this time never will.
    private static let patience: Int64 = 900_000_000
    /// A stop takes no longer.
    private static let stopWithin: Int64 = 90_000_000

    private let world: SimWorld
    private let plan: SimPlan
    private var programs: SimPrograms
    private var phase = Phase.running
    private var nextLook: Int64 = 0
    private var stopBy: Int64 = 0
    /// Programs whose process was killed; they must be gone when it is looked next.
    private var unwinding: [Int] = []

    init(seed: UInt64, sabotage: Sabotage, isTraced: Bool) {
        var random = SimRandom(seed: seed &* 0x2545_F491_4F6C_DD1D &+ 1)
        let plan = SimPlan(&random)
        world = SimWorld(seed: random.next(), faults: plan.faults, traced: isTraced)
        self.plan = plan
        programs = SimPrograms(world: world, plan: plan, sabotage: sabotage, random: SimRandom(seed: random.next()))
        world.change { state in
            state.audit = SimAudit(countries: plan.countries, goal: plan.goal, group: SimPlan.group)
            plan.furnish(&state)
            state.planPauses()
            state.planStops()
        }
    }

    /// Runs until everything is at rest and every program has left, and says what is wrong then.
    mutating func run() -> SimReport {
        let starts = programs.programs.indices.map { ($0, Int64(programs.random.below(3_000_000))) }
        world.change { state in
            for (program, delay) in starts { state.after(delay) { $0.starts.append(program) } }
        }
        var complaint: String?
        while complaint == nil {
            guard world.drain() else {
                complaint = "a task goes on for ever without waiting for anything"
                break
            }
            attend()
            if phase == .over { break }
            if !world.fire() {
                // A program that was started just now, when nothing else was under way, has still to make its first request.
                if !world.executor.isIdle { continue }
                if phase == .stoppingLoaders, programs.programs.allSatisfy({ $0.process == nil }) { break }
                complaint = "nothing is going to happen any more, and not all programs have left"
            }
        }
        let isSound = world.change { [complaint] state in
            if let complaint { state.violate(complaint) }
            if state.audit?.violations.isEmpty ?? true { state.auditRest() }
            return state.audit?.violations.isEmpty ?? true
        }
        if isSound { reconcile() }
        return world.change { state in
            SimReport(
                violations: state.audit?.violations ?? [], checksum: state.trace.checksum, events: state.trace.events,
                seconds: Int(state.now / 1_000_000), files: state.audit?.contents.count ?? 0, rows: state.table.rows.count,
                processes: state.processes.count, trace: state.trace.lines)
        }
    }

    /// The pipeline's own check must come to the same verdict.
    private func reconcile() {
        let its = world.connect("reconciler")
        var settings = ReconcileSettings(countries: plan.countries)
        settings.group = SimPlan.group
        settings.drained = true
        settings.tableCheck = plan.goal % 2 == 0 ? .scan : .keys
        let reconciler = Reconciler(log: its.log, store: its.store, table: its.table, settings: settings)
        do {
            let reports = try world.complete { try await reconciler.run() }
            for (country, report) in reports.sorted(by: { $0.key < $1.key }) {
                for problem in report.problems { violate("reconciling \(country) finds what is not so: \(problem)") }
            }
        } catch {
            violate("reconciling fails: \(error)")
        }
    }

    /// Between two events: starts and ends programs, and looks whether all is done.
    private mutating func attend() {
        let news = world.change { state in state.takeNews() }
        for (program, exit) in news.ended { ended(program, exit) }
        for program in unwinding where programs.programs[program].process != nil {
            violate("a \(programs.programs[program].role) was killed and does not end")
        }
        unwinding = []
        for process in news.dead {
            guard let program = programs.programs.firstIndex(where: { $0.process == process }) else { continue }
            programs.programs[program].task?.cancel()
            unwinding.append(program)
        }
        for program in news.starts where phase == .running || phase == .stoppingWriters && programs.programs[program].role == .loader {
            programs.start(program)
        }
        for (choice, how) in news.stops where phase == .running { stopOne(choice, finishing: how) }
        if news.now >= nextLook || news.hasViolation { look(news.now, news.hasViolation) }
    }

    private mutating func ended(_ program: Int, _ exit: SimExit) {
        let wasStopped = programs.programs[program].stop.isStopping
        programs.programs[program].process = nil
        programs.programs[program].task = nil
        guard phase == .running || phase == .stoppingWriters && programs.programs[program].role == .loader else { return }
        if programs.programs[program].role == .publisher, case .done = exit, !wasStopped {
            programs.programs[program].isDone = true
            return
        }
        let isObserver = programs.programs[program].role == .reconciler
        let delay = Int64(programs.random.below(4_000_000)) + (isObserver ? 15_000_000 : 0)
        world.change { state in state.after(delay) { $0.starts.append(program) } }
    }

    /// Asks one of the programs to finish, as an operator or a deployment does.
    private func stopOne(_ choice: Int, finishing: Bool) {
        let running = programs.programs.filter { $0.process != nil }
        guard !running.isEmpty else { return }
        let program = running[choice % running.count]
        world.change { state in
            if let process = program.process { state.note(process, .process, .changed, "is asked to finish") }
        }
        if finishing, program.role != .publisher { program.finish.stop() } else { program.stop.stop() }
    }

    private mutating func look(_ now: Int64, _ hasViolation: Bool) {
        nextLook = now + 250_000
        if hasViolation {
            phase = .over
            return
        }
        switch phase {
        case .running:
            guard now > plan.faults.until else { return }
            let unrest =
                programs.programs.contains { $0.role == .publisher && !$0.isDone }
                ? "a publisher has not reached its goal" : world.change { $0.unrest() }
            if let unrest {
                if now > plan.faults.until + Self.patience { violate("does not come to rest: \(unrest)") }
                return
            }
            phase = .stoppingWriters
            stopBy = now + Self.stopWithin
            for program in programs.programs where program.role != .loader { program.stop.stop() }
        case .stoppingWriters:
            guard !isLate(now, { $0 != .loader }), world.change({ $0.unrest() }) == nil else { return }
            phase = .stoppingLoaders
            stopBy = now + Self.stopWithin
            for program in programs.programs { program.stop.stop() }
        case .stoppingLoaders:
            if !isLate(now, { _ in true }) { phase = .over }
        case .over: break
        }
    }

    /// Whether a program of these roles is still there.
    private func isLate(_ now: Int64, _ roles: (SimPrograms.Role) -> Bool) -> Bool {
        guard let late = programs.programs.first(where: { $0.process != nil && roles($0.role) }) else { return false }
        if now > stopBy { violate("\(late.role)-\(late.number) does not stop when it is asked to") }
        return true
    }

    private func violate(_ what: String) { world.change { $0.violate(what) } }
}

extension SimState {
    /// What has happened to programs since the last look.
    struct News: Sendable {
        var now: Int64
        var hasViolation: Bool
        var ended: [(program: Int, exit: SimExit)]
        var dead: [Int]
        var starts: [Int]
        var stops: [(choice: Int, finishing: Bool)]
    }

    mutating func takeNews() -> News {
        defer {
            ended = []
            dead = []
            starts = []
            stops = []
        }
        return News(now: now, hasViolation: audit?.violations.isEmpty == false, ended: ended, dead: dead, starts: starts, stops: stops)
    }

    /// From time to time some process does not run for a while, or finds its wall clock set.
    mutating func planPauses() {
        guard faults.pauseEvery > 0 else { return }
        after(random.within(1...2 * faults.pauseEvery)) { state in
            guard state.now < state.faults.until else { return }
            let alive = state.processes.indices.filter { state.processes[$0].isAlive }
            if let process = state.random.pick(alive) {
                if state.random.chance(2_000) { state.processes[process].skew = state.random.within(-3_000...3_000) }
                state.pause(process, for: state.random.within(100_000...state.faults.longestPause))
            }
            state.planPauses()
        }
    }

    /// From time to time some program is asked to finish.
    mutating func planStops() {
        guard faults.stopEvery > 0 else { return }
        after(random.within(1...2 * faults.stopEvery)) { state in
            guard state.now < state.faults.until else { return }
            state.stops.append((state.random.below(1000), state.random.chance(5_000)))
            state.planStops()
        }
    }
}
