internal import ProgramSupport
internal import Testing

/// The whole help, as a user reads it.
struct HelpTests {
    @Test("The program's help tells the commands and what they share")
    func program() async throws {
        let sales = try Sales()
        let help = try await sales.run("--help")
        try Fixture.compare(help.output, with: "help.txt")
        #expect(help.errors.isEmpty)
        for call in ["-h", "help"] { #expect(try await sales.run(call).output == help.output) }
        #expect(try await sales.run("--version").output == "sales 0.1.0\n")
    }

    @Test(
        "A command's help tells its flags",
        arguments: ["generate", "publish", "stream", "load", "run", "setup", "doctor", "reconcile", "status", "config", "completion"])
    func command(name: String) async throws {
        let sales = try Sales()
        let help = try await sales.run(name, "--help")
        try Fixture.compare(help.output, with: "help-\(name).txt")
        #expect(help.errors.isEmpty)
        #expect(try await sales.run("help", name).output == help.output)
        #expect(sales.folder.names(".").isEmpty, "asking for help leaves no trace")
    }

    @Test("Without a command the help goes to standard error, with the status of wrong use")
    func nothing() async throws {
        let sales = try Sales()
        let outcome = try await sales.run(status: 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == "sales: which command?\n\n" + (try await sales.run("--help").output))
    }
}
