internal import Foundation
internal import ProgramSupport
internal import Synchronization

/// A publisher, two streamers and two loaders on one data folder, each a process of its own that is started again whenever it leaves,
/// and somebody who strikes them at moments drawn from a seed.
final class Fleet: Sendable {
    enum Role: String, CaseIterable, Sendable {
        case publisher
        case streamer1 = "streamer 1"
        case streamer2 = "streamer 2"
        case loader1 = "loader 1"
        case loader2 = "loader 2"

        var isStreamer: Bool { self == .streamer1 || self == .streamer2 }
    }

    /// What a battle came to.
    struct Report: Sendable {
        var goal = 0
        var kills: [Role: Int] = [:]
        var terminations = 0
        var naps = 0
        var restarts = 0
        var problems: [String] = []

        var summary: String {
            let killed = Role.allCases.map { "\($0.rawValue) \(kills[$0] ?? 0)" }.joined(separator: ", ")
            return "\(kills.values.reduce(0, +)) kills (\(killed)), \(terminations) terminations, \(naps) naps, \(restarts) restarts"
        }
    }

    private struct State {
        var running: [Role: RunningProgram] = [:]
        var report = Report()
        var isOver = false
    }

    /// Sales a country that the publisher's goal grows by with each blow.
    private static let step = 400
    /// How long the struck are put to sleep, in milliseconds: a streamer past the ten seconds of its session, others while somebody
    /// else does their work.
    private static func nap(_ role: Role) -> ClosedRange<Int> { role.isStreamer ? 10_500...13_000 : 500...4000 }

    private let sales: Sales
    private let seed: UInt64
    private let state = Mutex(State())

    init(_ sales: Sales, seed: UInt64) {
        self.sales = sales
        self.seed = seed
    }

    /// Strikes until so many have been killed, then lets the publisher finish and stops the others.
    func battle(kills: Int) async throws -> Report {
        let (goals, next) = AsyncStream<Int>.makeStream()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.publishing(goals) }
            for role in [Role.streamer1, .streamer2] {
                group.addTask { try await self.keeping(role, ["stream", "--rows", "50", "--seconds", "1s"]) }
            }
            for role in [Role.loader1, .loader2] { group.addTask { try await self.keeping(role, ["load", "--watch"]) } }
            group.addTask { try await self.strike(kills: kills, next) }
            try await group.waitForAll()
            return self.state.withLock { $0.report }
        }
    }

    // MARK: Who is kept alive

    /// Publishes up to one goal after the other, again and again until it is reached.
    private func publishing(_ goals: AsyncStream<Int>) async throws {
        for await goal in goals {
            while try await lived(.publisher, ["publish", "--upto", "\(goal)", "--partitions", "2"]) != .exit(0) {}
        }
        // All is published: the others may go.
        for program in state.withLock({ state in
            state.isOver = true
            return state.running.values
        }) { program.send(SIGTERM) }
    }

    private func keeping(_ role: Role, _ arguments: [String]) async throws {
        while !state.withLock({ $0.isOver }) { _ = try await lived(role, arguments) }
    }

    /// Starts a program and sees how it ends.
    private func lived(_ role: Role, _ arguments: [String]) async throws -> Ending {
        let program = try state.withLock { state in
            let program = try sales.start(arguments)
            state.running[role] = program
            state.report.restarts += 1
            return program
        }
        // Where all was over while it started, the signal for all came too early for it.
        if role != .publisher, state.withLock({ $0.isOver }) { program.send(SIGTERM) }
        let ending = await program.ending()
        state.withLock { state in
            state.running[role] = nil
            switch ending {
            case .exit(0) where role == .publisher, .exit(143), .signal(SIGKILL), .signal(SIGTERM): break
            default: state.report.problems.append("\(role.rawValue) left with \(ending): \(program.standardError.suffix(2000))")
            }
        }
        return ending
    }

    // MARK: Who is struck

    private func strike(kills: Int, _ goals: AsyncStream<Int>.Continuation) async throws {
        var chance = Chance(seed: seed)
        var goal = 0
        var asleep: [(program: RunningProgram, until: ContinuousClock.Instant)] = []
        while state.withLock({ $0.report.kills.values.reduce(0, +) }) < kills {
            goal += Self.step
            goals.yield(goal)
            let role = Role.allCases.randomElement(using: &chance) ?? .publisher
            let kind = Int.random(in: 0..<100, using: &chance)
            // A publisher is done with its part in a moment; the others always have something to do.
            let pause = role == .publisher ? Int.random(in: 0...120, using: &chance) : Int.random(in: 0...1400, using: &chance)
            try await Task.sleep(for: .milliseconds(pause))
            for (program, until) in asleep where until <= .now { program.send(SIGCONT) }
            asleep.removeAll { $0.until <= .now }
            guard let program = state.withLock({ $0.running[role] }) else { continue }
            switch kind {
            case 0..<80:
                if program.send(SIGKILL) { state.withLock { $0.report.kills[role, default: 0] += 1 } }
            case 80..<88:
                if program.send(SIGTERM) { state.withLock { $0.report.terminations += 1 } }
            default:
                guard program.send(SIGSTOP) else { continue }
                state.withLock { $0.report.naps += 1 }
                asleep.append((program, .now + .milliseconds(Int.random(in: Self.nap(role), using: &chance))))
            }
        }
        for (program, _) in asleep { program.send(SIGCONT) }
        state.withLock { $0.report.goal = goal }
        goals.finish()
    }
}
