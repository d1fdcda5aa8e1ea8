/// What a file says of itself in the metadata of its object, so that it can be checked without the log.
public struct FileMetadata: Sendable, Hashable {
    /// Rows, the header not counted.
    public var rows: Int
    /// SHA-256 of the bytes, 64 hexadecimal digits.
    public var sha256: String
    /// The range of offsets that it stands for, `cut` exclusive; nil for a file that no streamer wrote.
    public var range: Range<Int64>?
    /// Messages in the range that were no sales.
    public var deadLetters: Int

    /// The version of the columns and of these metadata.
    public static let schemaVersion = "1"

    /// All parts.
    public init(rows: Int, sha256: String, range: Range<Int64>?, deadLetters: Int) {
        self.rows = rows
        self.sha256 = sha256
        self.range = range
        self.deadLetters = deadLetters
    }

    /// Why metadata cannot be used.
    public enum Unusable: Error, Sendable, Equatable {
        /// They are of a version that this program does not know.
        case newer(String)
        /// A value is missing or unreadable: its name.
        case unreadable(String)
    }

    /// Reads what an object carries; nil where it carries none of ours.
    public init?(_ metadata: [String: String]) throws(Unusable) {
        guard let version = metadata["sales-schema"] else { return nil }
        guard version == Self.schemaVersion else { throw .newer(version) }
        guard let rows = metadata["sales-rows"].flatMap({ Int($0) }), rows >= 0 else { throw .unreadable("sales-rows") }
        guard let sha256 = metadata["sales-sha256"], sha256.utf8.count == 64 else { throw .unreadable("sales-sha256") }
        var range: Range<Int64>?
        if let first = metadata["sales-first-offset"], let last = metadata["sales-last-offset"] {
            guard let first = Int64(first), let last = Int64(last), last >= first, last < .max else {
                throw .unreadable("sales-last-offset")
            }
            range = first..<last + 1
        }
        guard let deadLetters = Int(metadata["sales-dead-letters"] ?? "0") else { throw .unreadable("sales-dead-letters") }
        self.init(rows: rows, sha256: sha256, range: range, deadLetters: deadLetters)
    }

    /// What an object is to carry.
    public var values: [String: String] {
        var values = [
            "sales-schema": Self.schemaVersion, "sales-rows": String(rows), "sales-sha256": sha256,
            "sales-dead-letters": String(deadLetters),
        ]
        if let range {
            values["sales-first-offset"] = String(range.lowerBound)
            values["sales-last-offset"] = String(range.upperBound - 1)
        }
        return values
    }
}
