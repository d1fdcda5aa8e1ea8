/// Why a stage came to its end without having done its work.
public enum StageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A port failed and trying again does not help, or was tried for long enough.
    case port(PortError)
    /// What is there contradicts itself: what, and what can be done.
    case contradiction(String, mend: String)
    /// A successor has taken this one's place.
    case fenced(String)
    /// What was asked for cannot be done.
    case misuse(String)

    /// What happened and how to mend it, one line.
    public var description: String {
        switch self {
        case .port(let error): error.description
        case .contradiction(let what, let mend): mend.isEmpty ? what : "\(what). \(mend)"
        case .fenced(let what): what
        case .misuse(let what): what
        }
    }
}

/// Does `work`, whose failure becomes the stage's.
func port<Result>(_ work: () async throws(PortError) -> Result) async throws(StageError) -> Result {
    do { return try await work() } catch { throw .port(error) }
}
