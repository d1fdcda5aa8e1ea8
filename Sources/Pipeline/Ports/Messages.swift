/// A partition of a topic.
public struct TopicPartition: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The topic's name.
    public let topic: String
    /// The partition's number, from 0.
    public let partition: Int

    /// Partition number `partition` of `topic`.
    public init(_ topic: String, _ partition: Int) {
        self.topic = topic
        self.partition = partition
    }

    /// `US_topic-0`
    public var description: String { "\(topic)-\(partition)" }

    /// By topic, then by number.
    public static func < (one: TopicPartition, other: TopicPartition) -> Bool {
        (one.topic, one.partition) < (other.topic, other.partition)
    }
}

/// What a log knows of a topic.
public struct TopicDescription: Sendable, Equatable {
    /// The topic's name.
    public let name: String
    /// Changes where a topic is deleted and made anew; nil where the log cannot tell.
    public let id: String?
    /// What is kept of each partition, by its number.
    public let partitions: [PartitionBounds]

    /// All parts.
    public init(name: String, id: String?, partitions: [PartitionBounds]) {
        self.name = name
        self.id = id
        self.partitions = partitions
    }
}

/// Which offsets a partition keeps.
public struct PartitionBounds: Sendable, Hashable {
    /// The first offset that is kept; retention moves it up.
    public let first: Int64
    /// The offset behind the last committed message.
    public let end: Int64

    /// From `first` up to `end`, exclusive.
    public init(first: Int64, end: Int64) {
        self.first = first
        self.end = end
    }
}

/// How far a group has come in a partition, and a note that is kept with it, durably and at the same moment.
public struct CommittedPosition: Sendable, Hashable {
    /// The offset to go on from: all before it is done.
    public var offset: Int64
    /// At most 4,096 bytes of UTF-8; empty where there is nothing to say.
    public var note: String

    /// A position with its note.
    public init(offset: Int64, note: String = "") {
        self.offset = offset
        self.note = note
    }
}

/// A position of some group that is committed together with the messages of a transaction.
public struct GroupPosition: Sendable, Hashable {
    /// The group.
    public let group: String
    /// The partition that it stands in.
    public let partition: TopicPartition
    /// Where it stands.
    public let position: CommittedPosition

    /// All parts.
    public init(group: String, partition: TopicPartition, position: CommittedPosition) {
        self.group = group
        self.partition = partition
        self.position = position
    }
}

/// Consecutive messages of one partition: an index over one buffer of bytes, so that a message costs no allocation.
public struct MessageBatch: Sendable {
    /// Where a message stands and where its bytes lie in the buffer.
    public struct Entry: Sendable, Hashable {
        /// The message's offset.
        public var offset: Int64
        /// When it was published: milliseconds since 1970.
        public var timestamp: Int64
        /// The key's bytes; nil where it has none.
        public var key: Range<Int>?
        /// The value's bytes; nil for a tombstone.
        public var value: Range<Int>?

        /// All parts.
        public init(offset: Int64, timestamp: Int64, key: Range<Int>?, value: Range<Int>?) {
            self.offset = offset
            self.timestamp = timestamp
            self.key = key
            self.value = value
        }
    }

    /// Whose messages these are.
    public var partition: TopicPartition
    /// Keys and values, wherever the entries say.
    public var bytes: [UInt8]
    /// In the order of their offsets.
    public var entries: [Entry]
    /// Where to go on: behind the last entry, and behind gaps that follow it where they are known.
    public var next: Int64

    /// All parts.
    public init(partition: TopicPartition, bytes: [UInt8], entries: [Entry], next: Int64) {
        self.partition = partition
        self.bytes = bytes
        self.entries = entries
        self.next = next
    }
}

/// Messages for one partition, in order: an index over one buffer of bytes.
public struct OutgoingBatch: Sendable {
    /// Where a message's bytes lie in the buffer. Key and value may overlap.
    public struct Entry: Sendable, Hashable {
        /// The key's bytes; nil for none.
        public var key: Range<Int>?
        /// The value's bytes; nil for a tombstone.
        public var value: Range<Int>?

        /// Both ranges.
        public init(key: Range<Int>?, value: Range<Int>?) {
            self.key = key
            self.value = value
        }
    }

    /// A header of a message: a name and a value, as Kafka has them.
    public struct Header: Sendable, Hashable {
        /// The header's name.
        public let name: String
        /// Its value.
        public let value: String

        /// Both parts.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Where the messages go.
    public var partition: TopicPartition
    /// Keys and values, wherever the entries say.
    public var bytes: [UInt8]
    /// In the order in which they are to stand.
    public var entries: [Entry]
    /// Headers by the index of their message; most have none.
    public var headers: [Int: [Header]]

    /// All parts; headers may be left out.
    public init(partition: TopicPartition, bytes: [UInt8], entries: [Entry], headers: [Int: [Header]] = [:]) {
        self.partition = partition
        self.bytes = bytes
        self.entries = entries
        self.headers = headers
    }
}
