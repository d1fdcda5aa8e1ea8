internal import EmbeddedStores
internal import Foundation
internal import Pipeline
internal import ProgramSupport
internal import Testing

/// What the publisher and the streamer do with a log that is not as they left it.
struct StreamTests {
    private static let start = ["--start", "2026-01-01T00:00:00Z", "--country", "US", "-q"]

    @Test("Another stream of ours in the topic is refused, and left behind where that is wanted")
    func otherStream() async throws {
        let sales = try Sales()
        let transcript = Transcript(sales)
        try await sales.run(["publish", "--count", "3"] + Self.start, status: 0)
        for other in [["--seed", "2"], ["--rate", "20"], ["--start", "2026-01-02T00:00:00Z"]] {
            try await transcript.call(["publish", "--count", "3", "--country", "US", "-q"] + other)
        }
        transcript.about("left behind")
        try await transcript.call(["publish", "--count", "2", "--seed", "2", "--new-stream"] + Self.start)
        try await transcript.call(["publish", "--count", "2", "--seed", "2"] + Self.start)
        transcript.about("the first one is another stream now")
        try await transcript.call(["publish", "--count", "1"] + Self.start)
        transcript.about("all of them go on to the table")
        try await sales.run("stream", "--until-drained", "-q")
        try await sales.run("load", "-q")
        try await transcript.call("reconcile", "--drained", "--table-check", "scan", "--country", "US")
        try transcript.compare(with: "other-stream.txt")
    }

    @Test("A note that cannot be read or is of a newer version stops the streamer, and nothing is changed")
    func notes() async throws {
        let sales = try Sales()
        let transcript = Transcript(sales)
        try await sales.run(["publish", "--count", "3"] + Self.start, status: 0)
        try await sales.run("stream", "--until-drained", "--country", "US", "-q")
        try await sales.run(["publish", "--count", "3"] + Self.start, status: 0)
        let broker = sales.folder.file("data/broker.db")
        let note = try Alteration.look(broker, .broker, "SELECT note FROM commits WHERE member = 1")
        for wrong in [
            "v=9 fmt=1 from=3 cuts=", "v=1 fmt=2 from=3 cuts=", "v=1 fmt=1 from=2 cuts=", "v=1 fmt=1 from=3 cuts=5,4", "not ours",
        ] {
            try Alteration.of(broker, .broker, "UPDATE commits SET note = '\(wrong)' WHERE member = 1")
            try await transcript.call("stream", "--until-drained", "--country", "US", "-q")
        }
        transcript.about("an offset that went back, and one that went ahead")
        try Alteration.of(broker, .broker, "UPDATE commits SET note = '', offset = 2 WHERE member = 1")
        try await transcript.call("stream", "--until-drained", "--country", "US", "-q")
        try Alteration.of(broker, .broker, "UPDATE commits SET note = '', offset = 70 WHERE member = 1")
        try await transcript.call("stream", "--until-drained", "--country", "US", "-q")
        transcript.about("and the right one again")
        try Alteration.of(broker, .broker, "UPDATE commits SET note = '\(note)', offset = 3 WHERE member = 1")
        try await transcript.call("stream", "--until-drained", "--country", "US", "-q")
        transcript.list("data/raw-data-store-de-project-1/Inbound/US")
        try transcript.compare(with: "notes.txt")
    }

    @Test("A log made anew does not write into the files of the old one")
    func otherLog() async throws {
        let sales = try Sales()
        let transcript = Transcript(sales)
        try await sales.run(["publish", "--count", "3"] + Self.start, status: 0)
        try await sales.run("stream", "--until-drained", "--country", "US", "-q")
        for file in ["broker.db", "broker.db-wal", "broker.db-shm"] {
            try? FileManager.default.removeItem(at: sales.folder.file("data/\(file)"))
        }
        try await sales.run(["publish", "--count", "5"] + Self.start, status: 0)
        transcript.about("files of a log that is not there any more")
        try await transcript.call("stream", "--until-drained", "--country", "US", "-q")
        transcript.about("the marker names the other log, even where its files are gone")
        let inbound = "data/raw-data-store-de-project-1/Inbound/US"
        for name in sales.folder.names(inbound) where name.hasSuffix(".csv") {
            try FileManager.default.removeItem(at: sales.folder.file("\(inbound)/\(name)"))
        }
        try await transcript.call("stream", "--until-drained", "--country", "US", "-q")
        transcript.about("the same with another group of the same log")
        try await transcript.call("stream", "--until-drained", "--country", "US", "-q", "--store", "file:other")
        try await sales.run(["publish", "--count", "5"] + Self.start, status: 0)
        try await transcript.call(
            "stream", "--until-drained", "--country", "US", "-q", "--store", "file:other", "--group", "mine", "--resume-from-files")
        try transcript.compare(with: "other-log.txt")
    }

