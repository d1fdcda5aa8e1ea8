internal import Checksums
internal import Glibc
internal import Pipeline

/// Looking at objects that are files. All calls block.
struct ObjectFiles: Sendable {
    let root: String

    /// One version of an object.
    struct Version {
        let facts: Path.Facts
        /// Nil for a file that somebody else put there.
        let sidecar: Sidecar?
        /// Of a foreign file: which file it is, how long, and when it was changed.
        var etag: String { sidecar?.etag ?? "file-\(facts.inode)-\(facts.size)-\(facts.seconds).\(facts.nanoseconds)" }

        func info(_ key: String) -> ObjectInfo {
            ObjectInfo(key: key, size: facts.size, etag: etag, modified: facts.modified, metadata: sidecar?.metadata ?? [:])
        }
    }

    /// Makes the root and sees whether it can be written.
    func open() throws(PortError) {
        try Path.makeFolders(root)
        guard access(root, W_OK | X_OK) == 0 else { throw SystemFailure.last("open", of: root) }
    }

    /// The version that stands under a name now.
    ///
    /// - Parameter beside: its sidecars where they are known, so that its folder is not read for each object of a listing.
    func version(_ name: ObjectName, beside: [SidecarName]? = nil) throws(PortError) -> Version? {
        var known = beside
        while true {
            guard let facts = Path.facts(name.path) else {
                if [ENOENT, ENOTDIR].contains(errno) { return nil }
                throw SystemFailure.last("look at", of: name.path)
            }
            guard facts.isRegular else { return nil }
            if let sidecar = try sidecar(name.sidecar(of: facts)) { return Version(facts: facts, sidecar: sidecar) }
            let sidecars = if let known { known } else { try Folder.sidecars(of: name) }
            switch try lostSidecar(name, facts, among: sidecars) {
            case .found(let sidecar): return Version(facts: facts, sidecar: sidecar)
            case .none:
                // A deletion takes the object first and its metadata then: only an object that is still there has none.
                if Path.facts(name.path) == facts { return Version(facts: facts, sidecar: nil) }
            case .changed: break
            }
            known = nil
        }
    }

    private func sidecar(_ path: String) throws(PortError) -> Sidecar? {
        guard let file = try OpenFile(regular: path) else { return nil }
        return Sidecar(try file.read(from: 0, count: Int(min(try file.facts().size, 1 << 20))))
    }

    private enum LostSidecar {
        case found(Sidecar), none
        /// Somebody changed the object or a sidecar meanwhile: look again.
        case changed
    }

    /// The metadata of an object whose time was changed, as by `touch` or a restored backup: those of a version of its size, where its bytes have
    /// that version's SHA-256. They are given the object's time where that can be written, so that it is read for this once.
    private func lostSidecar(_ name: ObjectName, _ facts: Path.Facts, among sidecars: [SidecarName]) throws(PortError) -> LostSidecar {
        let places = sidecars.filter { $0.size == facts.size }.map { "\(name.folder)/\($0)" }
        if places.isEmpty { return .none }
        guard let file = try OpenFile(regular: name.path), try file.facts() == facts else { return .changed }
        let sha256 = try file.sha256().description
        guard try file.facts() == facts else { return .changed }
        var found: [(place: String, sidecar: Sidecar)] = []
        for place in places {
            if let sidecar = try sidecar(place) {
                if sidecar.sha256 == sha256 { found.append((place, sidecar)) }
            } else if Path.facts(place) == nil {
                return .changed
            }
        }
        // Where versions of the same bytes differ in their metadata, nothing tells whose they are.
        guard let first = found.first, found.allSatisfy({ $0.sidecar == first.sidecar }) else { return .none }
        _ = rename(first.place, name.sidecar(of: facts))
        return .found(first.sidecar)
    }

    func head(_ key: String) throws(PortError) -> ObjectInfo? {
        try version(try ObjectName(key, under: root, "head"))?.info(key)
    }

    func get(_ key: String, _ etag: String, _ offset: Int64, _ count: Int) throws(PortError) -> [UInt8]? {
        let name = try ObjectName(key, under: root, "get")
        guard let file = try OpenFile(regular: name.path) else { return nil }
        // What stands under the name and what is open must be the same file, before and after.
        guard let version = try version(name), version.etag == etag, try file.facts() == version.facts else { return nil }
        guard offset >= 0, offset < version.facts.size, count > 0 else { return [] }
        let bytes = try file.read(from: offset, count: Int(min(Int64(count), version.facts.size - offset)))
        return try file.facts() == version.facts ? bytes : nil
    }

    func list(_ folder: String, after: String?, limit: Int) throws(PortError) -> ObjectPage {
        let path = try ObjectName.folder(folder, under: root)
        let prefix = folder.isEmpty ? "" : folder + "/"
        let all = try Folder.names(path)
        let sidecars = Dictionary(grouping: all.compactMap { SidecarName($0) }, by: \.object)
        var names = all.filter { !ObjectName.isReserved($0) }.map { Array($0.utf8) }
        if let after {
            let bound = Array(after.utf8)
            let lead = Array(prefix.utf8)
            names.removeAll { !bound.lexicographicallyPrecedes(lead + $0) }
        }
        names.sort { $0.lexicographicallyPrecedes($1) }
        var page = ObjectPage(objects: [], next: nil)
        for name in names {
            if page.objects.count == limit {
                page.next = page.objects.last?.key
                break
            }
            let key = prefix + String(decoding: name, as: UTF8.self)
            // A name that no key can have is no object: too long, or not UTF-8.
            guard let object = try? ObjectName(key, under: root, "list"), Array(object.name.utf8) == name else { continue }
            if let version = try version(object, beside: sidecars[object.name] ?? []) {
                var info = version.info(key)
                info.metadata = [:]
                page.objects.append(info)
            }
        }
        return page
    }
}

/// The names in a folder.
enum Folder {
    /// The sidecars of one object, of whichever version.
    static func sidecars(of object: ObjectName) throws(PortError) -> [SidecarName] {
        try names(object.folder).filter { $0.hasPrefix(".\(object.name).") }.compactMap { SidecarName($0) }.filter {
            $0.object == object.name
        }
    }

    /// None where the folder is absent; in no order, folders' own names among them.
    static func names(_ path: String) throws(PortError) -> [String] {
        guard let folder = opendir(path) else {
            if [ENOENT, ENOTDIR].contains(errno) { return [] }
            throw SystemFailure.last("list", of: path)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(folder) else {
                if errno != 0 { throw SystemFailure.last("list", of: path) }
                return names
            }
            guard [UInt8(DT_REG), UInt8(DT_UNKNOWN)].contains(entry.pointee.d_type) else { continue }
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
    }
}
