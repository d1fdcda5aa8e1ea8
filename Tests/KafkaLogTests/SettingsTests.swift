import Testing

@testable import KafkaLog

@Suite struct SettingsTests {
    @Test func namesThatHoldSecretsAreKnown() {
        for name in ["sasl.password", "ssl.key.password", "ssl.keystore.password", "sasl.oauthbearer.client.secret", "ssl.key.pem"] {
            #expect(KafkaSettings.isSecret(name))
        }
        for name in ["sasl.username", "ssl.ca.location", "compression.type", "ssl.key.location"] { #expect(!KafkaSettings.isSecret(name)) }
    }
}
