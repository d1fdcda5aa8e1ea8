internal import Foundation
internal import KafkaCluster
internal import ProgramSupport
internal import Testing

/// A topic, a group or a note that is not as the streamer left it: never a silent jump, and words for what can be done.
@Suite(.turns, .broker) struct RuleTests {
    /// A topic of 300 sales, all streamed in three files.
    private func streamed(_ environment: [String: String] = [:]) async throws -> LivePipeline {
        let live = try await LivePipeline.shared(environment: environment)
        try await live.run("publish", "--upto", "300", "-q")
        try await live.run("stream", "--until-drained", "--rows", "100", "-q")
        #expect(live.sales.landedFiles == 3)
        return live
    }

    /// The first offset behind the last file of the first partition.
    private func end(of live: LivePipeline) async throws -> Int {
        let told = try await live.client.call("committed", live.group, live.topic, "0")
        return try #require(told.firstMatch(of: /\[(\d+)/).flatMap { Int($0.1) })
    }

    @Test("Retention took messages that the group had not come to: the missing range is named, and nothing is written")
    func retention() async throws {
        let live = try await streamed()
        let first = try await end(of: live)
        try await live.run("publish", "--upto", "600", "-q")
        try await live.client.call("trim", live.topic, "0", "\(first + 50)")
        for _ in 1...2 {
            try await live.refused(
                "stream", "--until-drained", "-q", status: 65,
                saying: "offsets \(first) to \(first + 49) of \(live.topic)-0 are no longer kept", live.group)
        }
        #expect(live.sales.landedFiles == 3)
    }

    @Test("A topic that was deleted and made anew is not written into the old one's files")
    func madeAnew() async throws {
        let live = try await streamed()
        try await live.client.call("make", live.topic, "1")
        try await live.run("publish", "--upto", "200", "-q")
        // Kafka forgets a group's positions in a topic that is deleted.
        try await live.refused("stream", "--until-drained", "-q", status: 65, saying: live.topic)
        #expect(live.sales.landedFiles == 3)
    }

    @Test(
        "A topic that was made anew is told from the old one also where it is longer, with a librdkafka that knows topics by id",
        .newerLibrary)
    func madeAnewAndLonger() async throws {
        let live = try await streamed(["LD_LIBRARY_PATH": PythonTools.newerLibrary ?? ""])
        try await live.client.call("make", live.topic, "1")
        try await live.run("publish", "--upto", "900", "-q")
        try await live.refused("stream", "--until-drained", "-q", status: 65, saying: live.topic)
        try await live.refused(
            "stream", "--until-drained", "--resume-from-files", "-q", status: 65, saying: "sales-topic-id is")
        #expect(live.sales.landedFiles == 3)
    }

    @Test("A group whose positions have expired stops, and goes on behind its files where that is wanted")
    func expired() async throws {
        let live = try await streamed()
        try await live.run("publish", "--upto", "500", "-q")
        try await live.client.call("forget", live.group)
        try await live.refused(
            "stream", "--until-drained", "-q", status: 65, saying: "has no position in \(live.topic)-0", "--resume-from-files")
        #expect(live.sales.landedFiles == 3)
        try await live.run("stream", "--until-drained", "--resume-from-files", "-q")
        try await live.judge(expect: 500)
    }

    @Test(
        "A note that somebody else wrote stops the streamer, which changes nothing",
        arguments: [
            ("v=9 fmt=1 from=OFFSET cuts=", "is of version 9"), ("v=1 fmt=9 from=OFFSET cuts=", "plans files of format 9"),
            ("v=1 fmt=1 from=7 cuts=", "was written for offset 7"), ("hello", "cannot be read"),
        ])
    func note(_ note: String, _ words: String) async throws {
        let live = try await streamed()
        let offset = try await end(of: live)
        try await live.run("publish", "--upto", "400", "-q")
        let wrong = note.replacing("OFFSET", with: "\(offset)")
        try await live.client.call("commit", live.group, live.topic, "0", "\(offset)", wrong)
        try await live.refused("stream", "--until-drained", "-q", status: 65, saying: words)
        #expect(live.sales.landedFiles == 3)
        #expect(try await live.client.call("committed", live.group, live.topic, "0").contains(wrong))
        try await live.client.call("commit", live.group, live.topic, "0", "\(offset)", "")
        try await live.judge(expect: 400)
    }

    @Test("An offset that was set back into a file, or ahead of the end, stops the streamer")
    func offsetMoved() async throws {
        let live = try await streamed()
        let offset = try await end(of: live)
        try await live.client.call("commit", live.group, live.topic, "0", "50", "")
        try await live.refused("stream", "--until-drained", "-q", status: 65, saying: "do not follow from the committed position")
        try await live.client.call("commit", live.group, live.topic, "0", "\(offset + 1000)", "")
        try await live.refused("stream", "--until-drained", "-q", status: 65, saying: "which ends at")
        #expect(live.sales.landedFiles == 3)
    }

    @Test("Sales that lie behind gaps in the offsets, control records and aborted ones, are streamed without a hole")
    func gaps() async throws {
        let live = try await LivePipeline.shared()
        let strangers = KafkaClient.lines((0..<50).map { "aborted \($0)" })
        for goal in stride(from: 100, through: 500, by: 100) {
            try await live.run("publish", "--upto", "\(goal)", "-q")
            try await live.client.call("transaction", live.topic, "\(live.group)-other", "abort", input: strangers)
            try await live.run("stream", "--until-drained", "--rows", "30", "-q")
        }
        try await live.judge(expect: 500)
    }

    @Test("A member that falls asleep and wakes again and again, while another works, commits nothing stale")
    func sleeper() async throws {
        let live = try await LivePipeline.shared(partitions: 2, kafka: [])
        let publisher = try live.start("publish", "--continuous", "--rate", "100", "-q")
        let call = ["stream", "--rows", "20", "--seconds", "300ms", "-q", "--kafka", "session.timeout.ms=6000"]
        let members = try (0..<2).map { _ in try live.start(call) }
        #expect(try await live.client.await(live.group, members: 2))
        for round in 0..<3 {
            let sleeper = members[round % 2]
            try await live.awaitFiles(5, "before the sleep")
            sleeper.send(SIGSTOP)
            #expect(try await live.client.await(live.group, members: 1))
            try await live.awaitFiles(5, "during the sleep")
            sleeper.send(SIGCONT)
            let back = try await live.client.await(live.group, members: 2)
            #expect(back, "\(sleeper.standardError)")
        }
        await live.stop(publisher, members[0], members[1])
        try await live.judge()
    }
}
