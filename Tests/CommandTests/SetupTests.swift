internal import ProgramSupport
internal import Testing

/// `sales setup` on the embedded stores.
struct SetupTests {
    @Test("It makes what is absent, tells what is there, and leaves alone what differs")
    func embedded() async throws {
        let sales = try Sales()
        let transcript = Transcript(sales)
        transcript.about("only told")
        try await transcript.call("setup", "--dry-run", "--countries", "US,UK")
        transcript.list(".")
        transcript.about("made, and there")
        try await transcript.call("setup", "--countries", "US,UK", "--partitions", "2")
        transcript.list("data")
        try await transcript.call("setup", "--countries", "US,UK", "--json")
        transcript.about("another number of partitions than was asked for")
        try await transcript.call("setup", "--countries", "US,DE", "--partitions", "3")
        try await transcript.call("setup", "--countries", "US", "--partitions", "3", "--json")
        try transcript.compare(with: "setup.txt")
        try await sales.run("run", "--count", "4", "--countries", "US,UK", "-q")
        let status = try await sales.run("status", "--countries", "US", "--json").json()
        #expect((status["countries"] as? [String: [String: Any]])?["US"]?["lag"] as? Int == 0)
    }
}
