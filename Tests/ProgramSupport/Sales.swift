package import Foundation
internal import Synchronization
package import Testing

/// What a call of the program came to.
package struct Outcome: Sendable {
    package let ending: Ending
    package let output: String
    package let errors: String

    package init(ending: Ending, output: String, errors: String) {
        self.ending = ending
        self.output = output
        self.errors = errors
    }

    /// The JSON object that is all of standard output.
    package func json(_ location: SourceLocation = #_sourceLocation) throws -> [String: Any] {
        try #require(output.last == "\n" && !output.dropLast().contains("\n"), "not one line: \(output)", sourceLocation: location)
        return try #require(
            try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any], "no object: \(output)", sourceLocation: location)
    }
}

/// A folder in which `sales` is called, as a user would from there.
package final class Sales: Sendable {
    package let folder: TestFolder
    private let outputs: TestFolder
    private let calls = Mutex(0)

    package init() throws {
        folder = try TestFolder()
        outputs = try TestFolder()
    }

    /// Keeps all files and says where they are.
    package func keep() -> String {
        folder.keepForever()
        outputs.keepForever()
        return "data in \(folder.path), output of \(calls.withLock { $0 }) calls in \(outputs.path)"
    }

    /// Files of all countries in the default store that have landed so far, loaded or not.
    package var landedFiles: Int {
        let inbound = "data/raw-data-store-de-project-1/Inbound"
        return folder.names(inbound).map { country in
            folder.names("\(inbound)/\(country)").filter { $0.hasSuffix(".csv") }.count
                + folder.names("\(inbound)/\(country)/Processed").count
        }.reduce(0, +)
    }

    /// Starts the program without waiting for it.
    package func start(
        _ arguments: [String], environment: [String: String] = [:], input: String? = nil, binary: URL = RunningProgram.binary
    ) throws
        -> RunningProgram
    {
        let number = calls.withLock { calls in
            calls += 1
            return calls
        }
        let called = arguments.first.map { URL(filePath: $0).lastPathComponent } ?? "sales"
        let name = "\(String(number + 10_000).dropFirst())-\(called)"
        let given = try input.map { try outputs.write("\(name).in", $0) }
        return try RunningProgram(
            arguments, in: folder.url, environment: environment, input: given, output: outputs.file(name), binary: binary)
    }

    /// Calls the program and waits for its end.
    package func run(_ arguments: [String], environment: [String: String] = [:], input: String? = nil) async throws -> Outcome {
        let program = try start(arguments, environment: environment, input: input)
        let ending = await program.ending()
        return Outcome(ending: ending, output: program.standardOutput, errors: program.standardError)
    }

    /// Calls the program, which is to leave with this status.
    @discardableResult package func run(
        _ arguments: String..., status: Int32 = 0, environment: [String: String] = [:], input: String? = nil,
        location: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        try await run(arguments, status: status, environment: environment, input: input, location: location)
    }

    /// Calls the program, which is to leave with this status.
    @discardableResult package func run(
        _ arguments: [String], status: Int32, environment: [String: String] = [:], input: String? = nil,
        location: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        let outcome = try await run(arguments, environment: environment, input: input)
        #expect(
            outcome.ending == .exit(status), "sales \(arguments.joined(separator: " ")): \(outcome.errors)\(outcome.output)",
            sourceLocation: location)
        return outcome
    }
}
