/// Time as the stages see it; a test's clock goes as fast as the test wants.
public protocol PipelineClock: Sendable {
    /// Milliseconds since 1970 by the wall clock, which a person or NTP may set back.
    func wall() -> Int64

    /// Time since some fixed moment, which never steps back and goes on while the machine sleeps.
    func elapsed() -> Duration

    /// Returns after `duration`; earlier only by an error where the work is to be given up.
    func sleep(for duration: Duration) async throws(PortError)
}

/// The folder on this machine in which a file stands before it is in the store, and its archive afterwards.
///
/// It is a copy for people: nothing is ever recovered from it, so a file that could not be kept is told and no more.
public protocol Spool: Sendable {
    /// Writes `Inbound/<country>/<name>` whole, replacing what a predecessor may have left. Returns where it is, for ``ObjectBody/file``.
    @discardableResult func write(country: String, name: String, _ bytes: [UInt8]) async throws(PortError) -> String?

    /// Moves the file to `Archived/`; one that is not there is no error.
    func archive(country: String, name: String) async throws(PortError)
}
