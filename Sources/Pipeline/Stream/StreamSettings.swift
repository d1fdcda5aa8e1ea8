public import SalesModel

/// How the stream stage works.
public struct StreamSettings: Sendable {
    /// The countries whose topics are streamed.
    public var countries: [CountryCode]
    /// Rows a file, at least 1.
    public var rows = 10_000
    /// How long a sale waits for its file to be cut, by a clock that never steps.
    public var age = Duration.seconds(45)
    /// The consumer group. One group writes one prefix of the store.
    public var group = "sales-stream"
    /// A group without a position goes on behind the last file in the store.
    public var resumeFromFiles = false
    /// Bytes of rows, open or in flight, beyond which no more messages are taken.
    public var memory = 256 << 20
    /// How long the group waits for a silent member.
    public var sessionTimeout = Duration.seconds(10)
    /// How failures that may pass are met.
    public var retry = RetryPolicy()
    /// Faults for tests.
    public var sabotage: Sabotage = []

    /// The defaults, for these countries.
    public init(countries: [CountryCode]) { self.countries = countries }
}

/// What a streamer has brought into files, stored and committed, in this run.
public struct StreamCounts: Sendable, Hashable {
    /// Messages taken: rows and dead letters.
    public var messages = 0
    /// Rows in files.
    public var rows = 0
    /// Files.
    public var files = 0
    /// Messages that were no sales.
    public var deadLetters = 0

    /// Nothing yet.
    public init() {}
}
