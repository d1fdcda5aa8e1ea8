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
    func version(_ name: ObjectName) throws(PortError) -> Version? {
        while true {
            guard let facts = Path.facts(name.path) else {
                if [ENOENT, ENOTDIR].contains(errno) { return nil }
                throw SystemFailure.last("look at", of: name.path)
            }
            guard facts.isRegular else { return nil }
            if let sidecar = try sidecar(name, facts) { return Version(facts: facts, sidecar: sidecar) }
            // A deletion takes the object first and its metadata then: only an object that is still there has none.
            if Path.facts(name.path) == facts { return Version(facts: facts, sidecar: nil) }
        }
    }

    private func sidecar(_ name: ObjectName, _ facts: Path.Facts) throws(PortError) -> Sidecar? {
        guard let file = try OpenFile(regular: name.sidecar(of: facts)) else { return nil }
        return Sidecar(try file.read(from: 0, count: Int(min(try file.facts().size, 1 << 20))))
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
        var names = try Folder.names(path).filter { !ObjectName.isReserved($0) }.map { Array($0.utf8) }
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
            if let version = try version(object) {
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
