internal import Foundation
internal import ProgramSupport
internal import Testing

/// Calls and configurations that cannot be used: the whole text and the exit status of each.
struct UsageTests {
    @Test("A wrong call is told with the flag and what would be right, and nothing is made")
    func calls() async throws {
        let transcript = Transcript(try Sales())
        transcript.about("commands and flags that are not there")
        try await transcript.call("strem")
        try await transcript.call("help", "strem")
        try await transcript.call("stream", "--rosw", "3")
        try await transcript.call("stream", "--watch")
        try await transcript.call("load", "extra")
        try await transcript.call("stream", "-x")
        transcript.about("values")
        try await transcript.call("stream", "--rows")
        try await transcript.call("stream", "--rows", "0")
        try await transcript.call("stream", "--rows", "12e3")
        try await transcript.call("stream", "--seconds", "5x")
        try await transcript.call("stream", "--seconds", "1ms")
        try await transcript.call("stream", "--until-drained=maybe")
        try await transcript.call("load", "--on-conflict", "kep")
        try await transcript.call("load", "--memory", "1MiB")
        try await transcript.call("publish", "--rate", "0")
        try await transcript.call("publish", "--rate", "0.0000001")
        try await transcript.call("publish", "--seed", "-1")
        try await transcript.call("publish", "--start", "yesterday")
        try await transcript.call("publish", "--start", "2026-01-01T00:00:00.5Z")
        try await transcript.call("publish", "--start", "1969-12-31T23:59:59Z")
        try await transcript.call("generate", "--start", "2026-02-30T00:00:00Z")
        try await transcript.call("generate", "--first", "4503599627370495", "--count", "2")
        try await transcript.call("generate", "--country", "usa")
        try await transcript.call("generate", "--country", "XX")
        try await transcript.call("publish", "--countries", "US,,UK")
        transcript.about("addresses")
        try await transcript.call("publish", "--broker", "broker.db")
        try await transcript.call("load", "--store", "file:")
        for address in [
            "sqlite:", "kafka://", "kafka://,b", "kafka://a:0", "kafka://a:70000", "kafka://a:x", "kafka://a/b", "kafka://a b",
            "kafka://::1", "kafka://[::1", "kafka://[a]:1", "kafka://user:geheim@a", "kafka:a",
        ] { try await transcript.call("status", "--broker", address) }
        transcript.about("properties of librdkafka's")
        for property in ["linger.ms", "lingr.ms=3", "linger.ms=-1", "acks=1", "group.id=x", "security.protocol=tls"] {
            try await transcript.call("publish", "--kafka", property)
        }
        transcript.about("what only a cluster can do")
        try await transcript.call("setup", "--replication", "2")
        try await transcript.call("publish", "--topic-retention", "1d")
        transcript.about("what does not go together")
        try await transcript.call("publish", "--count", "3", "--upto", "4")
        try await transcript.call("publish", "--continuous", "--iterations", "4")
        try await transcript.call("publish", "--pace", "real", "--ahead")
        try await transcript.call("run", "--input", "sales.csv")
        try await transcript.call("generate", "--output", "x", "--json")
        transcript.list(".")
        try transcript.compare(with: "usage.txt")
    }

