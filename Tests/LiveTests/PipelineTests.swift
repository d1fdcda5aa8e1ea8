internal import Foundation
internal import KafkaCluster
internal import ProgramSupport
internal import Testing

/// Each command on a real Kafka, as its users call it.
@Suite(.turns, .broker) struct PipelineTests {
    @Test("Setup, publish, stream, load and reconcile bring each sale of two countries to the table once")
    func stations() async throws {
        let live = try await LivePipeline.shared(countries: 2, partitions: 3)
        try await live.run("publish", "--upto", "1500", "-q")
        // What is there is compared and left alone; a publisher that is called again has nothing to do.
        try await live.run("setup", "--partitions", "3", "-q")
        try await live.run("setup", "--partitions", "4", "-q", status: 1)
        try await live.run("publish", "--upto", "1500", "-q")
        let told = try await live.run("stream", "--until-drained", "--rows", "200", "--json", "-q").json()
        let countries = try #require(told["countries"] as? [String: [String: Any]])
        for country in live.countries {
            #expect(countries[country]?["rows"] as? Int == 1500)
            #expect(countries[country]?["files"] as? Int == 9, "500 rows a partition make two full files and the rest")
        }
        try await live.run("publish", "--count", "300", "-q")
        try await live.judge(expect: 1800)
    }

    @Test("One call does it all, and the second goes on where the first stopped")
    func whole() async throws {
        let live = try await LivePipeline.shared()
        for round in 1...2 {
            let told = try await live.run("run", "--iterations", "10", "--json", "-q").json()
            #expect(told["verdict"] as? String == "equal", "round \(round)")
        }
        try await live.judge(expect: 1100)
    }

    @Test("Partitions that are added later are used, and no sale is lost or doubled by it")
    func partitionsAdded() async throws {
        let live = try await LivePipeline.shared()
        try await live.run("publish", "--upto", "400", "-q")
        try await live.run("stream", "--until-drained", "-q")
        try await live.client.call("grow", live.topic, "3")
        try await live.run("publish", "--upto", "1000", "-q")
        #expect(Set(try await live.client.read(live.topic).map(\.partition)) == [0, 1, 2])
        try await live.judge(expect: 1000)
    }

    @Test("Aborted transactions and other people's messages at the end of a partition are looked past")
    func abortedAtTheEnd() async throws {
        let live = try await LivePipeline.shared(partitions: 2)
        try await live.run("publish", "--upto", "300", "-q")
        let strangers = (0..<400).map { "no sale \($0)" }
        try await live.client.call("transaction", live.topic, "\(live.group)-other", "abort", input: KafkaClient.lines(strangers))
        try await live.run("publish", "--upto", "500", "-q")
        try await live.client.call("transaction", live.topic, "\(live.group)-other", "abort", input: KafkaClient.lines(strangers))
        try await live.run("publish", "--upto", "700", "-q")
        try await live.judge(expect: 700)
    }

    @Test("A second publisher fences the first, which leaves with 75; the stream goes on without a gap")
    func fenced() async throws {
        let live = try await LivePipeline.shared()
        let first = try live.start("publish", "--continuous", "--rate", "100", "-q")
        let began = try await eventually { try await live.client.count(live.topic) > 0 }
        try #require(began, "\(first.standardError)")
        let second = try live.start("publish", "--continuous", "--rate", "100", "-q")
        #expect(await first.ending(within: .seconds(60)) == .exit(75))
        #expect(first.standardError.contains("fenced"), "\(first.standardError)")
        let there = try await live.client.count(live.topic)
        let goesOn = try await eventually { try await live.client.count(live.topic) > there }
        #expect(goesOn, "\(second.standardError)")
        await live.stop(second)
        try await live.judge()
    }

    @Test("Somebody's own file is published once, however often, and goes on where it grew")
    func input() async throws {
        let live = try await LivePipeline.shared()
        let header = "sale_id,product_code,country_of_sale,datetime,selling_price,currency\n"
        let rows = (1...500).map { "own-\($0),p1,\(live.countries[0]),2026-01-01T00:00:00Z,5.00,EUR\n" }
        try live.sales.folder.write("mine.csv", header + rows.prefix(300).joined())
        for _ in 1...2 { try await live.run("publish", "--input", "mine.csv", "-q") }
        try live.sales.folder.write("mine.csv", header + rows.joined())
        for _ in 1...2 { try await live.run("publish", "--input", "mine.csv", "-q") }
        #expect(try await live.client.read(live.topic).count == 500)
        try await live.judge()
    }
}
