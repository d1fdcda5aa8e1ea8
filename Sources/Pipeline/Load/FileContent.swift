internal import Checksums

/// The bytes of one version of an object, piece by piece, as often as they are wanted; a small one is fetched once.
struct FileContent: Sendable {
    private static let piece = 1 << 20

    private let store: any ObjectStore
    private let object: ObjectInfo
    private let isKept: Bool
    private var kept: [UInt8]?
    private var offset: Int64 = 0

    init(_ store: any ObjectStore, _ object: ObjectInfo, keeping limit: Int64) {
        self.store = store
        self.object = object
        isKept = object.size <= limit
    }

    mutating func rewind() { offset = 0 }

    /// The next piece, empty at the end; nil where that version is not there any more.
    mutating func next() async throws(StageError) -> [UInt8]? {
        guard offset < object.size else { return [] }
        if isKept {
            if kept == nil { kept = try await fetch(from: 0, count: Int(object.size)) }
            offset = object.size
            return kept
        }
        let piece = try await fetch(from: offset, count: Self.piece)
        offset += Int64(piece?.count ?? 0)
        return piece
    }

    /// SHA-256 of it all; nil where that version is not there any more.
    mutating func checksum() async throws(StageError) -> String? {
        var hash = SHA256()
        rewind()
        while let piece = try await next() {
            if piece.isEmpty { return hash.finish().description }
            hash.update(piece.span.bytes)
        }
        return nil
    }

    /// `count` bytes, or all up to the end, in as many requests as it takes.
    private func fetch(from offset: Int64, count: Int) async throws(StageError) -> [UInt8]? {
        var bytes: [UInt8] = []
        let wanted = Int(min(Int64(count), object.size - offset))
        while bytes.count < wanted {
            let (from, rest) = (offset + Int64(bytes.count), wanted - bytes.count)
            let part = try await port { [store, object] () throws(PortError) in
                try await store.get(object.key, etag: object.etag, from: from, count: rest)
            }
            guard let part else { return nil }
            if part.isEmpty {
                throw .contradiction("\(object.key) ends at byte \(from), before its \(object.size)", mend: "Look at the store")
            }
            if bytes.isEmpty { bytes = part } else { bytes += part }
        }
        return bytes
    }
}
