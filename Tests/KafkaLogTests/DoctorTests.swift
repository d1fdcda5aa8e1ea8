import CRdKafka
import Pipeline
import Testing

@testable import KafkaLog

@Suite struct DoctorTests {
    @Test func portsAreToldApartByWhatTheyAnswerInPlainText() {
        #expect(PlainProbe(answer: nil) == .silent)
        #expect(PlainProbe(answer: []) == .closed)
        #expect(PlainProbe(answer: [0x15, 3, 3, 0, 2, 2, 80]) == .tls)
        #expect(PlainProbe(answer: Array("HTTP/1.1 400 Bad Request".utf8)) == .other)
        func answer(oldestFetch: UInt8) -> [UInt8] {
            [0, 0, 0, 22, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 13, 0, 1, 0, oldestFetch, 0, 17]
        }
        #expect(PlainProbe(answer: answer(oldestFetch: 0)) == .kafka(oldestFetch: 0))
        #expect(PlainProbe(answer: answer(oldestFetch: 4)).isKafka4)
        #expect(!PlainProbe(answer: answer(oldestFetch: 0)).isKafka4)
    }

    @Test func aNameThatNobodyKnowsAndAPortThatIsClosedAreToldApart() async {
        guard case .unknownName = await Reach.to("no-such-host.invalid", 9092, limit: .seconds(60)) else {
            Issue.record("found a name that cannot be")
            return
        }
        // The port of TCP's multiplexer is used by nobody.
        #expect(await Reach.to("127.0.0.1", 1, limit: .seconds(60)) == .closed("127.0.0.1"))
    }

    /// What librdkafka 2.0.2 told on real brokers, and what is made of it.
    @Test(arguments: [
        (
            RD_KAFKA_RESP_ERR__SSL,
            "ssl://h:1/bootstrap: SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener? (after 2ms)",
            "ssl", PlainProbe.kafka(oldestFetch: 4), "TLS is refused: this port speaks plain text"
        ),
        (RD_KAFKA_RESP_ERR__TRANSPORT, "h:1/bootstrap: Disconnected", "plaintext", .tls, "plain text is refused: this port speaks TLS"),
        (
            RD_KAFKA_RESP_ERR__TRANSPORT, "h:1/bootstrap: Disconnected", "sasl_plaintext", .closed,
            "plain text is refused: this port hangs up"
        ),
        (
            RD_KAFKA_RESP_ERR__TRANSPORT,
            "ssl://h:1/bootstrap: Receive failed: error:0A000412:SSL routines::sslv3 alert bad certificate: SSL alert number 42 (after 3ms)",
            "ssl",
            .closed, "the broker refuses this client's certificate, or wants one"
        ),
        (
            RD_KAFKA_RESP_ERR__TRANSPORT,
            "ssl://h:1/0: Disconnected: verify that security.protocol is correctly configured, broker might require SASL authentication",
            "ssl",
            .closed, "the broker hangs up where a login would come"
        ),
        (
            RD_KAFKA_RESP_ERR__AUTHENTICATION,
            "sasl_ssl://h:1/bootstrap: SASL authentication error: Authentication failed: Invalid username or password (after 5ms in state AUTH_REQ)",
            "sasl_ssl", .closed,
            "the broker refuses the credentials by PLAIN (SASL authentication error: Authentication failed: Invalid username"
        ),
        (
            RD_KAFKA_RESP_ERR__AUTHENTICATION,
            "sasl_ssl://h:1/bootstrap: SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported mechanisms: "
                + "SCRAM-SHA-512 (after 1ms in state AUTH_HANDSHAKE)", "sasl_ssl", .closed,
            "the broker does not offer PLAIN: it offers SCRAM-SHA-512"
        ),
        (
            RD_KAFKA_RESP_ERR__AUTHENTICATION,
            "sasl_plaintext://h:1/bootstrap: SASL PLAIN mechanism handshake failed: Broker: Request not valid in current SASL state: broker's "
                + "supported mechanisms:  (after 0ms in state AUTH_HANDSHAKE)", "sasl_plaintext", .kafka(oldestFetch: 4),
            "the broker takes no login at this port"
        ),
        (RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "0/2 brokers are down", "ssl", .closed, "the broker hangs up where a login would come"),
        (
            RD_KAFKA_RESP_ERR__TRANSPORT, "ssl://h:1/bootstrap: SSL handshake timed out", "ssl", .silent,
            "the port takes connections, but nobody answers"
        ),
    ])
    func whatKeepsALoginFromComingAboutIsTold(
        code: rd_kafka_resp_err_t, text: String, security: String, probe: PlainProbe, expected: String
    ) {
        let properties = ["security.protocol": security, "sasl.mechanism": "PLAIN"]
        let trouble = Trouble(code: code, text: text, mechanism: "PLAIN")
        let fault = LoginFault(trouble, security: Security(properties), probe: probe)
        #expect(fault.told.hasPrefix(expected), "\(fault.told)")
        #expect(!fault.mend.isEmpty && !fault.told.contains("(after") && !fault.told.contains("h:1"), "\(fault.told)")
    }

