internal import Foundation
internal import KafkaCluster
internal import ProgramSupport
internal import Testing

/// Several `sales stream` that share the partitions of a topic.
@Suite(.turns, .broker) struct MemberTests {
    /// How a group shares its partitions.
    enum Sharing: String, CaseIterable, CustomTestStringConvertible, Sendable {
        case cooperative
        case eager
        case fixed = "static membership"
        case broker = "by the broker"

        static let classic: [Sharing] = [.cooperative, .eager, .fixed]

        var testDescription: String { rawValue }

        /// - Parameter member: which of the three.
        func settings(_ member: Int) -> [String] {
            let settings =
                switch self {
                case .cooperative: ["session.timeout.ms=6000"]
                case .eager: ["session.timeout.ms=6000", "partition.assignment.strategy=range"]
                case .fixed: ["session.timeout.ms=6000", "group.instance.id=member-\(member)"]
                case .broker: ["group.protocol=consumer"]
                }
            return settings.flatMap { ["--kafka", $0] }
        }

        var environment: [String: String] {
            self == .broker ? ["LD_LIBRARY_PATH": PythonTools.newerLibrary ?? ""] : [:]
        }
    }

    @Test("Three share the partitions; one is killed, one sleeps past its session and wakes", arguments: Sharing.classic)
    func shared(_ sharing: Sharing) async throws { try await play(sharing) }

    @Test("The same where the broker shares them out, with a librdkafka that can", .newerLibrary)
    func sharedByBroker() async throws { try await play(.broker) }

    private func play(_ sharing: Sharing) async throws {
        let live = try await LivePipeline.shared(partitions: 6, environment: sharing.environment)
        func member(_ number: Int) throws -> RunningProgram {
            try live.start(["stream", "--rows", "50", "--seconds", "1s", "-q"] + sharing.settings(number))
        }
        let publisher = try live.start("publish", "--continuous", "--rate", "150", "-q")
        var members = try (0..<3).map(member)
        try await awaitMembers(live, 3, "at first", members)
        members[0].send(SIGKILL)
        members[1].send(SIGSTOP)
        // Both have lost their partitions when the last one has them all.
        try await awaitMembers(live, 1, "while one was dead and one asleep", members)
        try await live.awaitFiles(6, "while one had all partitions")
        members[1].send(SIGCONT)
        members[0] = try member(0)
        for (number, program) in members.enumerated() where !program.isRunning {
            Issue.record("member \(number) left: \(program.standardError)")
            members[number] = try member(number)
        }
        try await awaitMembers(live, 3, "when all were back", members)
        try await live.awaitFiles(6, "when all were back")
        await live.stop(publisher, members[0], members[1], members[2])
        try await live.judge()
    }

    private func awaitMembers(_ live: LivePipeline, _ count: Int, _ when: Comment, _ members: [RunningProgram]) async throws {
        let came = try await live.client.await(live.group, members: count)
        let words = members.map { "\($0.isRunning ? "runs" : "ended") \($0.standardError)" }.joined(separator: "\n")
        let group = try await live.client.group(live.group)
        try #require(came, "\(when): not \(count) members, \(group)\n\(words)")
    }
}
