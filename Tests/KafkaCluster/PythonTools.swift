public import Foundation

/// A Python with Kafka's client from PyPI, which `scripts/test` makes: it plays producers and administrators that share no code with ours.
public enum PythonTools {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let folder = root.appending(path: ".build/live-python")
    /// The interpreter.
    public static let interpreter = folder.appending(path: "bin/python")

    /// What keeps tests from using it, as a sentence; nil where nothing does.
    public static let missing: String? =
        FileManager.default.fileExists(atPath: folder.appending(path: "made-for").path(percentEncoded: false))
        ? nil : "there is no Python with confluent-kafka in \(folder.path(percentEncoded: false)), which scripts/test makes"

    /// A folder with a newer librdkafka than Debian's, the one of the Python client: `LD_LIBRARY_PATH` for a program that is to run with it.
    /// Nil where there is none.
    public static let newerLibrary: String? = {
        let libraries = folder.appending(path: "newer-librdkafka").path(percentEncoded: false)
        return FileManager.default.fileExists(atPath: "\(libraries)/librdkafka.so.1") ? libraries : nil
    }()

    /// Runs a script to its end.
    ///
    /// - Returns: its standard output.
    /// - Throws: `ToolFailure` with its words where it leaves with anything but 0.
    @discardableResult public static func run(_ script: URL, _ arguments: [String], input: String? = nil) async throws -> String {
        try await Tool.run(interpreter, [script.path(percentEncoded: false)] + arguments, input: input, within: .seconds(300)).output
    }
}
