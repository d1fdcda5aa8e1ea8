internal import Foundation
internal import ProgramSupport
internal import Testing

/// Somebody's own sales, published from a file.
struct InputTests {
    private static let header = "sale_id,product_code,country_of_sale,datetime,selling_price,currency\n"
    private static func row(_ id: String, _ country: String = "US", price: String = "5.00") -> String {
        "\(id),p1,\(country),2026-01-01T00:00:00Z,\(price),USD\n"
    }
    private static func line(_ id: String, _ country: String = "US") -> String {
        #"{"sale_id":"\#(id)","product_code":"p1","country_of_sale":"\#(country)","datetime":"2026-01-01T00:00:00Z","selling_price":5.00,"currency":"USD"}"#
            + "\n"
    }

    @Test("A file is published once; what is appended follows, what was changed is refused")
    func grows() async throws {
        let sales = try Sales()
        let transcript = Transcript(sales)
        let rows = Self.header + Self.row("a1") + Self.row("a2", "UK") + Self.row("a3")
        try sales.folder.write("mine.csv", rows)
        try sales.folder.write("mine.json", Self.line("b1") + Self.line("b2", "UK"))
        for file in ["mine.csv", "mine.csv", "mine.json", "mine.json"] {
            try await transcript.call("publish", "--input", file, "-q", "--json", "--countries", "US,UK")
        }
        transcript.about("appended to")
        try sales.folder.write("mine.csv", rows + Self.row("a4"))
        try sales.folder.write("mine.json", Self.line("b1") + Self.line("b2", "UK") + Self.line("b3"))
        for file in ["mine.csv", "mine.json"] { try await transcript.call("publish", "--input", file, "-q", "--countries", "US,UK") }
        transcript.about("changed, and cut short")
        try sales.folder.write("mine.csv", rows.replacing("a1", with: "c1") + Self.row("a4"))
        try await transcript.call("publish", "--input", "mine.csv", "-q", "--countries", "US,UK")
        try sales.folder.write("mine.csv", Self.header + Self.row("a1"))
        try await transcript.call("publish", "--input", "mine.csv", "-q", "--countries", "US,UK")
        transcript.about("all of it arrives")
        try await sales.run("stream", "--until-drained", "-q")
        try await sales.run("load", "-q")
        try await transcript.call("reconcile", "--drained", "--table-check", "scan", "--countries", "US,UK")
        try transcript.compare(with: "input.txt")
    }

    @Test("Lines that are no sales are kept in input.dlq and told at the end; the others are published")
    func bad() async throws {
        let sales = try Sales()
        let transcript = Transcript(sales)
        try sales.folder.write(
            "bad.csv", Self.header + Self.row("a1") + Self.row("a2", price: "-1") + "x,y\n" + Self.row("a3", "XX") + Self.row("a4"))
        try sales.folder.write("bad.json", Self.line("b1") + "no sale\n" + Self.line("b2", "XX"))
        try sales.folder.write("header.csv", "id,price\n1,2\n")
        try sales.folder.write("nothing.csv", "")
        for file in ["bad.csv", "bad.csv", "bad.json", "header.csv", "nothing.csv", "missing.csv", "."] {
            try await transcript.call("publish", "--input", file, "-q", "--json", "--country", "US")
        }
        #expect(
            try Alteration.look(
                sales.folder.file("data/broker.db"), .broker, "SELECT next || '' FROM partitions WHERE topic = 'input.dlq'") == "5")
        try transcript.compare(with: "bad-input.txt")
    }

    @Test("Standard input is published at least once, and says so")
    func standardInput() async throws {
        let transcript = Transcript(try Sales())
        for _ in 1...2 {
            try await transcript.call(
                "publish", "--input", "-", "--country", "US", "-q", "--json", input: Self.line("a1") + Self.line("a2"))
        }
        try await transcript.call("status", "--country", "US", "--json")
        try transcript.compare(with: "standard-input.txt")
    }
}
