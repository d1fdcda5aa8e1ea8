internal import Foundation
internal import ProgramSupport
internal import Testing

/// How the program stops when it is asked to.
struct SignalTests {
    /// Waits for what a process does, up to a minute.
    private static func eventually(_ what: String, _ location: SourceLocation = #_sourceLocation, _ condition: () throws -> Bool)
        async throws
    {
        let happened = try await ProgramSupport.eventually(within: .seconds(60), every: .milliseconds(10), condition)
        try #require(happened, "\(what) did not happen", sourceLocation: location)
    }

    @Test(
        "Asked to stop, a run acknowledges what it has and says with its status who asked",
        arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
    func run(signal: Int32, status: Int32) async throws {
        let sales = try Sales()
        let program = try sales.start(["run", "--continuous", "--rate", "500", "--rows", "50", "--seconds", "1s", "--json"])
        try await Self.eventually("some file is loaded") { program.standardError.contains(" load: loaded ") }
        let asked = ContinuousClock.now
        program.send(signal)
        #expect(await program.ending() == .exit(status), "\(program.standardError)")
        #expect(asked.duration(to: .now) < .seconds(26), "the limit of --stop-within and what it takes to leave")
        let output = program.standardOutput
        #expect(output.hasPrefix(#"{"command":"run","publish":{"#) && output.contains(#""verdict":null"#), "\(output)")
        try await judge(sales)
    }

    @Test("A streamer that is stopped cuts and stores what is open")
    func stream() async throws {
        let sales = try Sales()
        try await sales.run("publish", "--count", "15", "-q")
        let program = try sales.start(["stream", "--rows", "10", "--seconds", "1h"])
        let countries = ["US", "UK", "DE", "FR", "IT"]
        // The rest of fifteen comes with the first ten: they are one batch of the log.
        try await Self.eventually("the first files land") {
            let told = program.standardError
            return countries.allSatisfy { told.contains("landed \($0)_topic-0-000000000000-000000000009.csv") }
        }
        program.send(SIGTERM)
        #expect(await program.ending() == .exit(143))
        for country in countries {
            #expect(
                sales.folder.exists("data/raw-data-store-de-project-1/Inbound/\(country)/\(country)_topic-0-000000000010-000000000014.csv"))
        }
        let status = try await sales.run("status", "--json", "--country", "US")
        #expect(status.output.contains(#""lag":0,"open":0,"filesWaiting":2"#), "\(status.output)")
    }

    @Test("A second signal leaves at once, though a clean stop is not possible")
    func second() async throws {
        let sales = try Sales()
        let (program, lock) = try await stuck(sales, ["--stop-within", "1h"])
        // Two signals that come together count as one, so it is sent until it is heard.
        while program.isRunning {
            program.send(SIGTERM)
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(await program.ending() == .exit(143))
        try lock.release()
        try await judge(sales)
    }

    @Test("A stop that takes longer than --stop-within ends")
    func limit() async throws {
        let sales = try Sales()
        let (program, lock) = try await stuck(sales, ["--stop-within", "1s"])
        program.send(SIGTERM)
        #expect(await program.ending() == .exit(143))
        try lock.release()
        try await judge(sales)
    }

    /// A publisher that waits for a lock which the test holds on the broker file.
    private func stuck(_ sales: Sales, _ arguments: [String]) async throws -> (RunningProgram, WriteLock) {
        try await sales.run("publish", "--count", "10", "--country", "US", "-q")
        let program = try sales.start(["publish", "--continuous", "--rate", "10000", "--country", "US", "--new-stream"] + arguments)
        let broker = sales.folder.file("data/broker.db")
        try await Self.eventually("it publishes") {
            Int(try Alteration.look(broker, .broker, "SELECT next || '' FROM partitions")) ?? 0 > 100
        }
        return (program, try WriteLock(broker))
    }

    private func judge(_ sales: Sales) async throws {
        try await sales.run("stream", "--until-drained", "-q")
        try await sales.run("load", "-q")
        let report = try await sales.run("reconcile", "--drained", "--table-check", "scan", "--json")
        #expect(report.output.contains(#""verdict":"equal""#), "\(report.output)")
    }
}
