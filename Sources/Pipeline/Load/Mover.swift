internal import Logging

/// Moves a file out of the way once nothing in it is needed any more: copy pinned to its version, then delete of that version and no other.
///
/// Repeating it at any point does no harm, and neither does another loader that does the same at the same time.
struct Mover: Sendable {
    let store: any ObjectStore
    let logger: Logger
    var sabotage: Sabotage = []

    enum Outcome: Sendable, Equatable {
        case moved
        /// Another version stands there, or nothing: somebody else was faster.
        case changed
    }

    func move(_ object: ObjectInfo, to destination: String) async throws(PortError) -> Outcome {
        if sabotage.contains(.deleteBeforeCopy) { _ = try await store.delete(object.key, etag: object.etag) }
        var destination = destination
        while true {
            switch try await store.copy(object.key, etag: object.etag, to: destination) {
            case .copied: break
            case .sourceChanged: return .changed
            case .exists:
                guard let there = try await store.head(destination) else { continue }
                guard try await sameBytes(object, there) else {
                    logger.error(
                        "another file of this name and other bytes is there already; this one is set aside",
                        metadata: ["key": "\(destination)"])
                    destination = aside(destination, object.etag)
                    continue
                }
            }
            break
        }
        return try await store.delete(object.key, etag: object.etag) == .changed ? .changed : .moved
    }

    /// Whether two objects hold the same bytes: by their metadata where both have them, else by reading both.
    func sameBytes(_ one: ObjectInfo, _ other: ObjectInfo) async throws(PortError) -> Bool {
        guard one.size == other.size else { return false }
        if let sha = one.metadata["sales-sha256"], let otherSHA = other.metadata["sales-sha256"] { return sha == otherSHA }
        var offset: Int64 = 0
        while offset < one.size {
            guard let here = try await store.get(one.key, etag: one.etag, from: offset, count: 1 << 20),
                let there = try await store.get(other.key, etag: other.etag, from: offset, count: 1 << 20), here == there, !here.isEmpty
            else { return false }
            offset += Int64(here.count)
        }
        return true
    }

    private func aside(_ key: String, _ etag: String) -> String {
        let name = Names.file(of: key)
        let tag = etag.filter { $0.isLetter || $0.isNumber }.prefix(8)
        return "\(key.dropLast(name.count))set-aside-\(tag)-\(name)"
    }
}
