internal import Foundation
internal import ProgramSupport

/// A proxy between a program and its brokers that makes faults (toxiproxy), on ports of its own, gone when this process is.
public final class FaultProxy: Sendable {
    /// What happens on a connection.
    public enum Toxic: Sendable {
        /// Each piece of data comes so many milliseconds later.
        case latency(milliseconds: Int)
        /// So many kilobytes a second get through.
        case bandwidth(kilobytes: Int)
        /// The connection is reset after so many milliseconds.
        case resetPeer(milliseconds: Int)
        /// Nothing gets through any more, and nobody is told: half-open.
        case silence
        /// Data come in pieces of so many bytes on average.
        case slicer(bytes: Int)

        fileprivate var name: String {
            switch self {
            case .latency: "latency"
            case .bandwidth: "bandwidth"
            case .resetPeer: "reset_peer"
            case .silence: "timeout"
            case .slicer: "slicer"
            }
        }

        fileprivate var attributes: String {
            switch self {
            case .latency(let milliseconds): #"{"latency":\#(milliseconds)}"#
            case .bandwidth(let kilobytes): #"{"rate":\#(kilobytes)}"#
            case .resetPeer(let milliseconds): #"{"timeout":\#(milliseconds)}"#
            case .silence: #"{"timeout":0}"#
            case .slicer(let bytes): #"{"average_size":\#(bytes),"size_variation":\#(bytes / 2),"delay":100}"#
            }
        }
    }

    /// Which data a toxic works on.
    public enum Direction: String, Sendable, CaseIterable {
        /// What the program sends.
        case upstream
        /// What the broker answers.
        case downstream
    }

    private let port: Int
    private let names: [String]
    private let companion: Companion

    private init(port: Int, names: [String], companion: Companion) {
        self.port = port
        self.names = names
        self.companion = companion
    }

    /// Stands before all brokers of a cluster that was started `proxied`: `cluster.proxiedBootstrap` goes through it.
    ///
    /// - Throws: `ToolFailure` where it does not start.
    public static func cover(_ cluster: KafkaCluster) async throws -> FaultProxy {
        guard let server = TestTools.toxiproxy else { throw ToolFailure(TestTools.missingFaults ?? "there is no toxiproxy") }
        let port = try Ports.block(1)
        let companion = try Companion(
            #""$1" -host 127.0.0.1 -port "$2" & proxy=$!; await_end; kill -9 $proxy"#, [server.path(percentEncoded: false), "\(port)"])
        let names = (0..<cluster.nodes).map { "broker-\($0)" }
        let proxy = FaultProxy(port: port, names: names, companion: companion)
        guard await eventually(within: .seconds(60), { Socket.answers(port) }) else { throw ToolFailure("toxiproxy did not start") }
        for (node, name) in names.enumerated() {
            let (listen, upstream) = (cluster.port + 10 * node + 5, cluster.port + 10 * node + 4)
            try proxy.request(
                "POST", "/proxies",
                #"{"name":"\#(name)","listen":"127.0.0.1:\#(listen)","upstream":"127.0.0.1:\#(upstream)","enabled":true}"#)
        }
        return proxy
    }

    /// Adds a toxic before all brokers, or before one of them.
    public func add(_ toxic: Toxic, _ direction: Direction = .downstream, node: Int? = nil) throws {
        for name in node.map({ [names[$0]] }) ?? names {
            try request(
                "POST", "/proxies/\(name)/toxics",
                #"{"name":"\#(toxic.name)-\#(direction.rawValue)","type":"\#(toxic.name)","stream":"\#(direction.rawValue)","toxicity":1.0,"attributes":\#(toxic.attributes)}"#
            )
        }
    }

    /// Takes all toxics away, and lets connections through again.
    public func heal() throws { try request("POST", "/reset", "") }

    /// Cuts all connections to all brokers, or to one, and refuses new ones; `heal` ends it.
    public func cut(node: Int? = nil) throws {
        for name in node.map({ [names[$0]] }) ?? names { try request("POST", "/proxies/\(name)", #"{"enabled":false}"#) }
    }

    /// Stops the proxy.
    public func end() async {
        await companion.end()
        Ports.giveBack(port, 1)
    }

    private func request(_ method: String, _ path: String, _ body: String) throws {
        let head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
        let answer = Socket.exchange(port, Array((head + body).utf8)).map { String(decoding: $0, as: UTF8.self) } ?? "no answer"
        guard answer.hasPrefix("HTTP/1.1 2") else { throw ToolFailure("toxiproxy, \(method) \(path): \(answer)") }
    }
}
