import Synchronization

/// Where one country, or whatever a row stands for, has got to.
public struct ProgressRow: Sendable, Equatable {
    /// The row's name, such as `US`. Names are unique in a display.
    public let name: String
    /// How many are done since the work began; rates are reckoned from it.
    public let done: Int
    /// How many there will be, if that is known.
    public let goal: Int?
    /// How many wait at the source, if that is known.
    public let lag: Int?

    /// A row.
    public init(name: String, done: Int, goal: Int? = nil, lag: Int? = nil) {
        self.name = name
        self.done = done
        self.goal = goal
        self.lag = lag
    }
}

/// Shows long work: a block that is redrawn on a terminal, a log line every ten seconds elsewhere.
///
/// Thread-safe. Call ``update(_:)`` as often as is convenient: it draws ten times a second at most. It draws only when
/// it is called, so that a source that may be idle for long calls it about once a second.
public final class ProgressDisplay: Sendable {
    /// What is shown.
    public enum Mode: Sendable {
        /// A block on a terminal, log lines elsewhere.
        case automatic
        /// Log lines, on a terminal too.
        case lines
        /// Nothing (`-q`).
        case none
    }

    private struct State {
        var rows: [ProgressRow] = []
        var meters: [String: RateMeter] = [:]
        var drawn: Duration?
        var logged: Duration
        var finished = false
    }

    private let title: String
    private let unit: String
    private let drawsBlock: Bool
    private let logsLines: Bool
    private let console: Console
    private let logger: Logger
    private let clock: @Sendable () -> Duration
    private let began: Duration
    private let state: Mutex<State>

    /// A display for a piece of work that begins now.
    ///
    /// - Parameters:
    ///   - title: what is being done: `publish`.
    ///   - unit: what is counted, in the plural: `sales`.
    ///   - clock: time since some moment, never backwards; a test gives its own.
    public init(
        title: String, unit: String, mode: Mode = .automatic, console: Console, logger: Logger,
        clock: @escaping @Sendable () -> Duration = ProgressDisplay.uptime
    ) {
        self.title = title
        self.unit = unit
        self.console = console
        self.logger = logger
        self.clock = clock
        switch mode {
        case .automatic: (drawsBlock, logsLines) = (console.isTerminal, !console.isTerminal)
        case .lines: (drawsBlock, logsLines) = (false, true)
        case .none: (drawsBlock, logsLines) = (false, false)
        }
        began = clock()
        state = Mutex(State(logged: began))
    }

    /// Time since the program first asked for it, from the clock that goes on while the machine sleeps.
    public static func uptime() -> Duration { ContinuousClock.now - origin }
    private static let origin = ContinuousClock.now

    /// Takes the present state of all rows, in the order in which they are shown.
    public func update(_ rows: [ProgressRow]) {
        let now = clock()
        state.withLock { state in
            guard !state.finished else { return }
            state.rows = rows
            for row in rows { state.meters[row.name, default: RateMeter(began: began)].take(row.done, at: now) }
            if drawsBlock, state.drawn.map({ now - $0 >= .milliseconds(100) }) ?? true {
                state.drawn = now
                console.draw(lines(state, now, final: false))
            }
            if logsLines, now - state.logged >= .seconds(10) {
                state.logged = now
                log(state, now)
            }
        }
    }

    /// Shows the end: the block stays on the screen with mean rates, elsewhere a last line is logged. Once is enough.
    public func finish() {
        let now = clock()
        state.withLock { state in
            guard !state.finished else { return }
            state.finished = true
            if drawsBlock, !state.rows.isEmpty {
                console.draw(lines(state, now, final: true))
                console.keepBlock()
            }
            if logsLines, !state.rows.isEmpty { log(state, now) }
        }
    }

    private func lines(_ state: State, _ now: Duration, final: Bool) -> [String] {
        let rows = state.rows.map { row in
            let meter = state.meters[row.name]
            return ProgressBlock.Row(row: row, rate: final ? meter?.mean(at: now) : meter?.rate)
        }
        return ProgressBlock(title: title, unit: unit, rows: rows, elapsed: now - began).lines(console.size)
    }

    private func log(_ state: State, _ now: Duration) {
        let rates = state.rows.compactMap { state.meters[$0.name]?.mean(at: now) }
        var metadata: Logger.Metadata = [
            "done": .integer(state.rows.reduce(0) { $0 + $1.done }),
            "perSecond": .integer(Int(rates.reduce(0, +).rounded())),
            "seconds": .integer(Int((now - began).components.seconds)),
        ]
        let lags = state.rows.compactMap(\.lag)
        if !lags.isEmpty { metadata["lag"] = .integer(lags.reduce(0, +)) }
        let left = state.rows.compactMap { row in row.goal.map { max(0, $0 - row.done) } }
        if !left.isEmpty { metadata["left"] = .integer(left.reduce(0, +)) }
        for row in state.rows.prefix(16) { metadata[row.name] = .integer(row.done) }
        logger.info("\(unit) so far", metadata: metadata)
    }
}
