public import Foundation

/// Where the tools from outside are that live tests need, and what is missing of them.
///
/// `TEST_TOOLS` names a folder that holds `kafka/kafka` (starts real brokers), `bin/toxiproxy-server` (a proxy that makes faults) and
/// `check/verify.py` (an independent check of a whole pipeline).
public enum TestTools {
    /// The environment that the tests were started with.
    static let environment = ProcessInfo.processInfo.environment

    /// The folder of tools; nil where none is named.
    public static let folder = environment["TEST_TOOLS"].map { URL(filePath: $0, directoryHint: .isDirectory) }

    /// A cluster of the user's own, for tests that need nothing but a broker: `host:port`, several with commas between them.
    public static let brokers = environment["KAFKA_BROKERS"].flatMap { $0.isEmpty ? nil : $0 }

    /// The script that starts real brokers.
    static let kafka = file("kafka/kafka")
    /// The proxy that makes faults.
    static let toxiproxy = file("bin/toxiproxy-server")
    /// The independent check; nil where it is missing.
    public static let check = file("check/verify.py")

    /// What keeps tests from starting brokers of their own, as a sentence; nil where nothing does.
    public static let missingCluster: String? =
        if kafka == nil {
            "TEST_TOOLS names no folder that holds kafka/kafka, so there are no brokers to test against"
        } else if program("java") == nil {
            "there is no java on the PATH for Kafka (Debian: openjdk-17-jre-headless)"
        } else {
            nil
        }

    /// What keeps tests from any broker, as a sentence; nil where nothing does.
    public static let missingBroker = brokers == nil ? missingCluster.map { "\($0), and KAFKA_BROKERS names none" } : nil

    /// What keeps tests from brokers that speak TLS, as a sentence; nil where nothing does.
    public static let missingSecureCluster =
        missingCluster
        ?? ["openssl", "keytool"].first { program($0) == nil }.map { "there is no \($0) on the PATH to make certificates for Kafka" }

    /// What keeps tests from putting faults between a program and its brokers, as a sentence; nil where nothing does.
    public static let missingFaults =
        missingCluster ?? (toxiproxy == nil ? "TEST_TOOLS names no folder that holds bin/toxiproxy-server" : nil)

    private static func file(_ name: String) -> URL? {
        guard let file = folder?.appending(path: name) else { return nil }
        return FileManager.default.fileExists(atPath: file.path(percentEncoded: false)) ? file : nil
    }

    /// The first program of that name on the PATH; nil where there is none.
    public static func program(_ name: String) -> URL? {
        (environment["PATH"] ?? "").split(separator: ":").lazy.map { URL(filePath: String($0)).appending(path: name) }
            .first { FileManager.default.isExecutableFile(atPath: $0.path(percentEncoded: false)) }
    }
}

/// A tool from outside that did not do what a test needs of it.
public struct ToolFailure: Error, CustomStringConvertible {
    /// What failed, in the tool's words where it had any.
    public let description: String

    init(_ description: String) { self.description = description }
}
