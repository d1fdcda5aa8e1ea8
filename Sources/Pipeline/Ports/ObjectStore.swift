public import Checksums

/// Objects under keys: S3 and what speaks its API, or a directory.
///
/// An object appears whole or not at all, its metadata with it. Keys are relative to the store's own prefix and use `/`.
/// Every method may be called from any task and any number at once.
public protocol ObjectStore: Sendable {
    /// What the store can promise beyond the contract.
    var guarantees: StoreGuarantees { get }

    /// Size, ETag and metadata of an object; nil where there is none.
    func head(_ key: String) async throws(PortError) -> ObjectInfo?

    /// Stores an object, on the condition that there is none under that key, unless `overwriting`.
    ///
    /// After an error it is not known whether the object is there: start again at `head`.
    func put(_ key: String, _ body: ObjectBody, metadata: [String: String], overwriting: Bool) async throws(PortError) -> PutOutcome

    /// Bytes of an object from `offset` on, at most `count`, of the version that `etag` names; nil where that version is not there any more.
    /// At and behind the end the answer is empty.
    func get(_ key: String, etag: String, from offset: Int64, count: Int) async throws(PortError) -> [UInt8]?

    /// Objects whose keys begin with `folder` + `/` and have no further `/`, in the order of their keys' bytes, those behind `after`.
    /// At most 1,000 at once. Their metadata are not filled in.
    func list(folder: String, after: String?) async throws(PortError) -> ObjectPage

    /// Copies the version that `etag` names, with its metadata, unless there is an object under the new key.
    ///
    /// Stores whose `guarantees` say so check the destination atomically; with others a writer that came in between is overwritten.
    func copy(_ key: String, etag: String, to destination: String) async throws(PortError) -> CopyOutcome

    /// Deletes the version that `etag` names and no other.
    func delete(_ key: String, etag: String) async throws(PortError) -> DeleteOutcome
}

extension ObjectStore {
    /// The same for bytes of which nothing else is known.
    public func put(_ key: String, _ bytes: [UInt8], metadata: [String: String], overwriting: Bool) async throws(PortError) -> PutOutcome {
        try await put(key, ObjectBody(bytes), metadata: metadata, overwriting: overwriting)
    }
}

/// What an object is to hold, and what is known of it that saves a store work.
public struct ObjectBody: Sendable {
    /// The object's bytes.
    public var bytes: [UInt8]
    /// Their SHA-256; a store that needs it takes it where it is nil.
    public var sha256: Digest?
    /// A file on this machine that holds the same bytes and that nobody writes to any more: a store on the same disk need not write them again.
    public var file: String?

    /// All parts.
    public init(_ bytes: [UInt8], sha256: Digest? = nil, file: String? = nil) {
        self.bytes = bytes
        self.sha256 = sha256
        self.file = file
    }
}

/// What a store can promise beyond the contract.
public struct StoreGuarantees: Sendable, Hashable {
    /// A delete with an ETag is atomic. Without this, one loader a country is all that is safe.
    public let conditionalDelete: Bool
    /// A copy does not replace an object that appeared meanwhile.
    public let conditionalCopy: Bool
    /// How long after a call began its effect may still appear, its answer lost: a request that waits in a buffer of the network.
    public let latestEffect: Duration

    /// All promises.
    public init(conditionalDelete: Bool, conditionalCopy: Bool, latestEffect: Duration = .zero) {
        self.conditionalDelete = conditionalDelete
        self.conditionalCopy = conditionalCopy
        self.latestEffect = latestEffect
    }
}

/// What a store knows of an object.
public struct ObjectInfo: Sendable, Hashable {
    /// The object's key.
    public var key: String
    /// Bytes.
    public var size: Int64
    /// Names this version of the object: other bytes or other metadata have another.
    public var etag: String
    /// When it was stored: milliseconds since 1970 by the store's clock.
    public var modified: Int64
    /// Names in lower case. Empty in listings.
    public var metadata: [String: String]

    /// All parts.
    public init(key: String, size: Int64, etag: String, modified: Int64, metadata: [String: String] = [:]) {
        self.key = key
        self.size = size
        self.etag = etag
        self.modified = modified
        self.metadata = metadata
    }
}

/// A part of a listing.
public struct ObjectPage: Sendable, Hashable {
    /// In the order of their keys' bytes.
    public var objects: [ObjectInfo]
    /// What to pass as `after` for the next part; nil at the end.
    public var next: String?

    /// Both parts.
    public init(objects: [ObjectInfo], next: String?) {
        self.objects = objects
        self.next = next
    }
}

/// What became of a put.
public enum PutOutcome: Sendable, Hashable {
    /// Stored, under this ETag.
    case stored(etag: String)
    /// There is an object under that key already.
    case exists
}

/// What became of a copy.
public enum CopyOutcome: Sendable, Hashable {
    /// Copied, under this ETag.
    case copied(etag: String)
    /// There is an object under the new key already.
    case exists
    /// The version to be copied is not there any more.
    case sourceChanged
}

/// What became of a delete.
public enum DeleteOutcome: Sendable, Hashable {
    /// Deleted.
    case deleted
    /// There is another version under that key; it was left alone.
    case changed
    /// There was nothing.
    case absent
}
