public import SalesModel

/// The names that the pipeline gives to topics and objects.
public enum Names {
    /// The topic of a country's sales.
    public static func topic(_ country: CountryCode) -> String { "\(country)_topic" }

    /// Where messages of `topic` go that are no sales.
    public static func deadLetterTopic(of topic: String) -> String { "\(topic).dlq" }

    /// The folder in the store where a country's files arrive.
    public static func inbound(_ country: CountryCode) -> String { "Inbound/\(country)" }

    /// The folder for files whose rows are all in the table or in a reject file.
    public static func processed(_ country: CountryCode) -> String { "Inbound/\(country)/Processed" }

    /// The folder for reject files.
    public static func rejected(_ country: CountryCode) -> String { "Inbound/\(country)/Rejected" }

    /// The folder for reject files whose rows have all been mended and loaded.
    public static func mended(_ country: CountryCode) -> String { "Inbound/\(country)/Rejected/Mended" }

    /// The object that says which log and group write a country's folder.
    public static func marker(_ country: CountryCode) -> String { "Inbound/\(country)/.stream.json" }

    /// The last part of a key.
    public static func file(of key: String) -> String {
        guard let slash = key.utf8.lastIndex(of: UInt8(ascii: "/")) else { return key }
        return String(key[key.index(after: slash)...])
    }
}

/// The name of a file that stands for a range of offsets: `<topic>-<partition>-<from>-<to>.csv`, both offsets inclusive, twelve digits each.
public struct RangeFileName: Hashable, Sendable, CustomStringConvertible {
    /// Whose offsets these are.
    public let partition: TopicPartition
    /// The first offset.
    public let from: Int64
    /// The offset behind the last: where the next file begins.
    public let cut: Int64

    /// Offsets from `from` up to `cut`, exclusive.
    public init(_ partition: TopicPartition, from: Int64, cut: Int64) {
        self.partition = partition
        self.from = from
        self.cut = cut
    }

    /// Nil for a name of any other shape.
    public init?(_ name: String) {
        guard name.hasSuffix(".csv") else { return nil }
        let parts = name.dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, let to = Self.offset(parts[parts.count - 1]), let from = Self.offset(parts[parts.count - 2]), from <= to,
            let partition = Int(parts[parts.count - 3]), partition >= 0, String(partition) == parts[parts.count - 3]
        else { return nil }
        self.init(TopicPartition(parts.dropLast(3).joined(separator: "-"), partition), from: from, cut: to + 1)
    }

    /// The name.
    public var description: String { "\(Self.prefix(of: partition))\(Self.digits(from))-\(Self.digits(cut - 1)).csv" }

    /// What all names of a partition begin with.
    static func prefix(of partition: TopicPartition) -> String { "\(partition.topic)-\(partition.partition)-" }

    /// What a listing is to begin behind, to find all names of `partition` from `offset` on.
    static func listingStart(_ partition: TopicPartition, from offset: Int64) -> String {
        offset == 0 ? prefix(of: partition) : "\(prefix(of: partition))\(digits(offset - 1))~"
    }

    private static func digits(_ offset: Int64) -> String {
        let text = String(offset)
        return String(repeating: "0", count: max(0, 12 - text.utf8.count)) + text
    }

    private static func offset(_ text: Substring) -> Int64? {
        guard text.utf8.count >= 12, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text)
    }
}