    @Test("A wrong configuration is told with file, line and key, or with the variable")
    func configurations() async throws {
        let sales = try Sales()
        let transcript = Transcript(sales)
        let files = [
            "unknown.yaml": "rows: 100\nseconds: 5\nrosw: 3\n", "value.yaml": "seconds: 5s\nrows: zero\n", "syntax.yaml": "rows: [1\n",
            "twice.yaml": "rows: 1\nrows: 2\n", "list.yaml": "- rows\n", "nested.yaml": "rows:\n  of: 3\n",
            "goal.yaml": "count: 3\nupto: 4\n",
            "country.yaml": "countries: [US, XX]\n", "good.yaml": "rows: 7\ncountries: [US, UK]\nuntil-drained: true\n",
        ]
        for (name, text) in files { try sales.folder.write(name, text) }
        transcript.about("files")
        for name in files.keys.sorted() where !["good.yaml", "goal.yaml", "country.yaml"].contains(name) {
            try await transcript.call("config", "--config", name)
        }
        try await transcript.call("publish", "--config", "goal.yaml")
        try await transcript.call("publish", "--config", "country.yaml")
        try await transcript.call("config", "--config", "missing.yaml")
        try await transcript.call("config", "--config", ".")
        transcript.about("variables: an unknown one is a warning, a wrong one is not")
        try await transcript.call("status", "--countries", "US", environment: ["SALES_ROSW": "9"])
        try await transcript.call("stream", environment: ["SALES_ROWS": "x"])
        try await transcript.call("stream", environment: ["SALES_UNTIL_DRAINED": "perhaps"])
        transcript.about("a catalog")
        try sales.folder.write("catalog.yaml", "products:\n  - code: p1\n    frequency: x\n")
        try await transcript.call("generate", "--catalog", "catalog.yaml")
        try await transcript.call("publish", "--catalog", "catalog.yaml", "-q")
        try await transcript.call("publish", "--catalog", "missing.yaml", "-q")
        try transcript.compare(with: "configuration.txt")
    }

    @Test("Flag, variable, file, default: in this order, and sales config tells which it was")
    func precedence() async throws {
        let sales = try Sales()
        let transcript = Transcript(sales)
        try sales.folder.write("sales.yaml", "rows: 7\nseconds: 5s\ngroup: mine\ndata: elsewhere\ncountries: [US, UK]\n")
        try await transcript.call("config", "--seconds", "6s", environment: ["SALES_SECONDS": "9s", "SALES_GROUP": "theirs"])
        try await transcript.call("config", "--json", "--seconds", "6s", environment: ["SALES_SECONDS": "9s", "SALES_GROUP": "theirs"])
        transcript.list(".")
        try transcript.compare(with: "precedence.txt")
    }

    @Test("Files that are no broker, no store or no table are refused, and nothing in them is changed")
    func places() async throws {
        let sales = try Sales()
        let transcript = Transcript(sales)
        transcript.about("a folder that cannot be made")
        try sales.folder.write("a-file", "text")
        try await transcript.call("publish", "-q", "--broker", "sqlite:/proc/none/broker.db")
        try await transcript.call("stream", "-q", "--broker", "sqlite:a-file/broker.db")
        try await transcript.call("load", "-q", "--store", "file:a-file")
        try await transcript.call("load", "-q", "--table", "sqlite:.")
        transcript.about("files of another kind")
        try sales.folder.write("data/broker.db", String(repeating: "no database. ", count: 1000))
        for command in ["publish", "stream", "status", "reconcile"] { try await transcript.call(command, "-q") }
        try await transcript.call("load", "-q", "--table", "sqlite:data/broker.db")
        #expect(try sales.folder.text("data/broker.db").hasPrefix("no database. no database. "))
        try FileManager.default.removeItem(at: sales.folder.file("data/broker.db"))
        transcript.about("files of a newer version")
        try await sales.run("run", "--count", "3", "--country", "US", "-q")
        try Alteration.of(sales.folder.file("data/broker.db"), .broker, "PRAGMA user_version = 99")
        try Alteration.of(sales.folder.file("data/stage.sales.db"), .table, "PRAGMA user_version = 99")
        try await transcript.call("publish", "-q")
        try await transcript.call("load", "-q")
        transcript.about("one taken for the other")
        try await transcript.call("publish", "-q", "--broker", "sqlite:data/stage.sales.db")
        try await transcript.call("load", "-q", "--table", "sqlite:data/broker.db")
        try transcript.compare(with: "places.txt")
    }

    @Test("A damaged file is refused with what can be done")
    func damaged() async throws {
        let sales = try Sales()
        try await sales.run("run", "--count", "300", "--country", "US", "-q")
        for name in ["data/broker.db", "data/stage.sales.db"] {
            let file = sales.folder.file(name)
            var bytes = try Data(contentsOf: file)
            for index in 100..<bytes.count { bytes[index] = 0xA5 }
            try bytes.write(to: file)
        }
        let transcript = Transcript(sales)
        try await transcript.call("stream", "-q", "--until-drained")
        try await transcript.call("load", "-q")
        try transcript.compare(with: "damaged.txt")
    }
}