    @Test(arguments: [
        (10, "has expired"), (62, "other host names"), (64, "other host names"), (20, "not known here"), (9, "not valid yet"), (77, "77"),
    ])
    func whichFaultACertificateHasIsTold(code: Int32, words: String) {
        var trouble = Trouble(code: RD_KAFKA_RESP_ERR__SSL, text: "SSL handshake failed: certificate verify failed", mechanism: nil)
        trouble.certificate = CertificateFault(code: code)
        let fault = LoginFault(trouble, security: Security(["security.protocol": "SSL"]), probe: .closed)
        #expect(fault.told.contains(words))
        #expect(trouble.told("open", of: "h:1").kind == .denied)
        #expect(CertificateFault(code: 0) == nil)
    }

    @Test func scramOfOldLibrariesIsBlamedOnTheLibrary() {
        guard Library.version < Library.scramWithKafka4 else { return }
        let trouble = Trouble(
            code: RD_KAFKA_RESP_ERR__AUTHENTICATION, text: "SASL authentication error: invalid credentials", mechanism: "SCRAM-SHA-512")
        let security = Security(["security.protocol": "sasl_plaintext", "sasl.mechanism": "SCRAM-SHA-512"])
        #expect(LoginFault(trouble, security: security, probe: .kafka(oldestFetch: 4)).told.contains("this is Kafka 4 or newer"))
        #expect(LoginFault(trouble, security: security, probe: .kafka(oldestFetch: 0)).mend.contains("check user and password"))
    }

    @Test func versionsThatCannotDoWhatIsAskedForAreFaults() {
        #expect(KafkaDoctor.library([:], version: .init(2, 0, 1)).outcome == .fault)
        #expect(KafkaDoctor.library([:], version: .init(2, 0, 2)).outcome == .ok)
        #expect(KafkaDoctor.library(["group.protocol": "consumer"], version: .init(2, 11, 9)).outcome == .fault)
        #expect(KafkaDoctor.library(["group.protocol": "consumer"], version: .init(2, 12, 0)).outcome == .ok)
        #expect(KafkaDoctor.library(["group.protocol": "classic"], version: .init(2, 0, 2)).outcome == .ok)
    }

    @Test(
        arguments: [
            (1, [(3, 3)], ["min.insync.replicas": "2"], nil), (3, [(2, 2)], [:], "too few replicas: 2, and the cluster has 3 brokers"),
            (1, [(1, 1)], [:], nil),
            (3, [(3, 2)], ["min.insync.replicas": "2"], "under-replicated: partition 0 has 2 of 3 replicas in sync"),
            (
                3, [(3, 3), (3, 1)], ["min.insync.replicas": "2"],
                "replicas of partition 1 that are in sync are fewer (1) than min.insync.replicas (2): nothing can be written"
            ),
            (3, [(1, 1)], ["min.insync.replicas": "2"], "replicas are fewer (1) than min.insync.replicas (2): nothing can be written"),
            (1, [(1, 1)], ["max.message.bytes": "5000"], "max.message.bytes is 5000, and batches of up to 1000000 bytes are sent"),
        ] as [(Int, [(Int, Int)], [String: String], String?)])
    func topicsThatCannotTakeSalesAreFaults(brokers: Int, partitions: [(Int, Int)], settings: [String: String], expected: String?) {
        let topic = KafkaTopic(
            name: "t",
            partitions: partitions.enumerated().map { number, copies in
                KafkaTopic.Partition(
                    number: number, leader: 0, replicas: Array(0..<copies.0), inSyncReplicas: Array(0..<copies.1))
            }, configuration: settings)
        let check = TopicExamination(topic, brokers: brokers, messageBytes: 1_000_000).checks[0]
        #expect((check.outcome == .ok) == (expected == nil))
        if let expected { #expect(check.told.hasPrefix(expected), "\(check.told)") }
    }

    @Test func aPartitionWithoutLeaderIsAFault() {
        let topic = KafkaTopic(
            name: "t", partitions: [.init(number: 0, leader: nil, replicas: [0], inSyncReplicas: [0])], configuration: nil)
        #expect(TopicExamination(topic, brokers: 1, messageBytes: 1).checks[0].told == "partition 0 has no leader")
    }

    @Test func settingsOfBrokersThatBreakTheProtocolAreFaults() {
        #expect(
            BrokerExamination(["offset.metadata.max.bytes": "4096", "offsets.retention.minutes": "10080"], [:]).checks.map(\.outcome) == [
                .ok
            ])
        let bad = [
            "offset.metadata.max.bytes": "1024", "offsets.retention.minutes": "10", "transaction.max.timeout.ms": "9999",
        ]
        #expect(BrokerExamination(bad, [:]).checks.map(\.outcome) == [.fault, .fault, .fault])
        #expect(BrokerExamination(bad, ["transaction.timeout.ms": "9000"]).checks.count == 2)
    }

    @Test func propertiesAreRefusedByNameBeforeAnythingIsConnected() {
        #expect(KafkaProperties.refusal("linger.ms", "5") == nil)
        #expect(KafkaProperties.refusal("lingr.ms", "5") == .unknown)
        #expect(KafkaProperties.refusal("acks", "1") == .ours)
        #expect(KafkaProperties.refusal("isolation.level", "read_uncommitted") == .ours)
        guard case .value = KafkaProperties.refusal("linger.ms", "soon") else {
            Issue.record("took a wrong value")
            return
        }
        let names = KafkaProperties.names
        #expect(names.contains("linger.ms") && names.contains("sasl.password") && !names.contains("acks") && names.count > 100)
    }
}
