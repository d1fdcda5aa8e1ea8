/// Faults built in on purpose: a test that does not find them would find nothing. Never set outside tests.
public struct Sabotage: OptionSet, Sendable, Hashable {
    /// One bit a fault.
    public let rawValue: Int
    /// From its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Files are uploaded before the broker has acknowledged where they are cut.
    public static let uploadBeforeNote = Sabotage(rawValue: 1)
    /// The offset passes rows that are only in memory.
    public static let commitRowsInMemory = Sabotage(rawValue: 2)
    /// A loaded file is deleted before its copy is made.
    public static let deleteBeforeCopy = Sabotage(rawValue: 4)
}
