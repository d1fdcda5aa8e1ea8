internal import Foundation
internal import ProgramSupport
internal import Testing

/// A password comes in by the environment, a private file or a command, and is told to nobody.
struct SecretTests {
    private static let secret = "geheim-4711"
    /// Nothing listens there, so that the clients complain with all they have.
    private static let broker = [
        "--broker", "kafka://127.0.0.1:9", "--kafka", "security.protocol=sasl_plaintext", "--kafka", "sasl.mechanism=PLAIN", "--kafka",
        "sasl.username=sales", "--kafka", "debug=all", "-v",
    ]

    @Test(
        "No way of giving a password shows it: not in output, errors, log files, config",
        arguments: ["variable", "pairs", "file", "file of pairs", "command"])
    func hidden(way: String) async throws {
        let sales = try Sales()
        let environment: [String: String] =
            switch way {
            case "variable": ["SALES_KAFKA_PASSWORD": Self.secret]
            case "pairs": ["SALES_KAFKA": "sasl.password=\(Self.secret)"]
            case "command": ["SALES_KAFKA_PASSWORD_COMMAND": "cat secret"]
            default: [:]
            }
        if way.hasPrefix("file") {
            let text = way == "file" ? "kafka-password: \(Self.secret)\n" : "kafka:\n  sasl.password: \(Self.secret)\n"
            let file = try sales.folder.write("sales.yaml", text)
            chmod(file.path(percentEncoded: false), 0o600)
        }
        try sales.folder.write("secret", Self.secret + "\n")
        for call in [["config"], ["config", "--json"], ["doctor"], ["doctor", "--json"], ["publish", "--count", "1"]] {
            let outcome = try await sales.run(call + Self.broker, environment: environment)
            #expect(!(outcome.output + outcome.errors).contains(Self.secret), "\(call)")
            if call == ["config"] { #expect(outcome.output.contains("********"), "\(outcome.output)") }
            if call != ["config"], call != ["config", "--json"] { #expect(outcome.ending != .exit(0), "\(call): \(outcome.output)") }
        }
        #expect(try !sales.folder.text("data/logs/log_1.txt").contains(Self.secret))
    }

    @Test("As flags, and in files that others can read, passwords are refused, with what to do")
    func refused() async throws {
        let sales = try Sales()
        let transcript = Transcript(sales)
        for name in ["sasl.password", "ssl.key.password", "sasl.oauthbearer.client.secret"] {
            let outcome = try await transcript.call("status", "--kafka", "\(name)=\(Self.secret)")
            #expect(!(outcome.output + outcome.errors).contains(Self.secret))
        }
        try await transcript.call("status", "--kafka-password", "x")
        for (text, mode) in [
            ("kafka-password: \(Self.secret)\n", 0o644), ("kafka:\n  sasl.password: \(Self.secret)\n", 0o640),
            ("kafka:\n  ssl.key.password: \(Self.secret)\n", 0o604),
        ] {
            let file = try sales.folder.write("sales.yaml", text)
            chmod(file.path(percentEncoded: false), mode_t(mode))
            let outcome = try await transcript.call("status")
            #expect(!(outcome.output + outcome.errors).contains(Self.secret))
        }
        transcript.about("given twice")
        let file = try sales.folder.write("sales.yaml", "kafka:\n  sasl.password: \(Self.secret)\n")
        chmod(file.path(percentEncoded: false), 0o600)
        try await transcript.call(
            "setup", "--broker", "kafka://127.0.0.1:9", environment: ["SALES_KAFKA_PASSWORD": Self.secret + "x"])
        try transcript.compare(with: "secrets.txt")
        #expect(!transcript.text.replacing("\(Self.secret)x", with: "").replacing("=\(Self.secret)", with: "").contains(Self.secret))
    }

    @Test("A password is not in the list of processes")
    func processes() async throws {
        let sales = try Sales()
        // Another one than a test beside this gives as a flag.
        let secret = "geheim-0815"
        try sales.folder.write("secret", secret)
        let program = try sales.start(
            ["stream"] + Self.broker, environment: ["SALES_KAFKA_PASSWORD_COMMAND": "cat secret"])
        defer { program.send(SIGKILL) }
        for _ in 1...20 where program.isRunning {
            for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(entry) != nil {
                guard let line = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline") else { continue }
                #expect(!String(decoding: line, as: UTF8.self).contains(secret))
            }
        }
    }
}
