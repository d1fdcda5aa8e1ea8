internal import Foundation
internal import Synchronization

/// A publisher, streamers and loaders on the same places, each a process of its own that is started again whenever it leaves, and somebody
/// who strikes them at moments drawn from a seed.
package final class Fleet: Sendable {
    /// One of the programs.
    package struct Member: Sendable {
        package enum Kind: Sendable {
            case publisher
            case streamer
            case loader
        }

        let kind: Kind
        let name: String
        let arguments: [String]
        /// Milliseconds before a blow.
        let pause: ClosedRange<Int>
        /// How long it is put to sleep, in milliseconds.
        let nap: ClosedRange<Int>

        /// It publishes up to goal after goal: `--upto` is added. It is done with each in a moment, unlike the others.
        package static func publisher(_ arguments: [String] = [], pause: ClosedRange<Int> = 0...120) -> Member {
            Member(kind: .publisher, name: "publisher", arguments: ["publish"] + arguments, pause: pause, nap: 500...4000)
        }

        /// It is put to sleep past the ten seconds of its session.
        package static func streamer(_ number: Int, _ arguments: [String] = []) -> Member {
            Member(
                kind: .streamer, name: "streamer \(number)", arguments: ["stream", "--rows", "50", "--seconds", "1s"] + arguments,
                pause: 0...1400, nap: 10_500...13_000)
        }

        /// It sleeps while somebody else does its work.
        package static func loader(_ number: Int) -> Member {
            Member(kind: .loader, name: "loader \(number)", arguments: ["load", "--watch"], pause: 0...1400, nap: 500...4000)
        }
    }

    /// What the programs work on, which may be struck too.
    package protocol Ground: Sendable {
        /// Strikes something, unless too much lies in ruins; what was struck.
        func strike(_ chance: inout Chance) async throws -> String?
        /// Waits until all stands again.
        func settle() async throws
    }

    /// What a battle came to.
    package struct Report: Sendable {
        /// Sales a country that were asked for.
        package var goal = 0
        /// Files that landed while it was fought.
        package var files = 0
        /// Kills of each.
        package var kills: [String: Int] = [:]
        package var terminations = 0
        package var naps = 0
        package var restarts = 0
        /// How often somebody left because something could not be reached or took too long.
        package var retreats = 0
        package var problems: [String] = []

        /// All of it in a line.
        package var summary: String {
            let killed = kills.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            return "\(kills.values.reduce(0, +)) kills (\(killed)), \(terminations) terminations, \(naps) naps, \(restarts) restarts, "
                + "\(retreats) retreats, \(files) files meanwhile"
        }
    }

    private struct State {
        var running: [String: RunningProgram] = [:]
        var report = Report()
        var isOver = false
    }

    /// Sales a country that the publisher's goal grows by with each blow.
    private static let step = 400
    /// For so long no file may come before a streamer is struck nevertheless: longer than a session and a broker's absence.
    private static let patience = Duration.seconds(20)

    private let sales: Sales
    private let members: [Member]
    private let environment: [String: String]
    private let ground: (any Ground)?
    private let seed: UInt64
    private let state = Mutex(State())

    /// - Parameters:
    ///   - members: one publisher, and others.
    ///   - ground: struck about as often as each member. Where there is one, members may leave with 69 or 75.
    package init(_ sales: Sales, _ members: [Member], environment: [String: String] = [:], on ground: (any Ground)? = nil, seed: UInt64) {
        self.sales = sales
        self.members = members
        self.environment = environment
        self.ground = ground
        self.seed = seed
    }

    /// Strikes until so many have been killed, then lets the publisher finish and stops the others.
    package func battle(kills: Int) async throws -> Report {
        let (goals, next) = AsyncStream<Int>.makeStream()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for member in self.members {
                if member.kind == .publisher {
                    group.addTask { try await self.publishing(member, goals) }
                } else {
                    group.addTask { try await self.keeping(member) }
                }
            }
            group.addTask { try await self.strike(kills: kills, next) }
            try await group.waitForAll()
            return self.state.withLock { $0.report }
        }
    }

    // MARK: Who is kept alive

    /// Publishes up to one goal after the other, again and again until it is reached.
    private func publishing(_ member: Member, _ goals: AsyncStream<Int>) async throws {
        for await goal in goals {
            while try await lived(member, ["--upto", "\(goal)"]) != .exit(0) {}
        }
        // All is published: the others may go.
        for program in state.withLock({ state in
            state.isOver = true
            return state.running.values
        }) { program.send(SIGTERM) }
    }

    private func keeping(_ member: Member) async throws {
        while !state.withLock({ $0.isOver }) { _ = try await lived(member) }
    }

    /// Starts a program and sees how it ends.
    private func lived(_ member: Member, _ more: [String] = []) async throws -> Ending {
        let program = try state.withLock { state in
            let program = try sales.start(member.arguments + more, environment: environment)
            state.running[member.name] = program
            state.report.restarts += 1
            return program
        }
        // Where all was over while it started, the signal for all came too early for it.
        if member.kind != .publisher, state.withLock({ $0.isOver }) { program.send(SIGTERM) }
        let ending = await program.ending()
        state.withLock { state in
            state.running[member.name] = nil
            switch ending {
            case .exit(0) where member.kind == .publisher, .exit(143), .signal(SIGKILL), .signal(SIGTERM): break
            case .exit(69) where ground != nil, .exit(75) where ground != nil: state.report.retreats += 1
            default: state.report.problems.append("\(member.name) left with \(ending): \(program.standardError.suffix(2000))")
            }
        }
        return ending
    }

    // MARK: Who is struck

    private func strike(kills: Int, _ goals: AsyncStream<Int>.Continuation) async throws {
        var chance = Chance(seed: seed)
        var goal = 0
        // At the last blow at a streamer.
        var files = 0
        var asleep: [(program: RunningProgram, until: ContinuousClock.Instant)] = []
        func wake() {
            for (program, until) in asleep where until <= .now { program.send(SIGCONT) }
            asleep.removeAll { $0.until <= .now }
        }
        while state.withLock({ $0.report.kills.values.reduce(0, +) }) < kills {
            goal += Self.step
            goals.yield(goal)
            let place = Int.random(in: 0..<members.count + (ground == nil ? 0 : 1), using: &chance)
            let kind = Int.random(in: 0..<100, using: &chance)
            let member = members.indices.contains(place) ? members[place] : nil
            try await Task.sleep(for: .milliseconds(Int.random(in: member?.pause ?? 0...1400, using: &chance)))
            wake()
            if member?.kind == .streamer {
                // They are to be struck at work: one that is killed again before the group has forgotten it has done none.
                await eventually(within: Self.patience) {
                    wake()
                    return sales.landedFiles > files
                }
                files = sales.landedFiles
            }
            guard let member else {
                if let struck = try await ground?.strike(&chance) { state.withLock { $0.report.kills[struck, default: 0] += 1 } }
                continue
            }
            guard let program = state.withLock({ $0.running[member.name] }) else { continue }
            switch kind {
            case 0..<80:
                if program.send(SIGKILL) { state.withLock { $0.report.kills[member.name, default: 0] += 1 } }
            case 80..<88:
                if program.send(SIGTERM) { state.withLock { $0.report.terminations += 1 } }
            default:
                guard program.send(SIGSTOP) else { continue }
                state.withLock { $0.report.naps += 1 }
                asleep.append((program, .now + .milliseconds(Int.random(in: member.nap, using: &chance))))
            }
        }
        for (program, _) in asleep { program.send(SIGCONT) }
        try await ground?.settle()
        let landed = sales.landedFiles
        state.withLock { state in
            state.report.goal = goal
            state.report.files = landed
        }
        goals.finish()
    }
}
