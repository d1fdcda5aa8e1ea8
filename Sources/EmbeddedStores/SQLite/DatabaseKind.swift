/// What a SQLite file of ours is for, and how a new one is laid out.
struct DatabaseKind: Sendable {
    /// For people, such as "broker".
    let name: String
    /// In the file's header, so that nobody takes one file for another.
    let applicationID: Int64
    /// The newest layout that this program knows; in the file's header as `user_version`.
    let version: Int64
    /// Bytes of a page in a new file.
    let pageSize: Int
    /// What a new file gets, a statement each.
    let schema: [String]
    /// Whether a file that bears no application id, made by somebody else, is taken as it is.
    let takesUnmarked: Bool
}

/// What an embedded store takes from its surroundings; tests put their own in place.
struct DatabaseSurroundings: Sendable {
    /// The kind of file system under a path.
    var fileSystem: @Sendable (String) -> Int? = FileSystemKind.ofPath
    /// How long a call waits for another process's transaction, in milliseconds.
    var patience = 30_000
    /// The largest number of pages a file may grow to; nil: as many as there is room for.
    var maximumPages: Int?
}
