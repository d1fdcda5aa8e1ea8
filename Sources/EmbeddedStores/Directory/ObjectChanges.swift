internal import Checksums
internal import Glibc
internal import Pipeline

/// Storing, copying and deleting objects that are files.
///
/// An object is replaced or deleted only under a lock on its folder, which the kernel releases with the process; so what is looked at under that lock
/// stays until it is let go. Storing under a free name needs no lock: link(2) itself refuses a name that is taken.
extension ObjectFiles {
    func put(_ key: String, _ body: ObjectBody, _ metadata: [String: String], overwriting: Bool) throws(PortError) -> PutOutcome {
        let name = try ObjectName(key, under: root, "put")
        if !overwriting, try version(name) != nil { return .exists }
        try Path.makeFolders(name.folder)
        let sidecar = Sidecar(body.sha256 ?? SHA256.hash(body.bytes), metadata)
        let making = try FileInMaking.holding(body, in: name.folder)
        let place = try keep(sidecar, for: name, dating: making)
        do throws(PortError) {
            try making.file.sync("put")
            making.file.leaveCache()
            try Path.syncFolder(name.folder)
            if overwriting {
                try replace(name, by: making)
            } else if try !making.appear(as: name.path) {
                unlink(place)
                // What bears the name may be a folder or a link, which head does not see.
                guard Path.facts(name.path)?.isRegular != false else { throw notAnObject(name) }
                return .exists
            }
        } catch {
            unlink(place)
            throw error
        }
        try Path.syncFolder(name.folder)
        return .stored(etag: sidecar.etag)
    }

    private func notAnObject(_ name: ObjectName) -> PortError {
        PortError(
            .misconfigured, "put", of: name.path, because: "a folder or a link bears that name", mend: "Move it out of the way.")
    }

    /// Writes the metadata under a name that no other version has, by giving the object a time of its own.
    private func keep(_ sidecar: Sidecar, for name: ObjectName, dating making: borrowing FileInMaking) throws(PortError) -> String {
        let beside = try FileInMaking(in: name.folder)
        try beside.file.write(sidecar.bytes)
        try beside.file.sync("put")
        for _ in 0..<64 {
            let now = WallClock.precise()
            let nanoseconds = now.nanoseconds / 1_000_000 * 1_000_000 + Int.random(in: 0..<1_000_000)
            try making.file.setModified(seconds: now.seconds, nanoseconds: nanoseconds)
            let place = name.sidecar(of: try making.file.facts())
            if try beside.appear(as: place) { return place }
        }
        throw PortError(
            .unreachable, "put", of: name.path, because: "its file system does not tell times apart", mend: "Name a folder elsewhere.")
    }

    private func replace(_ name: ObjectName, by making: borrowing FileInMaking) throws(PortError) {
        let folder = try locked(name.folder)
        defer { withExtendedLifetime(folder) {} }
        let old = Path.facts(name.path)
        guard old?.isRegular != false else { throw notAnObject(name) }
        guard rename(making.path, name.path) == 0 else { throw SystemFailure.last("put", of: name.path) }
        if let old, old != (try? making.file.facts()) { unlink(name.sidecar(of: old)) }
    }

    private func locked(_ folder: String) throws(PortError) -> OpenFile {
        let file = try OpenFile(folder, O_RDONLY | O_DIRECTORY, "lock")
        try file.lock()
        return file
    }

    func delete(_ key: String, _ etag: String) throws(PortError) -> DeleteOutcome {
        let name = try ObjectName(key, under: root, "delete")
        guard try version(name) != nil else { return .absent }
        let folder = try locked(name.folder)
        guard let version = try version(name) else { return .absent }
        guard version.etag == etag else { return .changed }
        guard unlink(name.path) == 0 else { throw SystemFailure.last("delete", of: name.path) }
        unlink(name.sidecar(of: version.facts))
        try folder.sync("delete")
        return .deleted
    }

    func copy(_ key: String, _ etag: String, to destination: String) throws(PortError) -> CopyOutcome {
        let from = try ObjectName(key, under: root, "copy")
        let to = try ObjectName(destination, under: root, "copy")
        guard try version(from)?.etag == etag else { return .sourceChanged }
        if try version(to) != nil { return .exists }
        try Path.makeFolders(to.folder)
        // In one order, so that copies there and back do not wait for each other.
        var folders: [OpenFile] = []
        for folder in Set([from.folder, to.folder]).sorted() { folders.append(try locked(folder)) }
        defer { withExtendedLifetime(folders) {} }

        guard let version = try version(from), version.etag == etag else { return .sourceChanged }
        if try self.version(to) != nil { return .exists }
        var place: String?
        if let sidecar = version.sidecar {
            let beside = try FileInMaking(in: to.folder)
            try beside.file.write(sidecar.bytes)
            try beside.file.sync("copy")
            // What is left there by a copy that was killed says the same.
            let name = to.sidecar(of: version.facts)
            guard rename(beside.path, name) == 0 else { throw SystemFailure.last("copy", of: to.path) }
            place = name
        }
        do throws(PortError) {
            try Path.syncFolder(to.folder)
            guard try give(to, theBytesOf: from, version) else {
                if let place, try self.version(to)?.etag != etag { unlink(place) }
                return .exists
            }
        } catch {
            if let place { unlink(place) }
            throw error
        }
        try Path.syncFolder(to.folder)
        guard let copied = try self.version(to) else { return .copied(etag: etag) }
        return .copied(etag: copied.etag)
    }

    /// False where the name is taken.
    private func give(_ to: ObjectName, theBytesOf from: ObjectName, _ version: Version) throws(PortError) -> Bool {
        if link(from.path, to.path) == 0 { return true }
        if errno == EEXIST { return false }
        guard [EXDEV, EPERM, EOPNOTSUPP, EMLINK].contains(errno) else { throw SystemFailure.last("copy", of: to.path) }
        guard let file = try OpenFile(regular: from.path) else {
            throw PortError(.unreachable, "copy", of: from.path, because: "it went away meanwhile")
        }
        let making = try FileInMaking(in: to.folder)
        try file.pieces(upTo: version.facts.size) { bytes throws(PortError) in try making.file.write(bytes) }
        try making.file.setModified(seconds: Int(version.facts.seconds), nanoseconds: Int(version.facts.nanoseconds))
        try making.file.sync("copy")
        return try making.appear(as: to.path)
    }
}
