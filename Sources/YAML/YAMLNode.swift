/// A value of a YAML document and where it begins.
///
/// Scalars are text as it stands in the file, unescaped and unquoted: what a number or a truth value is, the reader
/// of the document decides, for `no` is Norway to one and false to another.
public struct YAMLNode: Sendable, Equatable {
    /// What a node is.
    public enum Kind: Sendable, Equatable {
        /// Text. `quoted` tells `"10"` and block text (`|`, `>`) from a plain `10`.
        case scalar(String, quoted: Bool)
        /// Items in their order.
        case sequence([YAMLNode])
        /// Pairs in their order; no key stands twice.
        case mapping([YAMLPair])
    }

    /// The line on which the node begins, from 1.
    public let line: Int
    /// The character in that line at which the node begins, from 1.
    public let column: Int
    /// What stands there.
    public let kind: Kind

    /// A node at a place.
    public init(line: Int, column: Int, kind: Kind) {
        self.line = line
        self.column = column
        self.kind = kind
    }

    /// The text of a scalar, quoted or not; `nil` for a sequence or a mapping.
    public var text: String? {
        if case .scalar(let text, _) = kind { text } else { nil }
    }

    /// The items of a sequence; `nil` for anything else.
    public var items: [YAMLNode]? {
        if case .sequence(let items) = kind { items } else { nil }
    }

    /// The pairs of a mapping; `nil` for anything else.
    public var pairs: [YAMLPair]? {
        if case .mapping(let pairs) = kind { pairs } else { nil }
    }

    /// Whether nothing stands there: an empty plain scalar, `~` or `null`.
    public var isNull: Bool {
        if case .scalar(let text, quoted: false) = kind { ["", "~", "null", "Null", "NULL"].contains(text) } else { false }
    }

    /// The value under a key of a mapping; `nil` without that key, or where this is no mapping.
    ///
    /// The search is linear: go through `pairs` to read a long mapping.
    public subscript(key: String) -> YAMLNode? {
        pairs?.first { $0.key == key }?.value
    }
}

/// A key of a mapping with its value. Keys are text: a mapping or a list as a key is refused by the parser.
public struct YAMLPair: Sendable, Equatable {
    /// The key, unquoted.
    public let key: String
    /// The line of the key, from 1.
    public let line: Int
    /// The character in that line at which the key begins, from 1.
    public let column: Int
    /// What stands under the key.
    public let value: YAMLNode

    /// A key at a place with its value.
    public init(key: String, line: Int, column: Int, value: YAMLNode) {
        self.key = key
        self.line = line
        self.column = column
        self.value = value
    }
}
