import Glibc

/// The broker that tests use.
enum TestBroker {
    static let missing: String? = getenv("KAFKA_BROKERS") == nil ? "KAFKA_BROKERS names no broker to test against" : nil

    static func bootstrap() async throws -> String { getenv("KAFKA_BROKERS").map { String(cString: $0) } ?? "" }
}
