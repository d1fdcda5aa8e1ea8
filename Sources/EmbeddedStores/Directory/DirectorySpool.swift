internal import BlockingExecutor
internal import Glibc
public import Pipeline

/// The local copies of files: `<country>/<name>` while they wait, `<country>/Archived/<name>` afterwards.
///
/// Nothing is recovered from them, so nothing waits for the disk.
public actor DirectorySpool: Spool {
    private nonisolated let executor = BlockingExecutor()
    /// A thread of its own, for calls to the disk block.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private let root: String

    /// A spool in the folder `root`, which is made with the first file.
    public init(_ root: String) { self.root = root }

    private func place(_ country: String, _ name: String, _ operation: String) throws(PortError) -> ObjectName {
        try ObjectName("\(country)/\(name)", under: root, operation)
    }

    /// Writes `<country>/<name>` whole, replacing what was there. Returns the file's path.
    @discardableResult public func write(country: String, name: String, _ bytes: [UInt8]) throws(PortError) -> String? {
        let place = try place(country, name, "spool")
        try Path.makeFolders(place.folder)
        let making = try FileInMaking(in: place.folder)
        try making.file.write(bytes)
        guard rename(making.path, place.path) == 0 else { throw SystemFailure.last("spool", of: place.path) }
        return place.path
    }

    /// Moves the file to `Archived/`; one that is not there is no error.
    public func archive(country: String, name: String) throws(PortError) {
        let place = try place(country, name, "archive")
        let archived = "\(place.folder)/Archived"
        guard Path.facts(place.path) != nil else { return }
        try Path.makeFolders(archived)
        guard rename(place.path, "\(archived)/\(place.name)") == 0 || errno == ENOENT else {
            throw SystemFailure.last("archive", of: place.path)
        }
    }

    /// Deletes archived files that were written longer than `age` ago by the wall clock, and what killed processes have left half written.
    ///
    /// - Returns: how many archived files were deleted.
    public func removeArchived(country: String, olderThan age: Duration) throws(PortError) -> Int {
        let inbound = try place(country, "x", "clean").folder
        try FileInMaking.clean(inbound, olderThan: 600)
        let bound = WallClock.system() - age.milliseconds
        var removed = 0
        for name in try Folder.names("\(inbound)/Archived") {
            let path = "\(inbound)/Archived/\(name)"
            guard let facts = Path.facts(path), facts.isRegular, facts.modified < bound else { continue }
            guard unlink(path) == 0 || errno == ENOENT else { throw SystemFailure.last("clean", of: path) }
            removed += 1
        }
        return removed
    }
}
