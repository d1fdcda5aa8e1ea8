internal import CRdKafka
internal import Pipeline

/// What a connection told of why it does not come about; librdkafka itself goes on trying for ever.
struct Trouble: Sendable, Equatable {
    let code: rd_kafka_resp_err_t
    /// In librdkafka's words, such as `127.0.0.1:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection refused`.
    let text: String
    /// SASL mechanism in use, for what is wrong with it in some versions.
    let mechanism: String?
    /// What is wrong with the broker's certificate, where that is the reason.
    var certificate: CertificateFault?

    /// Trying again cannot help: a person has to do something.
    var isForGood: Bool {
        switch code {
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED: true
        case RD_KAFKA_RESP_ERR__SSL: text.contains("certificate") || text.contains("handshake failed")
        case RD_KAFKA_RESP_ERR__TRANSPORT: isCertificateRefused
        default: false
        }
    }

    /// The broker does not believe this client's certificate, or wants one: it says so by an alert after the handshake.
    var isCertificateRefused: Bool { text.contains(" alert ") && (text.contains("certificate") || text.contains("unknown ca")) }

    func told(_ operation: String, of subject: String) -> PortError {
        func error(_ kind: PortError.Kind, _ mend: String) -> PortError {
            PortError(kind, operation, of: subject, because: text, mend: mend)
        }
        if isCertificateRefused {
            return error(.denied, "Give ssl.certificate.location and ssl.key.location, signed by an authority that the broker knows")
        }
        switch code {
        case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
            if mechanism?.hasPrefix("SCRAM") == true, Library.version < Library.scramWithKafka4 {
                return error(
                    .misconfigured,
                    "Kafka 4 refuses the SCRAM of librdkafka before \(Library.scramWithKafka4), whatever the password, and this is \(Library.versionText): "
                        + "install a newer librdkafka, or use SASL PLAIN over TLS or a client certificate. With an older Kafka, check user and password"
                )
            }
            return error(.denied, "Check user, password and sasl.mechanism")
        case RD_KAFKA_RESP_ERR__SSL:
            if let certificate {
                return PortError(.denied, operation, of: subject, because: "\(certificate.words) (\(text))", mend: certificate.mend)
            }
            return error(
                text.contains("certificate") ? .denied : .unreachable,
                "Check security.protocol, ssl.ca.location and the certificate's host names")
        case RD_KAFKA_RESP_ERR__RESOLVE: return error(.unreachable, "The name is not known here: check the broker's address")
        default: return error(.unreachable, "Verify the broker's address, and that it runs")
        }
    }
}
