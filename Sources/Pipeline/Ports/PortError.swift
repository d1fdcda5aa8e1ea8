/// What went wrong behind a port: what was tried, on what, why it failed, and what to do about it.
///
/// It holds no secrets and no customers' values, so that it can be logged and shown as it is.
public struct PortError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What sort of failure it is; this decides whether trying again helps and with which status a program leaves.
    public enum Kind: Sendable, Equatable {
        /// The service did not answer. The effect may have happened all the same.
        case unreachable
        /// The service wants less, or has no room at the moment (a full disk too); what is there is kept.
        case throttled
        /// A successor has taken our place: a producer with the same identity, another owner of a partition.
        case fenced
        /// Credentials or rights do not suffice.
        case denied
        /// What was asked for is not there, such as a topic.
        case missing
        /// Data that cannot be used: corrupt, contradictory, of a newer version.
        case unusable
        /// A setting that the service refuses.
        case misconfigured
        /// A defect of ours.
        case defect
    }

    /// What sort of failure it is.
    public let kind: Kind
    /// What was tried, such as "commit".
    public let operation: String
    /// On what, such as "US_topic-0 in group sales-stream".
    public let subject: String
    /// Why it failed, in the words of whoever refused where there are any.
    public let reason: String
    /// What a person can do, as a sentence; empty where nothing can be said.
    public let mend: String

    /// All parts; `mend` may be left out.
    public init(_ kind: Kind, _ operation: String, of subject: String, because reason: String, mend: String = "") {
        self.kind = kind
        self.operation = operation
        self.subject = subject
        self.reason = reason
        self.mend = mend
    }

    /// Whether the same call may succeed later without anybody's help.
    public var isRetriable: Bool { kind == .unreachable || kind == .throttled }

    /// One line: "commit of US_topic-0: reason. Mend."
    public var description: String {
        let told = "\(operation) of \(subject): \(reason)"
        return mend.isEmpty ? told : "\(told). \(mend)"
    }
}
