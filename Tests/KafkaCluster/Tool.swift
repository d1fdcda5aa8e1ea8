public import Foundation
internal import ProgramSupport

/// A tool from outside, called and waited for.
public enum Tool {
    /// Calls a tool, which is to leave with 0.
    ///
    /// - Parameters:
    ///   - input: what it reads from standard input.
    ///   - limit: after which it is killed.
    /// - Returns: all of its standard output and of its standard error.
    /// - Throws: `ToolFailure` with its words where it leaves with anything else.
    @discardableResult public static func run(
        _ tool: URL, _ arguments: [String], environment: [String: String] = [:], input: String? = nil,
        within limit: Duration = .seconds(120)
    ) async throws -> (output: String, errors: String) {
        let folder = try TestFolder()
        let given = try input.map { try folder.write("in", $0) }
        let program = try RunningProgram(
            arguments, in: folder.url, environment: environment, input: given, output: folder.file("out"), binary: tool)
        let ending = await program.ending(within: limit)
        guard ending == .exit(0) else {
            let call = ([tool.lastPathComponent] + arguments).joined(separator: " ")
            throw ToolFailure("\(call): \(ending)\n\(program.standardError)\(program.standardOutput)")
        }
        return (program.standardOutput, program.standardError)
    }

    /// The same for a tool that leaves programs running behind it.
    ///
    /// Foundation takes a process for running as long as anybody holds a certain file that it has inherited; here nobody but the shell does.
    @discardableResult static func launch(_ tool: URL, _ arguments: [String], within limit: Duration) async throws -> String {
        let script = """
            (
                for file in /proc/$BASHPID/fd/*; do
                    file=${file##*/}
                    if [ "$file" -gt 2 ]; then eval "exec $file>&-"; fi
                done
                exec "$@"
            )
            """
        let call = ["-c", script, tool.lastPathComponent, tool.path(percentEncoded: false)] + arguments
        return try await run(URL(filePath: "/bin/bash"), call, within: limit).output
    }
}

/// Kafka's own producer for a terminal, in Java.
public enum KafkaConsole {
    /// Sends a message a line, to brokers that speak plain text.
    public static func produce(_ values: [String], to topic: String, at brokers: String, compression: String) async throws {
        guard let java = TestTools.program("java"), let libraries = TestTools.kafka?.deletingLastPathComponent().appending(path: "libs")
        else { throw ToolFailure(TestTools.missingCluster ?? "there is no Java for Kafka's console") }
        try await Tool.run(
            java,
            [
                "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", "\(libraries.path(percentEncoded: false))/*",
                "org.apache.kafka.tools.ConsoleProducer", "--bootstrap-server", brokers, "--topic", topic, "--compression-codec",
                compression,
            ], input: values.map { "\($0)\n" }.joined())
    }
}
