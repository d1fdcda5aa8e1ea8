internal import BlockingExecutor
public import Pipeline
internal import Synchronization

/// Objects as files of a folder: the key is the path below it.
///
/// An object's file appears whole, by link(2), after its bytes, its metadata and their folder are on disk. Metadata stand in a hidden file beside
/// it; a file that somebody else put there is an object too, without metadata. Any number of processes may use the folder at once. Folders may
/// be links to other disks; an object is never a link.
///
/// Hidden names that end in `.meta` or `.making` are the store's own and no objects.
public struct DirectoryStore: ObjectStore {
    /// Both are kept among processes of this program; a person's hands are not stopped by a lock.
    public let guarantees = StoreGuarantees(conditionalDelete: true, conditionalCopy: true)
    private let workers: Workers

    /// Opens the store in `folder`, and makes that where it is absent.
    ///
    /// Throws `.denied` without write access, `.misconfigured` where the name is a file's.
    public static func open(_ folder: String) async throws(PortError) -> DirectoryStore {
        let store = DirectoryStore(root: folder)
        try await store.workers.next().open()
        return store
    }

    private init(root: String) { workers = Workers(root: root.isEmpty ? "." : root) }

    /// Size, ETag and metadata of an object; nil where there is none.
    public func head(_ key: String) async throws(PortError) -> ObjectInfo? { try await workers.next().head(key) }

    /// Stores an object, on the condition that there is none under that key, unless `overwriting`.
    ///
    /// Throws `.throttled` on a full disk; then nothing is left of it.
    public func put(
        _ key: String, _ body: ObjectBody, metadata: [String: String], overwriting: Bool
    ) async throws(PortError) -> PutOutcome {
        try await workers.next().put(key, body, metadata, overwriting)
    }

    /// Bytes of the version that `etag` names; nil where it is not there any more.
    public func get(_ key: String, etag: String, from offset: Int64, count: Int) async throws(PortError) -> [UInt8]? {
        try await workers.next().get(key, etag, offset, count)
    }

    /// A part of a folder's objects in the order of their names' bytes; a folder that is absent has none.
    public func list(folder: String, after: String?) async throws(PortError) -> ObjectPage { try await workers.next().list(folder, after) }

    /// Copies a version by a second name for the same bytes where both folders are on one disk.
    public func copy(_ key: String, etag: String, to destination: String) async throws(PortError) -> CopyOutcome {
        try await workers.next().copy(key, etag, destination)
    }

    /// Deletes the version that `etag` names and no other.
    public func delete(_ key: String, etag: String) async throws(PortError) -> DeleteOutcome { try await workers.next().delete(key, etag) }
}

/// A handful of threads, given out in turn: the disk's answer to fsync is what takes time, and disks take several at once.
private final class Workers: Sendable {
    private let workers: [DirectoryWorker]
    private let turn = Atomic<Int>(0)

    init(root: String) { workers = (0..<6).map { _ in DirectoryWorker(root: root) } }

    func next() -> DirectoryWorker { workers[turn.wrappingAdd(1, ordering: .relaxed).oldValue % workers.count] }
}

/// The folder's calls on one thread.
private actor DirectoryWorker {
    private nonisolated let executor = BlockingExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let files: ObjectFiles
    /// Folders in which what killed processes left has been looked for.
    private var tidied: Set<String> = []

    init(root: String) { files = ObjectFiles(root: root) }

    func open() throws(PortError) { try files.open() }
    func head(_ key: String) throws(PortError) -> ObjectInfo? { try files.head(key) }
    func put(_ key: String, _ body: ObjectBody, _ metadata: [String: String], _ overwriting: Bool) throws(PortError) -> PutOutcome {
        let folder = try ObjectName(key, under: files.root, "put").folder
        if tidied.insert(folder).inserted { try FileInMaking.clean(folder, olderThan: 3_600) }
        return try files.put(key, body, metadata, overwriting: overwriting)
    }
    func get(_ key: String, _ etag: String, _ offset: Int64, _ count: Int) throws(PortError) -> [UInt8]? {
        try files.get(key, etag, offset, count)
    }
    func list(_ folder: String, _ after: String?) throws(PortError) -> ObjectPage { try files.list(folder, after: after, limit: 1_000) }
    func copy(_ key: String, _ etag: String, _ destination: String) throws(PortError) -> CopyOutcome {
        try files.copy(key, etag, to: destination)
    }
    func delete(_ key: String, _ etag: String) throws(PortError) -> DeleteOutcome { try files.delete(key, etag) }
}
