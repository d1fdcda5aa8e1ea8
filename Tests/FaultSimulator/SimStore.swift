public import Pipeline

/// What a store keeps.
struct SimStoreState: Sendable {
    struct Object: Sendable {
        var bytes: [UInt8]
        var etag: String
        var modified: Int64
        var metadata: [String: String]

        func info(_ key: String) -> ObjectInfo {
            ObjectInfo(key: key, size: Int64(bytes.count), etag: etag, modified: modified, metadata: metadata)
        }
    }

    var objects: [String: Object] = [:]
    var guarantees = StoreGuarantees(conditionalDelete: true, conditionalCopy: true)
    /// The same bytes get the same ETag each time, as with S3; otherwise every version has its own.
    var namesContents = true
    /// A listing gives so many objects at once.
    var page = 1000
    private var versions = 0

    mutating func set(_ key: String, _ bytes: [UInt8], _ metadata: [String: String], at time: Int64) -> String {
        versions += 1
        let etag = namesContents ? String(SimAudit.hash(bytes, metadata), radix: 16) : "v\(versions)"
        objects[key] = Object(bytes: bytes, etag: etag, modified: time, metadata: metadata)
        return etag
    }
}

/// A process's connection to the store of its world.
public struct SimStore: ObjectStore {
    let world: SimWorld
    let process: Int
    /// What the store of this world promises.
    public let guarantees: StoreGuarantees

    /// Size, ETag and metadata.
    public func head(_ key: String) async throws(PortError) -> ObjectInfo? {
        try await world.call(process, .head, key, telling: { $0?.etag ?? "nothing" }) { $0.store.objects[key]?.info(key) }
    }

    /// Stores an object.
    public func put(
        _ key: String, _ body: ObjectBody, metadata: [String: String], overwriting: Bool
    ) async throws(PortError) -> PutOutcome {
        try await world.call(process, .put, key, telling: { "\($0)" }) { state in
            if !overwriting, state.store.objects[key] != nil { return .exists }
            state.auditFile(key, body.bytes)
            state.isStirred = true
            return .stored(etag: state.store.set(key, body.bytes, metadata, at: SimClock.wall(at: state.now)))
        }
    }

    /// A part of an object.
    public func get(_ key: String, etag: String, from offset: Int64, count: Int) async throws(PortError) -> [UInt8]? {
        try await world.call(process, .get, "\(key) from \(offset)", telling: { "\($0?.count ?? -1) bytes" }) { state in
            guard let object = state.store.objects[key], object.etag == etag else { return nil }
            let begin = min(Int(max(0, offset)), object.bytes.count)
            return Array(object.bytes[begin..<begin + min(max(0, count), object.bytes.count - begin)])
        }
    }

    /// Objects of a folder.
    public func list(folder: String, after: String?) async throws(PortError) -> ObjectPage {
        try await world.call(process, .list, "\(folder) after \(after ?? "")", telling: { "\($0.objects.count)" }) { state in
            let prefix = Array("\(folder)/".utf8)
            let keys = state.store.objects.keys.filter { key in
                key.utf8.starts(with: prefix) && !key.utf8.dropFirst(prefix.count).contains(UInt8(ascii: "/"))
                    && after.map { $0.utf8.lexicographicallyPrecedes(key.utf8) } ?? true
            }
            let sorted = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            let page = sorted.prefix(state.store.page)
            let objects = page.compactMap { key in
                state.store.objects[key].map { ObjectInfo(key: key, size: Int64($0.bytes.count), etag: $0.etag, modified: $0.modified) }
            }
            return ObjectPage(objects: objects, next: page.count < sorted.count ? page.last : nil)
        }
    }

    /// Copies one version.
    public func copy(_ key: String, etag: String, to destination: String) async throws(PortError) -> CopyOutcome {
        let copied: @Sendable (inout SimState) -> CopyOutcome = { state in
            guard let source = state.store.objects[key], source.etag == etag else { return .sourceChanged }
            state.auditFile(destination, source.bytes)
            return .copied(etag: state.store.set(destination, source.bytes, source.metadata, at: SimClock.wall(at: state.now)))
        }
        if !guarantees.conditionalCopy {
            // Such a store takes two requests, and others may come between them.
            if try await head(destination) != nil { return .exists }
            return try await world.call(process, .copy, "\(key) to \(destination)", telling: { "\($0)" }, copied)
        }
        return try await world.call(process, .copy, "\(key) to \(destination)", telling: { "\($0)" }) { state in
            guard state.store.objects[key]?.etag == etag else { return .sourceChanged }
            return state.store.objects[destination] == nil ? copied(&state) : .exists
        }
    }

    /// Deletes one version.
    public func delete(_ key: String, etag: String) async throws(PortError) -> DeleteOutcome {
        try await world.call(process, .delete, key, telling: { "\($0)" }) { state in
            guard let object = state.store.objects[key] else { return .absent }
            guard object.etag == etag else { return .changed }
            state.auditDelete(key, object.bytes)
            state.store.objects[key] = nil
            return .deleted
        }
    }
}
