internal import Foundation
internal import KafkaCluster
internal import ProgramSupport
internal import Synchronization
internal import Testing

/// A publisher and streamers at work while something happens to the brokers between them.
///
/// A program that leaves because something could not be reached or took too long (69, 75) is called again, as whoever keeps it running would.
final class Play: Sendable {
    let live: LivePipeline
    private let publishing: [String]
    private let streaming: [String]

    /// - Parameters:
    ///   - streaming: what `sales stream` gets besides, for each streamer.
    init(_ live: LivePipeline, rate: Int = 200, streaming: [String] = []) {
        self.live = live
        publishing = ["publish", "--continuous", "--rate", "\(rate)", "-q"]
        self.streaming = ["stream", "--rows", "100", "--seconds", "1s", "-q"] + streaming
    }

    private struct State {
        var running: [Int: RunningProgram] = [:]
        var left: [String] = []
        var isOver = false
    }
    private let state = Mutex(State())

    /// What the programs left with that had to be called again.
    var left: [String] { state.withLock { $0.left } }

    /// Plays: once files come, something happens; when files have come again after it, all are stopped.
    ///
    /// - Parameter happens: returns when what it did is mended, or is not to be.
    func perform(streamers: Int = 1, _ happens: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for role in 0...streamers { group.addTask { try await self.keep(role) } }
            group.addTask {
                do {
                    try await self.live.awaitFiles(3, "before anything happened")
                    try await happens()
                    try await self.live.awaitFiles(10, "after it happened")
                } catch {
                    self.end()
                    throw error
                }
                self.end()
            }
            try await group.waitForAll()
        }
    }

    private func keep(_ role: Int) async throws {
        while !state.withLock({ $0.isOver }) {
            let program = try live.start(role == 0 ? publishing : streaming)
            state.withLock { $0.running[role] = program }
            // Where it was over while it started, the signal for all came too early for it.
            if state.withLock({ $0.isOver }) { program.send(SIGTERM) }
            let ending = await program.ending(within: .seconds(400))
            if ending == .exit(143) { continue }
            state.withLock { $0.left.append("\(role == 0 ? "publisher" : "streamer"): \(ending) \(program.standardError.suffix(600))") }
            guard [.exit(69), .exit(75)].contains(ending) else {
                Issue.record("\(role == 0 ? "the publisher" : "a streamer") left with \(ending): \(program.standardError)")
                return
            }
        }
    }

    private func end() {
        let running = state.withLock { state in
            state.isOver = true
            return state.running.values
        }
        for program in running { program.send(SIGTERM) }
    }
}
