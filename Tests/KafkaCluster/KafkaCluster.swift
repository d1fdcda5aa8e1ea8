public import Foundation
internal import ProgramSupport

/// Real brokers of Apache Kafka on the loopback, with folder and ports of their own, which are gone when this process is, however it ends.
public final class KafkaCluster: Sendable {
    /// How many brokers there are; each is a controller too, and they are numbered from 0.
    public let nodes: Int
    /// The port of broker 0 for plain text; broker `i` has ten ports from `port + 10 * i` on.
    public let port: Int
    /// What belongs to the brokers: data, logs and certificates.
    public let folder: URL
    private let companion: Companion
    private let script: URL

    private init(nodes: Int, port: Int, folder: URL, companion: Companion, script: URL) {
        self.nodes = nodes
        self.port = port
        self.folder = folder
        self.companion = companion
        self.script = script
    }

    /// Starts brokers and waits until they answer.
    ///
    /// - Parameters:
    ///   - nodes: brokers. With three, topics have three replicas, of which two have to answer.
    ///   - secure: TLS and SASL are there too.
    ///   - proxied: each broker has a listener more for a fault proxy (`FaultProxy.cover`).
    ///   - settings: of the brokers, as `name=value`.
    /// - Throws: `ToolFailure` where they do not come up.
    public static func start(nodes: Int = 1, secure: Bool = false, proxied: Bool = false, settings: [String] = []) async throws
        -> KafkaCluster
    {
        guard let script = TestTools.kafka else { throw ToolFailure(TestTools.missingCluster ?? "there is no kafka/kafka") }
        var options = ["--nodes", "\(nodes)", "--fast-start"]
        if secure { options.append("--secure") }
        if proxied { options.append("--proxied") }
        for setting in settings { options += ["--set", setting] }
        // A port that was free may be taken by the time that a broker wants it.
        var words = ""
        for _ in 1...3 {
            let port = try Ports.block(10 * nodes)
            let folder = FileManager.default.temporaryDirectory.appending(path: "live-kafka-\(getpid())-\(port)")
            try? FileManager.default.removeItem(at: folder)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let path = folder.path(percentEncoded: false)
            let companion = try Companion(
                """
                kafka=$1 folder=$2; shift 2
                "$kafka" start "$folder" "$@" > "$folder/start.out" 2> "$folder/start.err"
                echo $? > "$folder/start.tmp"; mv "$folder/start.tmp" "$folder/start.status"
                await_end
                "$kafka" kill "$folder"
                rm -rf "$folder"
                """, [script.path(percentEncoded: false), path, "--port", "\(port)"] + options)
            let status = folder.appending(path: "start.status")
            await eventually(within: .seconds(240)) { FileManager.default.fileExists(atPath: status.path(percentEncoded: false)) }
            words = Self.text(folder.appending(path: "start.err"))
            if Self.text(status) == "0\n" {
                return KafkaCluster(nodes: nodes, port: port, folder: folder, companion: companion, script: script)
            }
            await companion.end()
        }
        throw ToolFailure("Kafka did not start: \(words)")
    }

    private static func text(_ file: URL) -> String { (try? String(decoding: Data(contentsOf: file), as: UTF8.self)) ?? "" }

    // MARK: Where it is

    /// All brokers, plain text.
    public var bootstrap: String { bootstrap(0) }
    /// All brokers, SASL over TLS: PLAIN or SCRAM-SHA-512, user `sales`, password `sales-secret`.
    public var saslBootstrap: String { bootstrap(2) }
    /// All brokers, TLS with a client's certificate.
    public var mutualBootstrap: String { bootstrap(3) }
    /// All brokers, through the fault proxy.
    public var proxiedBootstrap: String { bootstrap(5) }

    private func bootstrap(_ offset: Int) -> String {
        (0..<nodes).map { "127.0.0.1:\(port + 10 * $0 + offset)" }.joined(separator: ",")
    }

    /// A file of the throwaway certificates: `ca.pem`, `client.pem`, `client.key`.
    public func certificate(_ name: String) -> String { folder.appending(path: "tls/\(name)").path(percentEncoded: false) }

    // MARK: What happens to brokers

    /// `kill -9`.
    public func kill(_ node: Int) async throws { try await run(["kill", path, "\(node)"]) }

    /// Asks a broker to stop and waits until it has.
    public func stop(_ node: Int) async throws {
        try await run(["stop", path, "\(node)"])
        // One that does not stop in time is killed, and gone only a moment later.
        try await kill(node)
    }

    /// Starts a stopped or killed broker again on its own data and waits until it answers.
    public func restart(_ node: Int) async throws { try await run(["restart", path, "\(node)"]) }

    /// SIGSTOP: connections stay, and nothing answers.
    public func pause(_ node: Int) async throws { try await run(["pause", path, "\(node)"]) }

    /// SIGCONT.
    public func resume(_ node: Int) async throws { try await run(["resume", path, "\(node)"]) }

    /// Kills all brokers and removes their folder.
    public func end() async {
        await companion.end()
        Ports.giveBack(port, 10 * nodes)
    }

    // MARK: Kafka's own tools

    /// Runs one of Kafka's own tools: `topics`, `groups`, `configs` or a class by its name. Gives its standard output.
    @discardableResult public func admin(_ tool: String, _ arguments: String...) async throws -> String {
        try await admin(tool, arguments)
    }

    /// The same with arguments that were put together.
    @discardableResult public func admin(_ tool: String, _ arguments: [String]) async throws -> String {
        try await run(["admin", path, tool] + arguments)
    }

    /// The broker that leads a partition.
    public func leader(of topic: String, _ partition: Int = 0) async throws -> Int {
        let told = try await admin("topics", "--describe", "--topic", topic)
        for line in told.split(separator: "\n") where line.contains("Partition: \(partition)\t") {
            if let field = line.firstMatch(of: /Leader: (\d+)/), let node = Int(field.1) { return node }
        }
        throw ToolFailure("nobody leads \(topic)-\(partition): \(told)")
    }

    /// The broker that coordinates a consumer group.
    public func coordinator(of group: String) async throws -> Int {
        let told = try await admin("groups", "--describe", "--group", group, "--state")
        guard let field = told.firstMatch(of: /127\.0\.0\.1:\d+ +\((\d+)\)/), let node = Int(field.1) else {
            throw ToolFailure("nobody coordinates \(group): \(told)")
        }
        return node
    }

    /// Waits until no partition lacks a replica.
    public func awaitReplicas() async throws {
        let whole = try await eventually(within: .seconds(180), every: .milliseconds(200)) {
            try await admin("topics", "--describe", "--under-replicated-partitions").isEmpty
        }
        if !whole { throw ToolFailure("some partitions still lack replicas") }
    }

    private var path: String { folder.path(percentEncoded: false) }

    @discardableResult private func run(_ arguments: [String]) async throws -> String {
        try await Tool.launch(script, arguments, within: .seconds(150))
    }
}
