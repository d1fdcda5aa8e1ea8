internal import Logging
internal import Pipeline
internal import SalesModel

/// How a program of a world came to its end.
enum SimExit: Sendable {
    case done
    case failed(StageError)
}

/// The programs of one seed: starts them with what they need, and says how they came to their ends.
struct SimPrograms {
    enum Role: String, Sendable { case publisher, streamer, loader, reconciler }

    /// A program and the process in which it runs at the moment.
    struct Program {
        let role: Role
        let number: Int
        var process: Int?
        var task: Task<Void, Never>?
        var stop = StopSignal()
        var finish = StopSignal()
        /// It has done all that it is for.
        var isDone = false
        var starts = 0
    }

    let world: SimWorld
    let plan: SimPlan
    let sabotage: Sabotage
    var programs: [Program] = []
    var random: SimRandom

    init(world: SimWorld, plan: SimPlan, sabotage: Sabotage, random: SimRandom) {
        self.world = world
        self.plan = plan
        self.sabotage = sabotage
        self.random = random
        for (role, count) in [
            (Role.publisher, plan.publishers), (.streamer, plan.streamers), (.loader, plan.loaders), (.reconciler, plan.reconcilers),
        ] {
            for number in 0..<count { programs.append(Program(role: role, number: number)) }
        }
    }

    /// Starts program `index` as a new process.
    mutating func start(_ index: Int) {
        let program = programs[index]
        let its = world.connect("\(program.role)-\(program.number).\(program.starts)")
        let process = its.process
        let (stop, finish) = (StopSignal(), StopSignal())
        programs[index].process = process
        programs[index].starts += 1
        programs[index].stop = stop
        programs[index].finish = finish
        let run: @Sendable () async throws(StageError) -> Void
        switch program.role {
        case .publisher: run = publisher(its, stop)
        case .streamer: run = streamer(its, stop, finish)
        case .loader: run = loader(its, stop, finish)
        case .reconciler: run = reconciler(its)
        }
        programs[index].task = Task(executorPreference: world.executor) { [world] in
            let exit: SimExit
            do throws(StageError) {
                try await run()
                exit = .done
            } catch { exit = .failed(error) }
            world.change { $0.end(process, of: index, with: exit) }
        }
    }

    private mutating func retry() -> RetryPolicy {
        RetryPolicy(
            first: .milliseconds(random.within(10...300)), longest: .milliseconds(random.within(300...5_000)),
            givingUpAfter: .milliseconds(random.within(2_000...60_000)))
    }

    private func logger(_ process: Int, _ role: Role) -> Logger {
        guard world.isTraced else { return .silent }
        return Logger(component: role.rawValue, handlers: [SimLogHandler(world: world, process: process)]) { WallTime(seconds: 0) }
    }

    private mutating func publisher(_ its: SimConnection, _ stop: StopSignal) -> @Sendable () async throws(StageError) -> Void {
        var settings = PublishSettings(countries: plan.countries, goal: .upTo(UInt64(plan.goal)))
        settings.ahead = plan.isAhead
        settings.partitions = plan.partitions
        settings.transaction = 1 + random.below(40)
        settings.retry = retry()
        let stage = Publisher(
            log: its.log, factory: SimSaleFactory(interval: plan.interval),
            clock: its.clock, settings: settings, logger: logger(its.process, .publisher), board: Board())
        return { () async throws(StageError) in _ = try await stage.run(stop: stop) }
    }

    private mutating func streamer(
        _ its: SimConnection, _ stop: StopSignal, _ drain: StopSignal
    ) -> @Sendable () async throws(StageError) -> Void {
        var settings = StreamSettings(countries: plan.countries)
        settings.rows = 1 + random.below(12)
        settings.age = .milliseconds(random.within(200...6_000))
        settings.group = SimPlan.group
        if random.chance(3_000) { drain.stop() }
        settings.memory = random.pick([1 << 20, 1 << 20, 600, 4_000]) ?? 1 << 20
        settings.sessionTimeout = .milliseconds(random.within(2_000...10_000))
        settings.retry = retry()
        settings.sabotage = sabotage
        let stage = Streamer(
            log: its.log, store: its.store, spool: its.spool,
            clock: its.clock, settings: settings, logger: logger(its.process, .streamer), board: Board())
        return { () async throws(StageError) in _ = try await stage.run(stop: stop, drain: drain) }
    }

    /// Reconciles while the others are at work: what is on its way is no difference.
    private mutating func reconciler(_ its: SimConnection) -> @Sendable () async throws(StageError) -> Void {
        var settings = ReconcileSettings(countries: plan.countries)
        settings.group = SimPlan.group
        settings.tableCheck = random.pick(ReconcileSettings.TableCheck.allCases) ?? .keys
        let stage = Reconciler(log: its.log, store: its.store, table: its.table, settings: settings)
        return { () async throws(StageError) in
            for (_, report) in try await stage.run().sorted(by: { $0.key < $1.key }) {
                for problem in report.problems where !problem.hasSuffix("reconcile again") {
                    throw .contradiction("reconciling beside the others finds: \(problem)", mend: "")
                }
            }
        }
    }

    private mutating func loader(
        _ its: SimConnection, _ stop: StopSignal, _ finish: StopSignal
    ) -> @Sendable () async throws(StageError) -> Void {
        var settings = LoadSettings(countries: plan.countries)
        settings.concurrency = 1 + random.below(4)
        settings.interval = .milliseconds(random.within(100...2_000))
        settings.onConflict = random.pick(ConflictPolicy.allCases) ?? .keep
        settings.keptFileSize = random.pick([16 << 20, 120]) ?? 120
        settings.retry = retry()
        settings.sabotage = sabotage
        if random.chance(3_000) { finish.stop() }
        let stage = Loader(
            store: its.store, table: its.table, clock: its.clock,
            settings: settings, logger: logger(its.process, .loader), board: Board())
        return { () async throws(StageError) in _ = try await stage.run(stop: stop, finish: finish) }
    }
}

extension SimState {
    /// A program has returned or thrown.
    mutating func end(_ process: Int, of program: Int, with exit: SimExit) {
        let wasKilled = !processes[process].isAlive
        processes[process].isAlive = false
        switch exit {
        case .done: note(process, .process, .ended)
        case .failed(let error):
            note(process, .process, .ended, "\(error)")
            if !wasKilled, let complaint = Self.complaint(error) { violate("\(processes[process].name) gives up: \(complaint)") }
        }
        ended.append((program, exit))
    }

    /// What is no proper end of a program, whatever the faults; nil for what a restart may mend.
    private static func complaint(_ error: StageError) -> String? {
        switch error {
        case .fenced: nil
        case .port(let error) where error.isRetriable || error.kind == .fenced: nil
        default: "\(error)"
        }
    }
}

/// Writes what a stage logs into the trace.
struct SimLogHandler: LogHandler {
    let world: SimWorld
    let process: Int
    let level = Logger.Level.debug

    func write(_ record: LogRecord) {
        let more = record.metadata.pairs.map { " \($0.key)=\($0.value)" }.joined()
        world.change { state in
            state.trace.line(state.now, state.name(process), "   \(record.level): \(record.message)\(more)")
        }
    }
}
