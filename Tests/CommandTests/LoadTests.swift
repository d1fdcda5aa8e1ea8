internal import Foundation
internal import Glibc
internal import ProgramSupport
internal import Testing

/// Files that are not as the streamer wrote them, and what the loader does with them.
struct LoadTests {
    private static let inbound = "data/raw-data-store-de-project-1/Inbound/US"
    private static let header = "sale_id,product_code,country_of_sale,datetime,selling_price,currency\n"
    private static func row(_ id: String, _ price: String, _ country: String = "US") -> String {
        "\(id),p1,\(country),2026-01-01T00:00:00Z,\(price),USD\n"
    }

    @Test("Other people's files are loaded; what cannot be stays, and keeps nothing else from being loaded")
    func foreign() async throws {
        let sales = try Sales()
        let transcript = Transcript(sales)
        try sales.folder.write("\(Self.inbound)/good.csv", Self.header + Self.row("a1", "5.00") + Self.row("a2", "6.00"))
        try sales.folder.write("\(Self.inbound)/wrong.csv", "id,product\n1,2\n")
        try sales.folder.write("\(Self.inbound)/empty.csv", "")
        try sales.folder.write("\(Self.inbound)/notes.txt", "not for the loader")
        try await transcript.call("load", "--country", "US", "-q", "--json")
        transcript.list(Self.inbound)
        transcript.list("\(Self.inbound)/Processed")
        try FileManager.default.removeItem(at: sales.folder.file("\(Self.inbound)/wrong.csv"))
        try FileManager.default.removeItem(at: sales.folder.file("\(Self.inbound)/empty.csv"))
        try sales.folder.write("\(Self.inbound)/second.csv", Self.header + Self.row("a2", "6.00") + Self.row("a3", "7.00"))
        try await transcript.call("load", "--country", "US", "-q", "--json")
        transcript.list(Self.inbound)
        try await transcript.call("reconcile", "--country", "US", "--drained", "--json")
        try transcript.compare(with: "foreign-files.txt")
    }

    @Test("A streamed file that was edited in place fails its own check, and is loaded once it has a name of its own")
    func edited() async throws {
        let sales = try Sales()
        try await sales.run("publish", "--country", "US", "--count", "3")
        try await sales.run("stream", "--country", "US", "--until-drained")
        let name = "\(Self.inbound)/US_topic-0-000000000000-000000000002.csv"
        let text = try sales.folder.text(name)
        try sales.folder.write(name, Self.header + Self.row("a1", "5.00"))
        let outcome = try await sales.run("load", "--country", "US", status: 65)
        #expect(outcome.errors.contains("its metadata are gone") && outcome.errors.contains("rename it"))
        try FileManager.default.removeItem(at: sales.folder.file(name))
        try sales.folder.write("\(Self.inbound)/mine.csv", text)
        try await sales.run("load", "--country", "US")
    }

    @Test("A country with many files keeps no other waiting")
    func fair() async throws {
        let sales = try Sales()
        // More than a page of a listing.
        for number in 1...1100 { try sales.folder.write("\(Self.inbound)/\(number).csv", Self.header) }
        try sales.folder.write(Self.inbound.replacing("US", with: "UK") + "/one.csv", Self.header)
        let outcome = try await sales.run("load", "--countries", "US,UK")
        let lines = outcome.errors.split(separator: "\n")
        let other = try #require(lines.firstIndex { $0.contains("loaded one.csv") })
        #expect(lines[other...].contains { $0.contains(" load: loaded ") && !$0.contains("one.csv") }, "it was not the last of all")
    }

