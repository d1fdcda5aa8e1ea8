internal import CRdKafka

/// Why a port that is open does not become a connection, in a few words, from what librdkafka told and what the port says in plain text.
struct LoginFault: Equatable {
    let told: String
    let mend: String

    init(told: String, mend: String) {
        self.told = told
        self.mend = mend
    }

    /// - Parameter trouble: nil where librdkafka told nothing and the time was over.
    init(_ trouble: Trouble?, security: Security, probe: PlainProbe) {
        let text = trouble?.text ?? ""
        // Without TLS, what the port answers in plain text tells more than librdkafka does.
        if security.usesTLS {
            if case .kafka = probe {
                self.init(
                    told: "TLS is refused: this port speaks plain text",
                    mend:
                        "Take the broker's port for TLS, or --kafka security.protocol=\(security.usesSASL ? "sasl_plaintext" : "plaintext")"
                )
                return
            }
        } else if [.tls, .closed].contains(probe) {
            self.init(
                told: "plain text is refused: this port \(probe == .tls ? "speaks" : "hangs up, and probably speaks") TLS",
                mend: "Give --kafka security.protocol=\(security.usesSASL ? "sasl_ssl" : "ssl") and ssl.ca.location, or take the plain port"
            )
            return
        } else if probe == .other {
            self.init(told: "something answers at this port that is not Kafka", mend: "Verify the broker's address")
            return
        }
        if let certificate = trouble?.certificate {
            self.init(told: certificate.words, mend: certificate.mend)
        } else if let login = Self.credentials(trouble, security, probe) {
            self = login
        } else if trouble?.isCertificateRefused == true || text.contains("client SSL authentication might be required") {
            self.init(
                told: "the broker refuses this client's certificate, or wants one (\(Self.reason(text)))",
                mend: "Give --kafka ssl.certificate.location=FILE and ssl.key.location=FILE, signed by an authority that the broker knows")
        } else if probe != .silent, Self.hangsUp(trouble, security) {
            self.init(
                told: "the broker hangs up where a login would come",
                mend: "If this port wants a login, give --kafka security.protocol=\(security.usesTLS ? "sasl_ssl" : "sasl_plaintext"), "
                    + "sasl.mechanism and sasl.username")
        } else if trouble == nil || probe == .silent {
            self.init(
                told: "the port takes connections, but nobody answers: the broker sleeps or starts, or something stands between",
                mend: "Look at the broker's log, and at firewalls and proxies on the way")
        } else {
            self.init(told: Self.reason(text), mend: "Look at the broker's log")
        }
    }

    /// The connection ends before anything is asked for; newer versions of librdkafka only tell that all brokers are down then.
    private static func hangsUp(_ trouble: Trouble?, _ security: Security) -> Bool {
        guard let trouble, !security.usesSASL else { return false }
        return trouble.code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || trouble.text.contains("might require SASL")
            || trouble.text.contains("SASL listener") || trouble.text.contains("Disconnected while requesting ApiVersion")
    }

    private static func credentials(_ trouble: Trouble?, _ security: Security, _ probe: PlainProbe) -> LoginFault? {
        guard let trouble, [RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED].contains(trouble.code) else {
            return nil
        }
        let text = trouble.text
        if text.contains("Unsupported SASL mechanism") {
            let offered = text.rest(behind: "broker's supported mechanisms: ").map { ": it offers \(reason($0))" } ?? ""
            return LoginFault(
                told: "the broker does not offer \(security.mechanism)\(offered)", mend: "Give one of them as --kafka sasl.mechanism=NAME")
        }
        if text.contains("handshake failed") && text.contains("Disconnected") || text.contains("not valid in current SASL state")
            || text.contains("SASL mechanism handshake failed: Broker: ")
        {
            return LoginFault(
                told: "the broker takes no login at this port (\(reason(text)))",
                mend: "Take the broker's port for SASL, or --kafka security.protocol=\(security.usesTLS ? "ssl" : "plaintext")")
        }
        if security.mechanism.hasPrefix("SCRAM"), Library.version < Library.scramWithKafka4 {
            let isSure = probe.isKafka4 ? "this is Kafka 4 or newer, which refuses" : "Kafka 4 refuses"
            return LoginFault(
                told: "\(security.mechanism) is refused: \(isSure) the SCRAM of librdkafka before \(Library.scramWithKafka4), whatever the "
                    + "password, and this is \(Library.versionText)",
                mend:
                    "Install librdkafka \(Library.scramWithKafka4) or newer, or use PLAIN over TLS or a client certificate; with an older "
                    + "Kafka check user and password")
        }
        return LoginFault(
            told: "the broker refuses the credentials by \(security.mechanism) (\(reason(text)))",
            mend: "Check sasl.username and the password")
    }

    /// librdkafka's words without the address before them and the time behind them.
    private static func reason(_ text: String) -> String {
        var reason = text
        if let address = reason.prefixMatch(of: #/\S+/(?:bootstrap|\d+): /#) { reason = String(reason[address.range.upperBound...]) }
        if let end = reason.firstRange(of: " (after ")?.lowerBound { reason = String(reason[..<end]) }
        return reason
    }
}

/// How a connection is to be made, as the properties say.
struct Security: Equatable {
    let usesTLS: Bool
    let usesSASL: Bool
    /// Such as `PLAIN`; empty without SASL.
    let mechanism: String

    init(_ properties: [String: String]) {
        let protocolName = (properties["security.protocol"] ?? "plaintext").lowercased()
        usesTLS = protocolName.hasSuffix("ssl")
        usesSASL = protocolName.hasPrefix("sasl")
        mechanism = usesSASL ? properties["sasl.mechanism"] ?? properties["sasl.mechanisms"] ?? "GSSAPI" : ""
    }

    /// `in plain text`, `by TLS, as sales by PLAIN`.
    func told(user: String?) -> String {
        (usesTLS ? "by TLS" : "in plain text") + (usesSASL ? ", as \(user ?? "the token's user") by \(mechanism)" : "")
    }
}

extension String {
    /// What follows the first `separator`; nil without one.
    fileprivate func rest(behind separator: String) -> String? { firstRange(of: separator).map { String(self[$0.upperBound...]) } }
}
