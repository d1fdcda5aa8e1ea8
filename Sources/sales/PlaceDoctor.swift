internal import EmbeddedStores
internal import Glibc
internal import Pipeline
internal import SalesModel
internal import Settings

/// Looks at the places on this machine: an embedded broker, store, table, spool, log file, and the room that they have.
struct PlaceDoctor {
    private typealias S = SalesSettings
    /// Less than this is a fault: some minutes' worth at a high rate, bytes.
    private static let leastRoom: UInt64 = 256 << 20

    private let wiring: Wiring
    private var settings: ResolvedSettings { wiring.session.settings }

    init(_ wiring: Wiring) { self.wiring = wiring }

    /// The broker in a file, and the topics.
    func broker(_ path: String, _ topics: [String]) async -> [Check] {
        let name = "broker sqlite:\(path)"
        guard access(path, F_OK) == 0 else {
            return [newcomer(name, path)]
                + topics.map { .fault("topic \($0)", "there is no such topic", "`sales setup` makes it; `sales publish` does too") }
        }
        do throws(PortError) {
            let log = try await SQLiteLog.open(path)
            var checks = [writable(name, path)]
            for topic in topics {
                if let known = try await log.describe(topic: topic) {
                    checks.append(.ok("topic \(topic)", Report.count(known.partitions.count, "partition")))
                } else {
                    checks.append(.fault("topic \(topic)", "there is no such topic", "`sales setup` makes it; `sales publish` does too"))
                }
            }
            return checks
        } catch { return [.fault(name, error)] + topics.map { .skipped("topic \($0)", "of the broker") } }
    }

    /// All that is not the broker.
    func examine() async -> [Check] {
        let inbound = settings[S.inbound]
        let log = settings[S.logFile]
        return [await store(), await table(), folder("spool \(inbound)", inbound), writable("log file \(log)", log), room(inbound)]
    }

    /// A small object is put, found, read and deleted again, under a name that is taken for no sale.
    private func store() async -> Check {
        let name = "store \(settings[S.store])"
        let path = wiring.path(S.store)
        guard access(path, F_OK) == 0 else { return newcomer(name, path) }
        let key = "Inbound/.doctor-\(getpid())-\(wiring.session.clock.wall())"
        do throws(PortError) {
            let store: any ObjectStore
            do { store = try await wiring.store() } catch let error as PortError { throw error } catch {
                return .fault(name, "\(error)", "")
            }
            guard case .stored(let etag) = try await store.put(key, Array("doctor".utf8), metadata: ["doctor": "1"], overwriting: false),
                let found = try await store.head(key), found.metadata["doctor"] == "1",
                try await store.get(key, etag: etag, from: 0, count: 100) == Array("doctor".utf8)
            else { return .fault(name, "an object that was put there is not found as it was", "Have the store looked at") }
            guard try await store.put(key, [], metadata: [:], overwriting: false) == .exists else {
                return .fault(
                    name, "it replaces an object that is there, though it was told not to", "Take a store that knows If-None-Match")
            }
            guard try await store.delete(key, etag: etag) == .deleted, try await store.head(key) == nil else {
                return .fault(name, "an object cannot be deleted", "Give this user the right to delete")
            }
            let guarded = store.guarantees.conditionalDelete ? "" : "; deletes are not conditional: run one loader a country"
            return .ok(name, "put, found, read and deleted\(guarded)")
        } catch { return .fault(name, error) }
    }

    private func table() async -> Check {
        let name = "table \(settings[S.table])"
        let path = wiring.path(S.table)
        guard access(path, F_OK) == 0 else { return newcomer(name, path) }
        do throws(PortError) {
            let rows = try await SQLiteTable.open(path).counts().values.reduce(0, +)
            let check = writable(name, path)
            return check.outcome == .ok ? .ok(name, "\(Report.count(rows, "row")), writable") : check
        } catch { return .fault(name, error) }
    }

    /// A file can be made and removed in the folder, or the folder can be made.
    private func folder(_ name: String, _ path: String) -> Check {
        guard access(path, F_OK) == 0 else { return newcomer(name, path) }
        let probe = "\(path)/.doctor-\(getpid())"
        let descriptor = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return refused(name, path) }
        close(descriptor)
        unlink(probe)
        return .ok(name, "writable")
    }

    /// What is not there yet is made when it is needed, if its folder lets us.
    private func newcomer(_ name: String, _ path: String) -> Check {
        var parent = path
        while !parent.isEmpty, access(parent, F_OK) != 0 {
            guard errno == ENOENT || errno == ENOTDIR else { return refused(name, parent) }
            guard let slash = parent.utf8.lastIndex(of: UInt8(ascii: "/")) else {
                parent = "."
                continue
            }
            parent = slash == parent.startIndex ? "/" : String(parent[..<slash])
        }
        var info = stat()
        guard stat(parent, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
            return .fault(name, "\(parent) is no folder", "Give another place, or move that file away")
        }
        return access(parent, W_OK | X_OK) == 0 ? .ok(name, "not there yet, and can be made") : refused(name, parent)
    }

    /// A file that is there, and its folder, for SQLite keeps files of its own beside it and a log is rotated.
    private func writable(_ name: String, _ path: String) -> Check {
        guard access(path, F_OK) == 0 else { return newcomer(name, path) }
        let file = Names.file(of: path)
        let folder = file.utf8.count == path.utf8.count ? "." : String(path.dropLast(file.utf8.count))
        for place in [path, folder] where access(place, W_OK) != 0 { return refused(name, place) }
        return .ok(name, "writable")
    }

    private func refused(_ name: String, _ path: String) -> Check {
        .fault(
            name, "\(path) cannot be written: \(String(cString: strerror(errno)))",
            "Give this user the right to write there, or another place")
    }

    /// The room on the disks of all places, the least of them.
    private func room(_ inbound: String) -> Check {
        var places = [settings[S.data], inbound, wiring.path(S.store), wiring.path(S.table)]
        if case .embedded(let path) = settings[S.broker] { places.append(path) }
        var least: (place: String, bytes: UInt64)?
        for place in places {
            guard let bytes = Self.free(place) else { continue }
            if bytes < least?.bytes ?? .max { least = (place, bytes) }
        }
        let name = "free disk"
        guard let least else { return .skipped(name, "no place is there") }
        let told = "\(least.bytes >> 20) MiB"
        return least.bytes >= Self.leastRoom
            ? .ok(name, told) : .fault(name, "\(told) at \(least.place)", "Make room, or move the place with --data")
    }

    /// Bytes free where a path is or will be.
    private static func free(_ path: String) -> UInt64? {
        var place = path
        var info = statvfs()
        while statvfs(place, &info) != 0 {
            guard errno == ENOENT || errno == ENOTDIR, place != ".", place != "/" else { return nil }
            guard let slash = place.utf8.lastIndex(of: UInt8(ascii: "/")) else {
                place = "."
                continue
            }
            place = slash == place.startIndex ? "/" : String(place[..<slash])
        }
        return UInt64(info.f_bavail) * UInt64(info.f_frsize)
    }
}
