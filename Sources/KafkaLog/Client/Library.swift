internal import CRdKafka

/// The librdkafka that was loaded, which may be newer than the headers that this was built with.
enum Library {
    /// The oldest that is known to work.
    static let oldest = Version(2, 0, 2)
    /// Before it the client's nonce of SCRAM was sent twice, which Kafka 4 refuses (librdkafka's issue 4895).
    static let scramWithKafka4 = Version(2, 6, 1)
    /// `fetch.queue.backoff.ms` is there from here on.
    static let queueBackoff = Version(2, 2, 0)
    /// Before it a client that ended between joining a cooperative group and its first assignment aborted the program (librdkafka's issue 4312).
    static let unassignedEnd = Version(2, 3, 0)
    /// `group.protocol=consumer` is there, and finished, from here on.
    static let consumerProtocol = Version(2, 12, 0)

    static var version: Version {
        let number = UInt32(bitPattern: rd_kafka_version())
        return Version(Int(number >> 24), Int(number >> 16 & 0xFF), Int(number >> 8 & 0xFF))
    }

    static var versionText: String { String(cString: rd_kafka_version_str()) }

    struct Version: Comparable, CustomStringConvertible {
        let parts: [Int]

        init(_ major: Int, _ minor: Int, _ patch: Int) { parts = [major, minor, patch] }

        var description: String { parts.map(String.init).joined(separator: ".") }

        static func < (one: Version, other: Version) -> Bool { one.parts.lexicographicallyPrecedes(other.parts) }
    }
}
