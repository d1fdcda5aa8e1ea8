internal import Settings

/// Where messages are: a broker in a file, or a Kafka cluster.
enum BrokerAddress: Sendable, Equatable, CustomStringConvertible {
    /// `sqlite:FILE`
    case embedded(String)
    /// `kafka://HOST:PORT,...`
    case kafka([Host])

    /// One of the brokers that the first connection goes to.
    struct Host: Sendable, Equatable, CustomStringConvertible {
        /// A name or an address, without brackets.
        let name: String
        let port: Int

        /// As librdkafka wants it: `host:9092`, `[::1]:9092`.
        var description: String { name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)" }
    }

    /// Kafka's own.
    static let defaultPort = 9092

    /// The address as it is given, with all its ports.
    var description: String {
        switch self {
        case .embedded(let path): "sqlite:\(path)"
        case .kafka: "kafka://\(brokers)"
        }
    }

    /// Hosts with commas between them; empty for a file.
    var brokers: String {
        guard case .kafka(let hosts) = self else { return "" }
        return hosts.map(\.description).joined(separator: ",")
    }

    /// Reads an address. What is wrong with it is worded to stand behind the setting's name.
    init(_ text: String) throws(ValueError) {
        if text.hasPrefix("sqlite:"), text != "sqlite:" {
            self = .embedded(String(text.dropFirst("sqlite:".count)))
            return
        }
        guard text.hasPrefix("kafka://") else {
            throw ValueError("must be an address that begins with kafka:// or sqlite:, such as kafka://host:9092 or sqlite:FILE")
        }
        let hosts = text.dropFirst("kafka://".count)
        // What stands before an @ may be a password, which is repeated nowhere.
        guard !hosts.contains("@") else {
            throw ValueError(
                "must not hold a user or a password: give kafka's sasl.username, and the password by the environment, a file or a command",
                showsText: false)
        }
        guard !hosts.contains(where: { "/?#".contains($0) }) else {
            throw ValueError("must be hosts only, without a path: kafka://host:9092,host2:9092")
        }
        var parsed: [Host] = []
        for part in hosts.split(separator: ",", omittingEmptySubsequences: false) { parsed.append(try Host(part)) }
        self = .kafka(parsed)
    }

    /// How the setting reads and shows it.
    static let settingType = SettingType<BrokerAddress>.custom(placeholder: "ADDRESS") { (text) throws(ValueError) in
        try BrokerAddress(text)
    } show: {
        $0.description
    }
}

extension BrokerAddress.Host {
    /// `host`, `host:port`, `[address]` or `[address]:port`.
    init(_ text: Substring) throws(ValueError) {
        let name: Substring
        let rest: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw ValueError("has a bracket that is not closed: kafka://[::1]:9092") }
            name = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
            guard name.contains(":"), name.utf8.allSatisfy({ $0 == 0x3A || $0 == 0x2E || $0 == 0x25 || Self.isWord($0) }) else {
                throw ValueError("must have an IPv6 address in its brackets: kafka://[::1]:9092")
            }
        } else {
            guard text.count(where: { $0 == ":" }) < 2 else {
                throw ValueError("must have an IPv6 address in brackets: kafka://[::1]:9092")
            }
            name = text.prefix { $0 != ":" }
            rest = text[name.endIndex...]
            guard name.utf8.allSatisfy({ $0 == 0x2E || $0 == 0x2D || $0 == 0x5F || Self.isWord($0) }) else {
                throw ValueError("must have hosts of letters, digits, points and hyphens: kafka://host:9092,host2:9092")
            }
        }
        guard !name.isEmpty else { throw ValueError("must name a host before each port: kafka://host:9092,host2:9092") }
        self.name = String(name)
        if rest.isEmpty {
            port = BrokerAddress.defaultPort
            return
        }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits), (1...65_535).contains(port)
        else { throw ValueError("must have ports of 1 to 65535: kafka://host:9092") }
        self.port = port
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