    @Test("Messages that are no sales go to the dead letters with their reason, and are counted everywhere")
    func deadLetters() async throws {
        let sales = try Sales()
        let transcript = Transcript(sales)
        try await sales.run(["publish", "--count", "3"] + Self.start, status: 0)
        let good =
            #"{"sale_id":"x1","product_code":"p1","country_of_sale":"US","datetime":"2026-01-01T00:00:00Z","selling_price":5.00,"currency":"USD"}"#
        try await Self.append(
            [
                "no sale", good.replacing("5.00", with: "-5.00"), good.replacing("\"US\"", with: "\"DE\""), "", good, "{",
                good.replacing("x1", with: String(repeating: "x", count: 129)),
            ], to: "US_topic", in: sales)
        transcript.about("a publisher looks past them")
        try await transcript.call(["publish", "--count", "2", "--json"] + Self.start)
        try await transcript.call("stream", "--until-drained", "--country", "US", "-q", "--json")
        try await sales.run("load", "-q")
        try await transcript.call("reconcile", "--drained", "--table-check", "scan", "--country", "US", "--json")
        try await transcript.call("status", "--country", "US", "--json")
        let log = try await SQLiteLog.open(sales.folder.file("data/broker.db").path(percentEncoded: false))
        let letters = try await log.read(TopicPartition("US_topic.dlq", 0), from: 0, maximumBytes: 1 << 20)
        #expect(letters.entries.count == 6)
        #expect(letters.entries.first.map { $0.key.map { String(decoding: letters.bytes[$0], as: UTF8.self) } } == "US_topic-0-3")
        #expect(letters.entries.first.map { $0.value.map { String(decoding: letters.bytes[$0], as: UTF8.self) } } == "no sale")
        try transcript.compare(with: "dead-letters.txt")
    }

    private static func append(_ messages: [String], to topic: String, in sales: Sales) async throws {
        let log = try await SQLiteLog.open(sales.folder.file("data/broker.db").path(percentEncoded: false))
        let producer = try await log.openProducer(identity: nil)
        var batch = OutgoingBatch(partition: TopicPartition(topic, 0), bytes: [], entries: [])
        for message in messages {
            let start = batch.bytes.count
            batch.bytes += Array(message.utf8)
            batch.entries.append(.init(key: nil, value: start..<batch.bytes.count))
        }
        try await producer.append(batch)
        try await producer.commit([])
        await producer.close()
    }

    @Test("What is consumed, archived and old is cleared away; what is young or not consumed stays")
    func retention() async throws {
        let sales = try Sales()
        // Two batches of messages: the last one always stays.
        for _ in 1...2 { try await sales.run(["publish", "--count", "3"] + Self.start, status: 0) }
        let broker = sales.folder.file("data/broker.db")
        func first() throws -> String { try Alteration.look(broker, .broker, "SELECT first FROM partitions WHERE topic LIKE 'US_topic'") }
        let archived = "data/spool/Inbound/US/Archived"
        try Alteration.of(broker, .broker, "UPDATE batches SET written = written - 3600000")
        try await sales.run("stream", "--until-drained", "--country", "US", "-q", "--retention", "1m")
        #expect(try first() == "0", "nothing had been consumed when it looked")
        #expect(sales.folder.names(archived).count == 1)
        try await sales.run("stream", "--until-drained", "--country", "US", "-q")
        #expect(try first() == "0", "seven days are not over")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -3600)],
            ofItemAtPath: sales.folder.file("\(archived)/\(sales.folder.names(archived)[0])").path(percentEncoded: false))
        // It clears while it works: give it work until it has.
        for _ in 1...50 where try first() == "0" || !sales.folder.names(archived).isEmpty {
            try await sales.run("stream", "--until-drained", "--country", "US", "-q", "--retention", "1m")
        }
        #expect(try first() == "3")
        #expect(sales.folder.names(archived).isEmpty)
        try await sales.run("load", "-q")
        let report = try await sales.run("reconcile", "--drained", "--country", "US", "--json")
        #expect(report.output.contains(#""published":6,"streamed":6,"loaded":6"#), "\(report.output)")
    }
}
