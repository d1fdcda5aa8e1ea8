public import SalesModel

/// How the load stage works.
public struct LoadSettings: Sendable {
    /// The countries whose files are loaded.
    public var countries: [CountryCode]
    /// Files at once.
    public var concurrency = 4
    /// What is done with a row whose key is there with other fields.
    public var onConflict = ConflictPolicy.keep
    /// Rows a second at the most, all files together; nil: as many as the table takes.
    public var rowsPerSecond: Int?
    /// How long to wait between two looks for new files, where it goes on until it is asked to stop.
    public var interval = Duration.seconds(1)
    /// Files up to this many bytes are read once and kept in memory; larger ones are read twice, to be checked before the first row is written.
    public var keptFileSize: Int64 = 16 << 20
    /// How failures that may pass are met.
    public var retry = RetryPolicy()
    /// Faults for tests.
    public var sabotage: Sabotage = []

    /// The defaults, for these countries.
    public init(countries: [CountryCode]) { self.countries = countries }
}

/// What was loaded of a country in this run.
public struct LoadCounts: Sendable, Hashable {
    /// Files whose rows are all in the table or in a reject file, and which were moved.
    public var files = 0
    /// Rows that the table has answered for.
    public var rows = 0
    /// Rows that were no sales, or whose key was taken where the policy rejects them.
    public var rejected = 0
    /// Rows that were in the table already, all fields alike.
    public var identical = 0
    /// Rows whose key was there with other fields.
    public var conflicts = 0
    /// Files without metadata of ours: nothing to check them by.
    public var unverified = 0
    /// Rows that the table put off at least once.
    public var throttled = 0
    /// Objects in the folder that are no `.csv`: left alone.
    public var strange = 0

    /// Nothing yet.
    public init() {}

    /// Both together; `strange` is of the last look.
    mutating func add(_ other: LoadCounts) {
        files += other.files
        rows += other.rows
        rejected += other.rejected
        identical += other.identical
        conflicts += other.conflicts
        unverified += other.unverified
        throttled += other.throttled
    }
}
