internal import Foundation
internal import Glibc
internal import ProgramSupport
internal import Testing

/// `sales doctor` where there is no Kafka: each reason is told apart, in one JSON object and a line each.
struct DoctorTests {
    /// What the checks of the broker found, by name.
    private static func checks(_ outcome: Outcome) throws -> [String: (outcome: String, told: String)] {
        let list = try #require(try outcome.json()["checks"] as? [[String: Any]])
        return Dictionary(
            list.map { ($0["name"] as? String ?? "", ($0["outcome"] as? String ?? "", $0["told"] as? String ?? "")) },
            uniquingKeysWith: { first, _ in first })
    }

    @Test("On embedded stores it finds what is missing, and nothing after the setup")
    func embedded() async throws {
        let sales = try Sales()
        let before = try Self.checks(try await sales.run("doctor", "--countries", "US", "--json", status: 1))
        #expect(before["topic US_topic"]?.outcome == "fault")
        #expect(sales.folder.names(".").isEmpty, "it makes nothing")
        try await sales.run("setup", "--countries", "US")
        let after = try await sales.run("doctor", "--countries", "US", "--json")
        #expect(try after.json()["verdict"] as? String == "ok")
        #expect(try Self.checks(after).values.allSatisfy { $0.outcome == "ok" })
        #expect(sales.folder.names("data/raw-data-store-de-project-1/Inbound").isEmpty)
    }

    @Test("What cannot be a store, a table or a spool is a fault")
    func places() async throws {
        let sales = try Sales()
        try sales.folder.write("a-file", "no folder, no database")
        let outcome = try await sales.run(
            "doctor", "--json", "--countries", "US", "--store", "file:a-file", "--table", "sqlite:a-file", "--inbound", "a-file/spool",
            "--broker", "sqlite:a-file", status: 1)
        let checks = try Self.checks(outcome)
        for name in ["broker sqlite:a-file", "store file:a-file", "table sqlite:a-file", "spool a-file/spool"] {
            #expect(checks[name]?.outcome == "fault", "\(name)")
        }
        #expect(try sales.folder.text("a-file") == "no folder, no database")
    }

    @Test("Name, port, silence: each is told, and what comes after is skipped")
    func reach() async throws {
        let sales = try Sales()
        let hole = try Hole()
        let port = try Listener { _ in nil }.port
        for (address, told) in [
            ("no-such-host.invalid:9092", "the name is not found"), ("127.0.0.1:\(port)", "the port is closed"),
            ("127.0.0.1:\(hole.port)", "no answer from 127.0.0.1"),
        ] {
            let outcome = try await sales.run("doctor", "--json", "--countries", "US", "--broker", "kafka://\(address)", status: 1)
            let checks = try Self.checks(outcome)
            #expect(checks["broker \(address)"]?.told.hasPrefix(told) == true, "\(outcome.output)")
            #expect(checks["login"]?.outcome == "skipped" && checks["topics"]?.outcome == "skipped")
            #expect(checks["librdkafka"]?.outcome == "ok")
        }
    }

    @Test("A port with TLS, one without, and one that is not Kafka's are told apart")
    func mismatch() async throws {
        let sales = try Sales()
        // An answer to ApiVersions: Fetch from version 4 on.
        let kafka = try Listener { request in
            request.starts(with: [0, 0, 0, 10, 0, 18]) ? [0, 0, 0, 16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 4, 0, 17] : []
        }
        // An alert, as a server with TLS answers plain text.
        let tls = try Listener { request in request.first == 0x16 ? [] : [0x15, 3, 3, 0, 2, 2, 10] }
        let web = try Listener { _ in Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8) }
        let mute = try Listener { _ in nil }
        for (listener, security, told) in [
            (kafka, "ssl", "TLS is refused: this port speaks plain text"),
            (tls, "plaintext", "plain text is refused: this port speaks TLS"),
            (web, "plaintext", "something answers at this port that is not Kafka"),
            (mute, "plaintext", "the port takes connections, but nobody answers"),
        ] {
            let outcome = try await sales.run(
                "doctor", "--json", "--countries", "US", "--broker", "kafka://127.0.0.1:\(listener.port)", "--kafka",
                "security.protocol=\(security)", status: 1)
            let checks = try Self.checks(outcome)
            #expect(checks["login"]?.told.hasPrefix(told) == true, "\(outcome.output)")
            #expect(checks["topics"]?.outcome == "skipped")
        }
    }
}

/// A socket of TCP at a free port of this machine, listening.
private struct Socket {
    let descriptor: Int32
    let address: sockaddr_in

    var port: Int { Int(UInt16(bigEndian: address.sin_port)) }

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && listen(descriptor, 0) == 0 && getsockname(descriptor, address, &size) == 0
            }
        }
        guard isListening else { throw CocoaError(.fileReadUnknown) }
        self.address = address
    }
}

/// A port that answers each request as it is told, or never. It is closed when it goes.
private final class Listener: Sendable {
    let port: Int
    private let descriptor: Int32

    /// - Parameter answer: to what came; empty hangs up, nil says nothing.
    init(_ answer: @escaping @Sendable ([UInt8]) -> [UInt8]?) throws {
        let socket = try Socket()
        port = socket.port
        descriptor = socket.descriptor
        let descriptor = descriptor
        Thread.detachNewThread {
            while case let client = accept(descriptor, nil, nil), client >= 0 {
                Thread.detachNewThread { Self.serve(client, answer) }
            }
        }
    }

    private static func serve(_ client: Int32, _ answer: ([UInt8]) -> [UInt8]?) {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while case let count = recv(client, &bytes, bytes.count, 0), count > 0 {
            guard let reply = answer(Array(bytes.prefix(count))) else { continue }
            if reply.isEmpty { break }
            send(client, reply, reply.count, Int32(MSG_NOSIGNAL))
        }
        close(client)
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }
}

/// A port whose queue is full: who connects hears nothing.
private final class Hole: Sendable {
    let port: Int
    private let descriptors: [Int32]

    init() throws {
        let hole = try Socket()
        port = hole.port
        var address = hole.address
        descriptors =
            [hole.descriptor]
            + (0..<8).map { _ in
                let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
                _ = withUnsafePointer(to: &address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
                return client
            }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
