/// What the program's exit status says, and what a caller does about it. The numbers from 64 on are those of
/// BSD's `sysexits.h`; those from 128 on are the shell's for a signal.
public enum ExitStatus: Int32, Sendable, CaseIterable {
    /// Done: go on.
    case done = 0
    /// Done, and the answer is no: a difference, a fault, a reject. Look.
    case answeredNo = 1
    /// Wrong use of a flag: mend the call.
    case usage = 64
    /// Data that cannot be used: look.
    case data = 65
    /// A service cannot be reached, after the retries: try later.
    case unavailable = 69
    /// A defect of the program: report it.
    case defect = 70
    /// Throttled, timed out or fenced by a successor; work so far is kept: run again.
    case temporary = 75
    /// Not let in: mend the right that is named.
    case denied = 77
    /// Wrong configuration in the environment or a file: mend it.
    case configuration = 78
    /// Stopped by SIGINT, cleanly: everything acknowledged is kept.
    case interrupted = 130
    /// Stopped by SIGTERM, cleanly: everything acknowledged is kept.
    case terminated = 143
}
