internal import Foundation
internal import ProgramSupport
internal import Testing

/// What goes where: results to standard output, everything else to standard error and the log file.
struct OutputTests {
    @Test("With --json each command prints one object with the keys of the contract, and nothing else")
    func json() async throws {
        let transcript = Transcript(try Sales())
        let start = "2026-01-01T00:00:00Z"
        try await transcript.call("publish", "--iterations", "1", "--start", start, "--countries", "US,UK", "--json", "-q")
        try await transcript.call("stream", "--until-drained", "--countries", "US,UK", "--json", "-q")
        try await transcript.call("status", "--countries", "US,UK", "--json", "-q")
        try await transcript.call("load", "--countries", "US,UK", "--json", "-q")
        try await transcript.call("reconcile", "--countries", "US,UK", "--json", "-q")
        try await transcript.call("run", "--count", "2", "--countries", "US,UK", "--json", "-q")
        try transcript.compare(with: "json.txt")
    }

    @Test("Without --json people read tables")
    func text() async throws {
        let transcript = Transcript(try Sales())
        let start = "2026-01-01T00:00:00Z"
        try await transcript.call("publish", "--iterations", "1", "--start", start, "--countries", "US,UK", "-q")
        try await transcript.call("stream", "--until-drained", "--countries", "US,UK", "-q")
        try await transcript.call("status", "--countries", "US", "-q")
        try await transcript.call("load", "--countries", "US,UK", "-q")
        try await transcript.call("reconcile", "--countries", "US,UK", "-q")
        try await transcript.call("run", "--count", "2", "--countries", "US,UK", "-q")
        transcript.list(".")
        transcript.list("data")
        transcript.list("data/spool/Inbound/US/Archived")
        transcript.list("data/raw-data-store-de-project-1/Inbound/US/Processed")
        try transcript.compare(with: "tables.txt")
    }

    @Test("Lines go to standard error and to logs/log_1.txt, plain where nobody looks at a terminal; the results are only JSON")
    func lines() async throws {
        let sales = try Sales()
        let outcome = try await sales.run("run", "--count", "3", "--country", "US", "--json")
        #expect(try outcome.json()["verdict"] as? String == "equal")
        let log = try sales.folder.text("data/logs/log_1.txt")
        #expect(
            log.contains("landed US_topic-0-000000000000-000000000002.csv")
                && log.contains("loaded US_topic-0-000000000000-000000000002.csv"))
        #expect(outcome.errors.contains("landed US_topic-0-000000000000-000000000002.csv"))
        #expect(outcome.errors.contains("sales so far"), "progress is a line: \(outcome.errors)")
        #expect(!outcome.errors.contains("\u{1B}"))
        for line in (outcome.errors + log).split(separator: "\n") {
            #expect(line.prefixMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (INFO|NOTICE|WARNING) [a-z]+: /#) != nil, "\(line)")
        }
        let quiet = try await sales.run("run", "--count", "3", "--country", "US", "-q")
        #expect(quiet.errors.isEmpty)
        #expect(try sales.folder.text("data/logs/log_1.txt").count > log.count, "-q is for standard error")
    }

    @Test("Log lines can be JSON, and go where --log-file says")
    func jsonLines() async throws {
        let sales = try Sales()
        try await sales.run("publish", "--count", "3", "--country", "US", "--log-format", "json", "--log-file", "elsewhere/mine.txt")
        #expect(!sales.folder.exists("data/logs"))
        let lines = try sales.folder.text("elsewhere/mine.txt").split(separator: "\n")
        #expect(!lines.isEmpty)
        for line in lines { #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any], "\(line)") }
    }

    @Test("A command that fails leaves its reason in the log file, and with --json in one object")
    func failure() async throws {
        let sales = try Sales()
        try sales.folder.write(
            "data/broker.db",
            "no database at all, but long enough to have a header of a hundred bytes: " + String(repeating: ".", count: 100))
        let outcome = try await sales.run("publish", "--json", status: 65)
        let object = try outcome.json()
        #expect(object["command"] as? String == "publish" && object["status"] as? Int == 65)
        #expect((object["error"] as? String)?.contains("is not a SQLite file") == true)
        #expect(
            try sales.folder.text("data/logs/log_1.txt").contains(
                "ERROR publish: open of data/broker.db: ./data/broker.db is not a SQLite file"))
    }

    @Test("Commands that only look leave no log file")
    func lookers() async throws {
        let sales = try Sales()
        for command in ["status", "reconcile", "config"] { try await sales.run(command) }
        #expect(!sales.folder.exists("data/logs"))
    }

    @Test("Generated sales are the same for every number of jobs and wherever they go, and a reader may leave")
    func generate() async throws {
        let sales = try Sales()
        let one = try await sales.run("generate", "--count", "2000", "--country", "US", "--jobs", "1")
        #expect(one.errors.isEmpty)
        #expect(try await sales.run("generate", "--count", "2000", "--country", "US", "--jobs", "3").output == one.output)
        try await sales.run("generate", "--count", "2000", "--country", "US", "--output", "out")
        #expect(try sales.folder.text("out/US.csv") == one.output)
        #expect(sales.folder.names(".") == ["out"], "it needs no data folder")
        let lines = one.output.split(separator: "\n")
        #expect(lines.count == 2001 && lines[0] == "sale_id,product_code,country_of_sale,datetime,selling_price,currency")
        let json = try await sales.run("generate", "--count", "2", "--first", "1", "--country", "US", "--format", "json")
        #expect(json.output.split(separator: "\n").count == 2 && json.output.contains(lines[2].prefix(36)))
    }
}
