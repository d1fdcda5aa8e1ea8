/// Reads one YAML document into nodes that know their line and column.
public enum YAML {
    /// How much of a document is read. Each bound is there so that no file can fill the memory or the stack.
    public struct Limits: Sendable {
        /// The largest file, in bytes.
        public var bytes: Int
        /// How deeply lists and mappings may be nested.
        public var depth: Int
        /// How many scalars, lists and mappings there may be in all.
        public var nodes: Int

        /// Bounds for configuration and for catalogs of some 100,000 products.
        public init(bytes: Int = 64 << 20, depth: Int = 64, nodes: Int = 5_000_000) {
            self.bytes = bytes
            self.depth = depth
            self.nodes = nodes
        }
    }

    /// Parses UTF-8 text (a byte order mark is allowed) that holds one document.
    ///
    /// A file in which nothing stands but comments is a null scalar at line 1. Refused, with the place: what is not
    /// YAML, a key that stands twice in a mapping, a key that is no text, a second document, aliases (a few lines of
    /// them unfold to gigabytes), tags, and whatever goes beyond `limits`.
    ///
    /// - Parameter file: the name to put into errors; nothing is read from it.
    public static func parse(bytes: [UInt8], file: String, limits: Limits = Limits()) throws(YAMLError) -> YAMLNode {
        guard bytes.count <= limits.bytes else {
            throw YAMLError(
                file: file, line: 1, column: 1, reason: "the file has \(bytes.count) bytes; at most \(limits.bytes) are read")
        }
        return try bytes.withUnsafeBufferPointer { (all) throws(YAMLError) -> YAMLNode in
            let mark = all.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            let reader = try EventReader(UnsafeBufferPointer(rebasing: all.dropFirst(mark)), file: file)
            var builder = TreeBuilder(file: file, limits: limits)
            while true {
                let event = try reader.next()
                if case .streamEnd = event.event { return builder.document }
                try builder.take(event)
            }
        }
    }
}
