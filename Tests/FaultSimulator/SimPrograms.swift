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
    enum Role: String, Sendable { case publisher, streamer, loader }

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
        for (role, count) in [(Role.publisher, plan.publishers), (.streamer, plan.streamers), (.loader, plan.loaders)] {
            for number in 0..<count { programs.append(Program(role: role, number: number)) }
        }
    }

    /// Starts program `index` as a new process.
    mutating func start(_ index: Int) {
        let program = programs[index]
        let name = "\(program.role)-\(program.number).\(program.starts)"
        let process = world.change { state in
            state.processes.append(.init(name: name))
            let process = state.processes.count - 1
            state.note(process, .process, .began)
            return process
        }
        let (stop, finish) = (StopSignal(), StopSignal())
        programs[index].process = process
        programs[index].starts += 1
        programs[index].stop = stop
        programs[index].finish = finish
        let run: @Sendable () async throws(StageError) -> Void
        switch program.role {
        case .publisher: run = publisher(process, stop)
        case .streamer: run = streamer(process, stop, finish)
        case .loader: run = loader(process, stop, finish)
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

    private mutating func publisher(_ process: Int, _ stop: StopSignal) -> @Sendable () async throws(StageError) -> Void {
        var settings = PublishSettings(countries: plan.countries, goal: .upTo(UInt64(plan.goal)))
        settings.ahead = plan.isAhead
        settings.partitions = plan.partitions
        settings.transaction = 1 + random.below(40)
        settings.retry = retry()
        let stage = Publisher(
            log: SimLog(world: world, process: process), factory: SimSaleFactory(interval: plan.interval),
            clock: SimClock(world: world, process: process), settings: settings, logger: logger(process, .publisher), board: Board())
        return { () async throws(StageError) in _ = try await stage.run(stop: stop) }
    }

    private mutating func streamer(
        _ process: Int, _ stop: StopSignal, _ drain: StopSignal
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
            log: SimLog(world: world, process: process), store: world.store(of: process), spool: SimSpool(world: world, process: process),
            clock: SimClock(world: world, process: process), settings: settings, logger: logger(process, .streamer), board: Board())
        return { () async throws(StageError) in _ = try await stage.run(stop: stop, drain: drain) }
    }

    private mutating func loader(
        _ process: Int, _ stop: StopSignal, _ finish: StopSignal
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
            store: world.store(of: process), table: world.table(of: process), clock: SimClock(world: world, process: process),
            settings: settings, logger: logger(process, .loader), board: Board())
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
