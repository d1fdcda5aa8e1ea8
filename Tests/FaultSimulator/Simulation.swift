internal import Pipeline

/// Faults built into the stages on purpose, to see whether the simulation finds them.
public enum SimVariant: String, Sendable, CaseIterable {
    /// The stages as they are.
    case sound
    /// Files are uploaded before the broker keeps the note that says where they are cut.
    case uploadBeforeNote = "upload-before-note"
    /// The offset passes rows that are only in memory.
    case commitRowsInMemory = "commit-rows-in-memory"
    /// A loaded file is deleted before its copy is made.
    case deleteBeforeCopy = "delete-before-copy"

    var sabotage: Sabotage {
        switch self {
        case .sound: []
        case .uploadBeforeNote: .uploadBeforeNote
        case .commitRowsInMemory: .commitRowsInMemory
        case .deleteBeforeCopy: .deleteBeforeCopy
        }
    }
}

/// What a run has come to.
public struct SimReport: Sendable {
    /// What was found wrong, the first first; empty where all is well.
    public let violations: [String]
    /// Equal for two runs that went the same way.
    public let checksum: UInt64
    /// Requests and other things that happened.
    public let events: Int
    /// Virtual seconds.
    public let seconds: Int
    /// Files that were written.
    public let files: Int
    /// Rows in the table at the end.
    public let rows: Int
    /// Processes that ran, each restart counted.
    public let processes: Int
    /// A line an event, where they were wanted.
    public let trace: [String]
}

/// Runs the real stages in a world of faults.
public enum Simulation {
    /// Runs one seed from its first event to the verdict.
    ///
    /// Publishers, streamers and loaders run their own loops against a log, a store and a table in memory, in virtual time and on the
    /// calling thread. They are killed, stopped, paused and restarted, and their requests fail, are answered too late or not at all, until the
    /// faults end; then everything must come to rest with every sale where it belongs.
    public static func run(seed: UInt64, variant: SimVariant = .sound, traced: Bool = false) -> SimReport {
        var scenario = SimScenario(seed: seed, sabotage: variant.sabotage, isTraced: traced)
        return scenario.run()
    }
}
