internal import Foundation
internal import KafkaCluster
internal import ProgramSupport
internal import Testing

/// Brokers that want to know who asks. Whoever is not let in is told why, soon, and with the status for it.
@Suite(.turns, .secureBrokers, .brokers(secure: true), .serialized) struct SecurityTests {
    private static let newer = ["LD_LIBRARY_PATH": PythonTools.newerLibrary ?? ""]
    private static let password = ["SALES_KAFKA_PASSWORD": "sales-secret"]

    private static func sasl(_ cluster: KafkaCluster, _ mechanism: String, authority: String? = nil) -> [String] {
        [
            "security.protocol=sasl_ssl", "sasl.mechanism=\(mechanism)", "sasl.username=sales",
            "ssl.ca.location=\(authority ?? cluster.certificate("ca.pem"))",
        ]
    }

    private static func mutual(_ cluster: KafkaCluster) -> [String] {
        [
            "security.protocol=ssl", "ssl.ca.location=\(cluster.certificate("ca.pem"))",
            "ssl.certificate.location=\(cluster.certificate("client.pem"))", "ssl.key.location=\(cluster.certificate("client.key"))",
        ]
    }

    /// All stages, with these properties.
    private func comesThrough(_ brokers: String, _ kafka: [String], _ environment: [String: String] = [:]) async throws {
        let live = try await LivePipeline(
            brokers, plain: Brokers.here().bootstrap, kafka: kafka, environment: environment)
        try await live.run("publish", "--upto", "500", "-q")
        try await live.judge(expect: 500)
    }

    @Test("SASL PLAIN over TLS, with the authority's certificate")
    func plain() async throws {
        let cluster = try Brokers.here()
        try await comesThrough(cluster.saslBootstrap, Self.sasl(cluster, "PLAIN"), Self.password)
    }

    @Test("SCRAM over TLS, with a librdkafka that Kafka 4 accepts", .newerLibrary)
    func scram() async throws {
        let cluster = try Brokers.here()
        try await comesThrough(
            cluster.saslBootstrap, Self.sasl(cluster, "SCRAM-SHA-512"), Self.password.merging(Self.newer) { $1 })
    }

    @Test("TLS with a certificate of the client's")
    func certificate() async throws {
        let cluster = try Brokers.here()
        try await comesThrough(cluster.mutualBootstrap, Self.mutual(cluster))
    }

    /// Commands that begin differently are all turned away alike.
    private func turnedAway(
        _ brokers: String, _ kafka: [String], _ environment: [String: String] = [:], status: Int32, saying words: String...,
        location: SourceLocation = #_sourceLocation
    ) async throws {
        let live = try await LivePipeline(
            brokers, plain: Brokers.here().bootstrap, partitions: 0, kafka: kafka, environment: environment)
        let programs = try [["publish", "--count", "1", "-q"], ["stream", "--until-drained", "-q"], ["setup", "-q"]].map {
            (command: $0[0], program: try live.start($0))
        }
        for (command, program) in programs {
            let ending = await program.ending(within: .seconds(60))
            let errors = program.standardError
            #expect(ending == .exit(status), "sales \(command): \(ending)\n\(errors)", sourceLocation: location)
            for word in words {
                #expect(errors.contains(word), "sales \(command): \"\(word)\" is not in: \(errors)", sourceLocation: location)
            }
            #expect(!errors.contains("secret"), "\(errors)", sourceLocation: location)
        }
    }

    @Test("A wrong password")
    func wrongPassword() async throws {
        let cluster = try Brokers.here()
        try await turnedAway(
            cluster.saslBootstrap, Self.sasl(cluster, "PLAIN"), ["SALES_KAFKA_PASSWORD": "wrong"], status: 77, saying: "password")
    }

    @Test("SCRAM with a librdkafka that Kafka 4 refuses is not taken for a wrong password")
    func oldScram() async throws {
        let cluster = try Brokers.here()
        try await turnedAway(
            cluster.saslBootstrap, Self.sasl(cluster, "SCRAM-SHA-512"), Self.password, status: 78, saying: "2.6.1", "newer librdkafka")
    }

    @Test("An authority that did not sign the brokers' certificate")
    func wrongAuthority() async throws {
        let cluster = try Brokers.here()
        try await turnedAway(
            cluster.saslBootstrap, Self.sasl(cluster, "PLAIN", authority: cluster.certificate("client.pem")), Self.password, status: 77,
            saying: "certificate")
    }

    @Test("No certificate where one is wanted")
    func noCertificate() async throws {
        let cluster = try Brokers.here()
        try await turnedAway(
            cluster.mutualBootstrap, Array(Self.mutual(cluster).prefix(2)), status: 77, saying: "certificate")
    }

    @Test("Plain text to a port that speaks TLS")
    func plainToTLS() async throws {
        try await turnedAway(try Brokers.here().mutualBootstrap, [], status: 69, saying: "security.protocol")
    }

    @Test("TLS to a port that speaks plain text")
    func tlsToPlain() async throws {
        let cluster = try Brokers.here()
        try await turnedAway(cluster.bootstrap, Self.mutual(cluster), status: 69, saying: "security.protocol")
    }

    @Test("A port where nobody listens, and a name that nobody has")
    func nobodyThere() async throws {
        async let port: Void = turnedAway("127.0.0.1:\(try Ports.block(1))", [], status: 69, saying: "refused")
        async let name: Void = turnedAway("nobody.invalid:9092", [], status: 69, saying: "nobody.invalid")
        _ = try await (port, name)
    }
}
