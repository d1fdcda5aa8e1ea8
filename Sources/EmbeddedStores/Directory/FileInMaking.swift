internal import CLinux
internal import Glibc
internal import Pipeline

/// A file that nobody knows by name yet: it gets its name when it is whole, and is gone when it is let go before.
///
/// It is locked as long as it is open, so that what a killed process has left can be told from what is being written. Nobody may write to it once it
/// is closed: what has a name is replaced whole, and may have further names.
struct FileInMaking: ~Copyable {
    let file: OpenFile
    let path: String

    init(in folder: String) throws(PortError) {
        let path = Self.path(in: folder)
        let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL, "write", mode: 0o444)
        do throws(PortError) {
            try file.lock()
        } catch {
            unlink(path)
            throw error
        }
        self.path = path
        self.file = file
    }

    /// One that holds the bytes of `body`: the file that holds them already, by a further name, or a new one.
    static func holding(_ body: ObjectBody, in folder: String) throws(PortError) -> FileInMaking {
        if let whole = body.file, let making = Self(in: folder, naming: whole, body.bytes.count) { return making }
        let making = try Self(in: folder)
        try making.file.write(body.bytes)
        return making
    }

    /// Nil where the file cannot have a further name here, as on another disk, or has another size.
    private init?(in folder: String, naming whole: String, _ size: Int) {
        let path = Self.path(in: folder)
        guard link(whole, path) == 0 else { return nil }
        guard let file = try? OpenFile(path, O_RDONLY | O_NOFOLLOW, "write"), file.tryLock(), let facts = try? file.facts(),
            facts.isRegular, facts.size == size
        else {
            unlink(path)
            return nil
        }
        self.path = path
        self.file = file
    }

    private static func path(in folder: String) -> String {
        var random = SystemRandomNumberGenerator()
        return "\(folder)/.\(String(random.next() as UInt64, radix: 36))\(ObjectName.makingSuffix)"
    }

    deinit { unlink(path) }

    /// Gives it its name; false where the name is taken.
    func appear(as name: String) throws(PortError) -> Bool {
        if link(path, name) == 0 { return true }
        if [EPERM, EOPNOTSUPP, EMLINK, ENOSYS].contains(errno), clinux_rename_noreplace(path, name) == 0 { return true }
        if errno == EEXIST { return false }
        throw SystemFailure.last("write", of: name)
    }

    /// Removes what killed processes have left in a folder, once it is `age` seconds old: files in the making, and metadata of objects that never
    /// appeared. Nothing is removed of metadata while somebody is writing there.
    static func clean(_ folder: String, olderThan age: Int64) throws(PortError) {
        let now = Int64(WallClock.precise().seconds)
        let names = try Folder.names(folder)
        func isOld(_ path: String) -> Bool { Path.facts(path).map { now - $0.seconds > age } ?? false }
        var isBusy = false
        for name in names where name.hasPrefix(".") && name.hasSuffix(ObjectName.makingSuffix) {
            let path = "\(folder)/\(name)"
            guard isOld(path), let file = try OpenFile(regular: path), file.tryLock() else {
                isBusy = true
                continue
            }
            unlink(path)
        }
        if isBusy { return }
        let sidecars = names.compactMap { SidecarName($0) }
        for sidecar in sidecars where isOld("\(folder)/\(sidecar)") {
            if let facts = Path.facts("\(folder)/\(sidecar.object)"), facts.size == sidecar.size {
                // The object's own; or what is known of an object whose time was changed, for as long as it has none of its own.
                if sidecar.tells(of: facts) { continue }
                if !sidecars.contains(where: { $0.object == sidecar.object && $0.tells(of: facts) }) { continue }
            }
            unlink("\(folder)/\(sidecar)")
        }
    }
}
