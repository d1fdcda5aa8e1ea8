public import SalesModel

/// How the publish stage works.
public struct PublishSettings: Sendable {
    /// How many sales a country.
    public enum Goal: Sendable, Hashable {
        /// So many more than there are.
        case more(UInt64)
        /// Until so many are there, from ordinal 0 on: may be repeated.
        case upTo(UInt64)
        /// Until it is asked to stop.
        case endless
    }

    /// The countries that are sold to.
    public var countries: [CountryCode]
    /// How many.
    public var goal: Goal
    /// Sales of the future are published too; otherwise each waits until it falls due.
    public var ahead = false
    /// When the stream starts, in seconds since 1970; nil: as the topics say, or as `goal` needs.
    public var start: UInt64?
    /// A stream of ours in a topic that is another one is left behind.
    public var newStream = false
    /// The first ordinal of a stream that is new to a topic.
    public var first: UInt64 = 0
    /// Partitions of a topic that has to be made.
    public var partitions = 1
    /// Messages a transaction at the most.
    public var transaction = 32_768
    /// Bytes of keys and values that a transaction has at the most, judged by the largest message so far; but it has one message.
    public var transactionBytes = 32 << 20
    /// A transaction ends after so long, for while it is open readers wait behind its first message.
    public var transactionTime = Duration.seconds(1)
    /// Who publishes, as a successor's victim is to read it; nil: nobody is told.
    public var publisher: String?
    /// How failures that may pass are met.
    public var retry = RetryPolicy()

    /// Sales for these countries, so many.
    public init(countries: [CountryCode], goal: Goal) {
        self.countries = countries
        self.goal = goal
    }
}

/// What was published of a country in this run.
public struct PublishCounts: Sendable, Hashable {
    /// Sales that the log has acknowledged.
    public var published: UInt64 = 0
    /// The first ordinal of this run.
    public var first: UInt64 = 0
    /// The ordinal that comes next.
    public var next: UInt64 = 0
    /// Messages at the end of the topic that were looked past because they are not of this stream.
    public var skipped: Int = 0
    /// The stream.
    public var stream: StreamID?

    /// Nothing yet.
    public init() {}
}
