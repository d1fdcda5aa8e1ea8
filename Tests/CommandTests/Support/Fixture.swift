internal import Foundation
internal import ProgramSupport
internal import Testing

/// Texts that the program is held to. `UPDATE_FIXTURES=1 swift test --filter CommandTests` writes them anew; look at the difference before
/// it is kept.
enum Fixture {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

    static func compare(_ text: String, with name: String, _ location: SourceLocation = #_sourceLocation) throws {
        let file = folder.appending(path: name)
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            return
        }
        let wanted = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        guard text != wanted else { return }
        let (have, want) = (
            text.split(separator: "\n", omittingEmptySubsequences: false), wanted.split(separator: "\n", omittingEmptySubsequences: false)
        )
        let line = zip(have, want).prefix { $0 == $1 }.count
        func told(_ lines: [Substring]) -> String { lines.dropFirst(max(0, line - 3)).prefix(12).joined(separator: "\n") }
        Issue.record(
            "Fixtures/\(name) differs from line \(line + 1) on. Wanted:\n\(told(want))\n\nis:\n\(told(have))\n\n(UPDATE_FIXTURES=1 writes it anew)",
            sourceLocation: location)
    }
}

/// Calls of the program in one folder, and all that they said, as a text to be compared with a fixture.
final class Transcript {
    let sales: Sales
    private(set) var text = ""

    init(_ sales: Sales) { self.sales = sales }

    /// A heading, for whoever reads the fixture.
    func about(_ what: String) { text += "\(text.isEmpty ? "" : "\n")# \(what)\n" }

    @discardableResult func call(_ arguments: String..., environment: [String: String] = [:], input: String? = nil) async throws -> Outcome
    {
        try await call(arguments, environment: environment, input: input)
    }

    /// Calls the program and writes down the call, its output, its errors marked by `!`, and its exit status.
    @discardableResult func call(_ arguments: [String], environment: [String: String] = [:], input: String? = nil) async throws -> Outcome {
        let outcome = try await sales.run(arguments, environment: environment, input: input)
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value) " }.joined()
        text += "$ \(variables)sales \(arguments.joined(separator: " "))\n"
        text += settled(outcome.output)
        for line in settled(outcome.errors).split(separator: "\n") { text += "! \(line)\n" }
        text += "= \(outcome.ending)\n"
        return outcome
    }

    /// Writes down what is in a folder, without what the program keeps for itself.
    func list(_ folder: String) {
        text += "files of \(folder): \(sales.folder.names(folder).joined(separator: " "))\n"
    }

    /// Writes down a file.
    func show(_ file: String) throws {
        text += "\(file):\n"
        for line in try sales.folder.text(file).split(separator: "\n") { text += "| \(settled(String(line)))\n" }
    }

    /// Without what differs from run to run: the time, how long it took, random numbers, where the folder is.
    private func settled(_ text: String) -> String {
        text.replacing(sales.folder.path, with: "FOLDER")
            .replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (?=[A-Z])/, with: "TIME ")
            .replacing(/librdkafka \d+\.\d+\.\d+/, with: "librdkafka VERSION")
            .replacing(/"seconds":[0-9.e-]+/, with: "\"seconds\":S")
            .replacing(/"perSecond":[0-9.e-]+/, with: "\"perSecond\":R")
            .replacing(/"oldestSeconds":\d+/, with: "\"oldestSeconds\":S")
            .replacing(#/ \d+ s(?= )/#, with: " S s")
            .replacing(/([0-9a-f]{32})+/, with: "ID")
    }

    func compare(with name: String, _ location: SourceLocation = #_sourceLocation) throws {
        try Fixture.compare(text, with: name, location)
    }
}
