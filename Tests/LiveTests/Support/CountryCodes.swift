internal import KafkaCluster
internal import Synchronization

/// Codes that give a test topics of its own. On the brokers that all share, those that no country will ever have (ISO 3166-1 leaves them to
/// their users), for they may be somebody's own.
enum CountryCodes {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    private static let private_ = letters.map { "X\($0)" } + letters[12...].map { "Q\($0)" }
    private static let other = letters.prefix(16).flatMap { first in letters.map { "\(first)\($0)" } }
    private static let taken = Mutex((shared: 0, own: 0))

    static func next(shared: Bool) throws -> String {
        try taken.withLock { taken in
            let code = shared ? private_.dropFirst(taken.shared).first : other.dropFirst(taken.own).first
            guard let code else { throw Exhausted() }
            if shared { taken.shared += 1 } else { taken.own += 1 }
            return code
        }
    }

    struct Exhausted: Error {}
}
