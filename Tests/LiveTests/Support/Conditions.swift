internal import KafkaCluster
internal import ProgramSupport
internal import Synchronization
internal import Testing

extension Trait where Self == ConditionTrait {
    /// Where there is no broker at all, the test is skipped and says why.
    static var broker: Self { needs(TestTools.missingBroker ?? PythonTools.missing) }
    /// Where no brokers can be started, the test is skipped and says why.
    static var ownBrokers: Self { needs(TestTools.missingCluster ?? PythonTools.missing) }
    /// Where no brokers that speak TLS can be started, the test is skipped and says why.
    static var secureBrokers: Self { needs(TestTools.missingSecureCluster ?? PythonTools.missing) }
    /// Where there is no fault proxy, the test is skipped and says why.
    static var faultProxy: Self { needs(TestTools.missingFaults ?? PythonTools.missing) }
    /// Where there is no newer librdkafka, the test is skipped and says why.
    static var newerLibrary: Self {
        needs(PythonTools.newerLibrary == nil ? "there is no newer librdkafka, which scripts/test takes from PyPI's confluent-kafka" : nil)
    }

    static func needs(_ missing: String?) -> Self { .enabled(if: missing == nil, "\(missing ?? "")") }
}

/// Brokers for the tests of one suite, there from its first to its last.
struct Brokers: SuiteTrait, TestScoping {
    @TaskLocal static var current: KafkaCluster?

    var nodes = 1
    var secure = false
    var proxied = false

    func provideScope(for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void) async throws
    {
        let cluster = try await KafkaCluster.start(nodes: nodes, secure: secure, proxied: proxied)
        do {
            try await Self.$current.withValue(cluster) { try await function() }
        } catch {
            await cluster.end()
            throw error
        }
        await cluster.end()
    }

    /// The brokers of this suite.
    static func here(_ location: SourceLocation = #_sourceLocation) throws -> KafkaCluster {
        try #require(current, "the suite lacks the trait .brokers", sourceLocation: location)
    }
}

extension Trait where Self == Brokers {
    static func brokers(nodes: Int = 1, secure: Bool = false, proxied: Bool = false) -> Self {
        Brokers(nodes: nodes, secure: secure, proxied: proxied)
    }
}

/// At most so many tests at once, for each starts several processes.
struct Turns: SuiteTrait, TestTrait, TestScoping {
    private static let places = Places(3)

    var isRecursive: Bool { true }

    func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    func provideScope(for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void) async throws
    {
        await Self.places.take()
        do {
            try await function()
        } catch {
            await Self.places.give()
            throw error
        }
        await Self.places.give()
    }

    private actor Places {
        private var free: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []

        init(_ count: Int) { free = count }

        func take() async {
            if free > 0 {
                free -= 1
            } else {
                await withCheckedContinuation { waiting.append($0) }
            }
        }

        func give() {
            if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
        }
    }
}

extension Trait where Self == Turns {
    static var turns: Self { Turns() }
}
