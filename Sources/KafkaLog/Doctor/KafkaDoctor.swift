public import Logging
internal import Pipeline
internal import Synchronization

/// Looks at all that stands between this program and a cluster, from the address on, and says what is wrong and how to mend it.
///
/// It writes no message, moves no position and changes no setting. What it leaves behind is one entry of the cluster's own about the
/// transactional id `sales-doctor`, which the cluster forgets by itself.
public struct KafkaDoctor: Sendable {
    /// A broker that the first connection may go to.
    public struct Host: Sendable, Equatable {
        /// A name or an address.
        public let name: String
        /// 1 to 65535.
        public let port: Int

        /// Both parts.
        public init(_ name: String, _ port: Int) {
            self.name = name
            self.port = port
        }
    }

    /// What the work needs of the cluster.
    public struct Needs: Sendable, Equatable {
        /// Topics of sales, which have to be there.
        public let topics: [String]
        /// Topics that are made when the first message is for them.
        public let deadLetterTopics: [String]
        /// The consumer group.
        public let group: String
        /// Partitions that topics are made with.
        public let partitions: Int

        /// All parts.
        public init(topics: [String], deadLetterTopics: [String], group: String, partitions: Int) {
            self.topics = topics
            self.deadLetterTopics = deadLetterTopics
            self.group = group
            self.partitions = partitions
        }
    }

    /// How long all of it may take.
    static let limit = Duration.seconds(20)

    let settings: KafkaSettings
    let hosts: [Host]
    let needs: Needs
    let logger: Logger

    /// - Parameter hosts: the same as `settings.brokers`, taken apart.
    public init(_ settings: KafkaSettings, hosts: [Host], needs: Needs, logger: Logger) {
        self.settings = settings
        self.hosts = hosts
        self.needs = needs
        self.logger = logger
    }

    /// Looks, at most 20 s, and tells what was found in the order in which it was looked at.
    public func examine() async -> [KafkaCheck] {
        let findings = Findings()
        let isDone = await withLimit(Self.limit) { await look(findings) } != nil
        var checks = findings.list
        if !isDone { checks.append(.skipped("the rest", "the \(Self.limit.components.seconds) s for all of it are over")) }
        return checks
    }

    private func look(_ findings: Findings) async {
        let addresses = await reach(findings)
        findings.add(Self.library(settings.properties))
        guard let address = addresses.first else {
            return findings.skip(
                ["login", "brokers of the cluster", "topics", "rights", "settings of the cluster", "clocks"], "no broker can be reached")
        }
        let examiner: Examiner
        do { examiner = try Examiner(self) } catch {
            findings.add(.fault("kafka settings", error.reason, error.mend))
            return findings.skip(
                ["login", "brokers of the cluster", "topics", "rights", "settings of the cluster", "clocks"], "of the settings")
        }
        if let fault = await logIn(examiner, address, findings) {
            findings.add(.fault("login", fault.told, fault.mend))
            return findings.skip(["brokers of the cluster", "topics", "rights", "settings of the cluster", "clocks"], "there is no login")
        }
        await reachCluster(examiner, findings)
        await examiner.lookAtTopics(findings)
        await examiner.lookAtRights(findings)
        await examiner.lookAtSettings(findings)
        await examiner.lookAtClocks(findings)
    }

    /// Why the cluster lets nobody in, or nil.
    private func logIn(_ examiner: Examiner, _ address: SocketAddress, _ findings: Findings) async -> LoginFault? {
        let security = Security(settings.properties)
        // A port without TLS is asked first: what it says is told at once, where librdkafka would go on trying.
        var probe: PlainProbe?
        if !security.usesTLS {
            let answer = await PlainProbe.ask(address, limit: .seconds(3))
            if case .kafka = answer {} else { return LoginFault(nil, security: security, probe: answer) }
            probe = answer
        }
        switch await examiner.logIn() {
        case .success(let told):
            findings.add(.ok("login", told))
            return nil
        case .failure(let failure):
            if probe == nil { probe = await PlainProbe.ask(address, limit: .seconds(2)) }
            return LoginFault(failure.trouble, security: security, probe: probe ?? .silent)
        }
    }

    /// The addresses that were given. Those that can be connected to.
    private func reach(_ findings: Findings) async -> [SocketAddress] {
        var open: [SocketAddress] = []
        let reaches = await Self.reach(hosts)
        for (host, reach) in zip(hosts, reaches) {
            if case .open(let address) = reach { open.append(address) }
            findings.add(reach.check("broker \(host.name):\(host.port)"))
        }
        return open
    }

    /// Where the cluster says that its brokers are: what goes wrong with containers and tunnels.
    private func reachCluster(_ examiner: Examiner, _ findings: Findings) async {
        let brokers = await examiner.brokers
        let others = brokers.filter { !hosts.contains($0) }
        let reaches = await Self.reach(others)
        let faults = zip(others, reaches).filter { if case .open = $1 { false } else { true } }
        for (host, reach) in faults {
            let check = reach.check("broker \(host.name):\(host.port)")
            findings.add(
                .fault(
                    check.name, "the cluster says that a broker of its is there; \(check.told)",
                    "Set the broker's advertised.listeners to what can be reached from here, or see that it runs"))
        }
        if faults.isEmpty {
            findings.add(.ok("brokers of the cluster", "\(brokers.count), and all of them can be reached"))
        }
    }

    private static func reach(_ hosts: [Host]) async -> [Reach] {
        await withTaskGroup(of: (Int, Reach).self) { group in
            for (index, host) in hosts.enumerated() {
                group.addTask { (index, await Reach.to(host.name, host.port, limit: .seconds(3))) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// The library that was loaded, and whether it does what the settings ask for.
    static func library(_ properties: [String: String], version: Library.Version = Library.version) -> KafkaCheck {
        let name = "librdkafka"
        if version < Library.oldest { return .fault(name, "\(version) is too old", "Install \(Library.oldest) or newer") }
        if properties["group.protocol"]?.lowercased() == "consumer", version < Library.consumerProtocol {
            return .fault(
                name, "\(version) does not have group.protocol=consumer as it has to be",
                "Install \(Library.consumerProtocol) or newer, or leave group.protocol out")
        }
        return .ok(name, "\(version)")
    }
}

/// What has been found so far; what is found after the time is over is lost.
final class Findings: Sendable {
    private let checks = Mutex<[KafkaCheck]>([])

    var list: [KafkaCheck] { checks.withLock { $0 } }

    func add(_ check: KafkaCheck) { checks.withLock { $0.append(check) } }

    func skip(_ names: [String], _ why: String) { for name in names { add(.skipped(name, why)) } }
}

extension Reach {
    /// The same for people.
    func check(_ name: String) -> KafkaCheck {
        switch self {
        case .open(let address): .ok(name, "answers at \(address.text)")
        case .unknownName(let words):
            .fault(name, "the name is not found (\(words))", "Verify the broker's address")
        case .slowName: .fault(name, "nobody who knows names answers", "Look at this machine's name servers (/etc/resolv.conf)")
        case .closed(let address):
            .fault(name, "the port is closed at \(address)", "Verify the broker's address and port, and that the broker runs")
        case .silent(let address):
            .fault(name, "no answer from \(address)", "Verify the broker's address, and look for a firewall in between")
        case .noRoute(let words): .fault(name, "there is no way to \(words)", "Verify the broker's address, and this machine's network")
        }
    }
}