    @Test("Rows that are no sales are rejected with line and reason, and can be mended and loaded")
    func rejects() async throws {
        let sales = try Sales()
        let transcript = Transcript(sales)
        try sales.folder.write(
            "\(Self.inbound)/some.csv",
            Self.header + Self.row("a1", "5.00") + Self.row("a2", "-6.00") + Self.row("a3", "7.00", "DE") + "a4,p1\n"
                + Self.row("a5", "1e5"))
        try await transcript.call("load", "--country", "US", "-q", "--strict")
        try transcript.show("\(Self.inbound)/Rejected/some.csv")
        transcript.about("nothing new, nothing rejected")
        try await transcript.call("load", "--country", "US", "-q", "--strict", "--json")
        transcript.about("some are mended")
        let rejects = "\(Self.inbound)/Rejected/some.csv"
        try sales.folder.write(rejects, try sales.folder.text(rejects).replacing("-6.00", with: "6.00").replacing(",DE,", with: ",US,"))
        try await transcript.call("load", "--country", "US", "-q", "--rejected", "--json")
        transcript.list("\(Self.inbound)/Rejected")
        transcript.about("all are mended")
        try sales.folder.write(
            rejects,
            try sales.folder.text(rejects).replacing("1e5", with: "9.00").replacing(
                "a4,p1", with: "\"\(Self.row("a4", "8.00").dropLast())\""
            ).replacing("\"\"", with: "\""))
        try await transcript.call("load", "--country", "US", "-q", "--rejected", "--json")
        transcript.list("\(Self.inbound)/Rejected")
        transcript.list("\(Self.inbound)/Rejected/Mended")
        #expect(
            try Alteration.look(
                sales.folder.file("data/stage.sales.db"), .table, "SELECT group_concat(sale_id || selling_price) FROM sales")
                == "a15.00,a26.00,a37.00,a48.00,a59.00")
        try transcript.compare(with: "rejects.txt")
    }

    @Test(
        "A sale_id that is there with other fields is met as the policy says",
        arguments: [("keep", "5.00"), ("replace", "6.00"), ("reject", "5.00")])
    func conflicts(policy: String, price: String) async throws {
        let sales = try Sales()
        let transcript = Transcript(sales)
        try sales.folder.write("\(Self.inbound)/one.csv", Self.header + Self.row("a1", "5.00"))
        try await sales.run("load", "--country", "US", "-q")
        try sales.folder.write("\(Self.inbound)/two.csv", Self.header + Self.row("a1", "6.00") + Self.row("a2", "7.00"))
        try await transcript.call("load", "--country", "US", "-q", "--json", "--on-conflict", policy)
        if policy == "reject" { try transcript.show("\(Self.inbound)/Rejected/two.csv") }
        #expect(
            try Alteration.look(sales.folder.file("data/stage.sales.db"), .table, "SELECT selling_price FROM sales WHERE sale_id = 'a1'")
                == price)
        try transcript.compare(with: "conflict-\(policy).txt")
    }

    @Test("A file of a name that was loaded before is not mixed up with it")
    func sameName() async throws {
        let sales = try Sales()
        try sales.folder.write("\(Self.inbound)/one.csv", Self.header + Self.row("a1", "5.00"))
        try await sales.run("load", "--country", "US", "-q")
        try sales.folder.write("\(Self.inbound)/one.csv", Self.header + Self.row("a2", "6.00"))
        let outcome = try await sales.run("load", "--country", "US", "-q")
        #expect(outcome.errors.contains("another file of this name and other bytes is there already; this one is set aside"))
        let names = sales.folder.names("\(Self.inbound)/Processed")
        #expect(names.count == 2 && names[0] == "one.csv" && names[1].hasPrefix("set-aside-") && names[1].hasSuffix("-one.csv"), "\(names)")
        #expect(try sales.folder.text("\(Self.inbound)/Processed/one.csv").contains("a1"))
        #expect(try sales.folder.text("\(Self.inbound)/Processed/\(names[1])").contains("a2"))
        try sales.folder.write("\(Self.inbound)/one.csv", Self.header + Self.row("a1", "5.00"))
        try await sales.run("load", "--country", "US", "-q")
        #expect(sales.folder.names("\(Self.inbound)/Processed") == names, "the same bytes again are the same file")
    }

    @Test("A file of ours whose bytes have rotted fails its own check and stays; the others are loaded")
    func rotten() async throws {
        let sales = try Sales()
        let transcript = Transcript(sales)
        try await sales.run("publish", "--count", "10", "--start", "2026-01-01T00:00:00Z", "--country", "US", "-q")
        try await sales.run("stream", "--until-drained", "--rows", "5", "--country", "US", "-q")
        let name = try #require(sales.folder.names(Self.inbound).first)
        try Self.rot(sales.folder.file("\(Self.inbound)/\(name)").path(percentEncoded: false))
        let outcome = try await transcript.call("load", "--country", "US", "-q")
        #expect(outcome.ending == .exit(65))
        transcript.list(Self.inbound)
        transcript.list("\(Self.inbound)/Processed")
        #expect(try Alteration.look(sales.folder.file("data/stage.sales.db"), .table, "SELECT count(*) || '' FROM sales") == "5")
        try await transcript.call("reconcile", "--country", "US", "-q")
        try transcript.compare(with: "rotten.txt")
    }

    /// Changes a digit and nothing that the file system tells.
    private static func rot(_ path: String) throws {
        var facts = stat()
        try #require(stat(path, &facts) == 0)
        let descriptor = open(path, O_RDWR)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var byte: UInt8 = 0
        let place = off_t(facts.st_size - 6)
        try #require(pread(descriptor, &byte, 1, place) == 1)
        byte = byte == 0x39 ? 0x38 : byte + 1
        try #require(pwrite(descriptor, &byte, 1, place) == 1)
        let times = [facts.st_atim, facts.st_mtim]
        try #require(futimens(descriptor, times) == 0)
    }
}
