import Logging
import Pipeline
import Testing

@testable import KafkaLog

@Suite struct SettingsTests {
    @Test func namesThatHoldSecretsAreKnown() {
        for name in ["sasl.password", "ssl.key.password", "ssl.keystore.password", "sasl.oauthbearer.client.secret", "ssl.key.pem"] {
            #expect(KafkaSettings.isSecret(name))
        }
        for name in ["sasl.username", "ssl.ca.location", "compression.type", "ssl.key.location"] { #expect(!KafkaSettings.isSecret(name)) }
    }

    private func refusal(_ properties: [String: String]) async throws -> PortError {
        // Nobody listens there: a wrong setting is told without a connection.
        let settings = KafkaSettings(brokers: "127.0.0.1:1", properties: properties)
        return try await portError("open") { _ = try await KafkaLog.open(settings, logger: .silent) }
    }

    @Test(arguments: [
        ["compresion.type": "lz4"], ["linger.ms": "soon"], ["enable.idempotence": "false"], ["session.timeout.ms": "-1"],
    ])
    func aWrongSettingIsRefusedByName(_ properties: [String: String]) async throws {
        let error = try await refusal(properties)
        #expect(error.kind == .misconfigured, "\(error)")
        #expect(error.subject.contains(try #require(properties.keys.first)))
    }

    @Test func settingsThatContradictEachOtherAreRefusedAtOnce() async throws {
        let error = try await refusal(["message.timeout.ms": "60000", "transaction.timeout.ms": "10000"])
        #expect(error.kind == .misconfigured, "\(error)")
        #expect(error.reason.contains("message.timeout.ms"))
    }

    @Test func aSecretIsNotRepeated() async throws {
        let error = try await refusal(["security.protocol": "ssl", "ssl.key.pem": "hush hush"])
        #expect(error.kind == .misconfigured, "\(error)")
        #expect(!"\(error)".contains("hush"))
    }

    @Test func whereNobodyListensIsUnreachable() async throws {
        let error = try await refusal([:])
        #expect(error.kind == .unreachable, "\(error)")
        #expect(error.reason.contains("127.0.0.1:1"))
    }

    /// The token comes from a service that is not there. A library that was built without what it takes says so.
    @Test func tokensAreFetchedInTheBackground() async throws {
        let error = try await refusal([
            "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "OAUTHBEARER", "sasl.oauthbearer.method": "oidc",
            "sasl.oauthbearer.client.id": "sales", "sasl.oauthbearer.client.secret": "hush",
            "sasl.oauthbearer.token.endpoint.url": "http://127.0.0.1:1/token",
        ])
        if error.kind == .misconfigured {
            #expect(error.reason.contains("not supported in this build"), "\(error)")
        } else {
            #expect(error.kind == .denied || error.kind == .unreachable, "\(error)")
            #expect(error.reason.contains("token"), "\(error)")
        }
        #expect(!"\(error)".contains("hush"))
    }
}
