internal import Synchronization

/// One assignment of one partition to this member. Work that was begun in it asks here whether it has ended.
final class Assignment: Sendable {
    private let current = Mutex(true)

    var isCurrent: Bool { current.withLock { $0 } }

    func end() { current.withLock { $0 = false } }
}
