import Glibc
import Pipeline
import Testing

@testable import EmbeddedStores

@Suite struct DirectoryStoreTests {
    private let folder = TemporaryFolder()

    private func store() async throws -> DirectoryStore { try await DirectoryStore.open(folder.path) }

    private func put(_ store: DirectoryStore, _ key: String, _ text: String, _ metadata: [String: String] = [:]) async throws -> String {
        guard case .stored(let etag) = try await store.put(key, Array(text.utf8), metadata: metadata, overwriting: false) else {
            throw Late()
        }
        return etag
    }

    @Test(arguments: [
        "", "/etc/passwd", "a//b", "../x", "a/../../x", "a/./b", "a/", "a\u{0}b", ".x.csv.meta", "a/.x.making",
        String(repeating: "x", count: 201),
    ])
    func aKeyThatLeadsElsewhereIsRefused(_ key: String) async throws {
        let store = try await store()
        await expectError(.misconfigured) { _ = try await store.put(key, [1], metadata: [:], overwriting: true) }
        await expectError(.misconfigured) { _ = try await store.head(key) }
        await expectError(.misconfigured) { _ = try await store.get(key, etag: "", from: 0, count: 1) }
        await expectError(.misconfigured) { _ = try await store.delete(key, etag: "") }
        await expectError(.misconfigured) { _ = try await store.copy(key, etag: "", to: "a") }
        #expect(folder.names().isEmpty)
    }

    @Test func otherPeoplesFilesAreObjects() async throws {
        let store = try await store()
        mkdir(folder("in"), 0o755)
        writeFile(folder("in/theirs.csv"), "one")
        let info = try #require(try await store.head("in/theirs.csv"))
        #expect(info.size == 3 && info.metadata.isEmpty)
        #expect(try await store.put("in/theirs.csv", [1], metadata: [:], overwriting: false) == .exists)
        writeFile(folder("in/theirs.csv"), "another")
        #expect(try await store.get("in/theirs.csv", etag: info.etag, from: 0, count: 10) == nil)
        #expect(try await store.delete("in/theirs.csv", etag: info.etag) == .changed)
        let now = try #require(try await store.head("in/theirs.csv"))
        guard case .copied = try await store.copy("in/theirs.csv", etag: now.etag, to: "in/Processed/theirs.csv") else { throw Late() }
        #expect(try await store.delete("in/theirs.csv", etag: now.etag) == .deleted)
        #expect(folder.names("in") == ["Processed"])
    }

    @Test func metadataOfOneVersionAreNeverAnothers() async throws {
        let store = try await store()
        let etag = try await put(store, "x.csv", "ours", ["rows": "1"])
        unlink(folder("x.csv"))
        writeFile(folder("x.csv"), "hers")
        let info = try #require(try await store.head("x.csv"))
        #expect(info.etag != etag && info.metadata.isEmpty)
    }

    @Test func aBackupThatKeepsTimesKeepsMetadata() async throws {
        let store = try await store()
        let etag = try await put(store, "x.csv", "ours", ["a\tb\n\\": "\t\n\\ü"])
        var facts = stat()
        stat(folder("x.csv"), &facts)
        unlink(folder("x.csv"))
        writeFile(folder("x.csv"), "ours")
        var times = [facts.st_atim, facts.st_mtim]
        utimensat(AT_FDCWD, folder("x.csv"), &times, 0)
        let info = try #require(try await store.head("x.csv"))
        #expect(info.etag == etag && info.metadata == ["a\tb\n\\": "\t\n\\ü"])
    }

    /// One that gives the file its bytes again gives it another time too: as `touch`, or a backup that does not keep times.
    @Test func anObjectOfAnotherTimeKeepsItsMetadata() async throws {
        let store = try await store()
        let etag = try await put(store, "x.csv", "ours", ["rows": "1"])
        writeFile(folder("x.csv"), "ours")
        let info = try #require(try await store.head("x.csv"))
        #expect(info.etag == etag && info.metadata == ["rows": "1"])
        #expect(try await store.get("x.csv", etag: etag, from: 0, count: 10) == Array("ours".utf8))
        writeFile(folder("x.csv"), "ours")
        #expect(try await store.list(folder: "", after: nil).objects.map(\.etag) == [etag])
        guard case .copied(etag) = try await store.copy("x.csv", etag: etag, to: "y.csv") else { throw Late() }
        writeFile(folder("x.csv"), "ours")
        try FileInMaking.clean(folder.path, olderThan: -3_600)
        #expect(try await store.delete("x.csv", etag: etag) == .deleted)
        #expect(try await store.delete("y.csv", etag: etag) == .deleted)
        #expect(folder.names().isEmpty)
    }

    @Test func whoMayNotWriteSeesTheMetadataOfAnObjectOfAnotherTime() async throws {
        let store = try await store()
        let etag = try await put(store, "x.csv", "ours")
        writeFile(folder("x.csv"), "ours")
        // A folder in the place where the sidecar would be moved to: nothing can be written there, even by root.
        let facts = try #require(Path.facts(folder("x.csv")))
        mkdir(try ObjectName("x.csv", under: folder.path, "test").sidecar(of: facts), 0o755)
        for _ in 0..<2 { #expect(try await store.head("x.csv")?.etag == etag) }
    }

    @Test func metadataOfTwoVersionsOfTheSameBytesAreNotGuessed() async throws {
        let store = try await store()
        _ = try await put(store, "x.csv", "ours", ["rows": "1"])
        let first = try #require(folder.names().first { $0.hasPrefix(".x") })
        rename(folder(first), folder("aside"))
        _ = try await store.put("x.csv", Array("ours".utf8), metadata: ["rows": "2"], overwriting: true)
        rename(folder("aside"), folder(first))
        writeFile(folder("x.csv"), "ours")
        #expect(try await store.head("x.csv")?.metadata == [:])
    }

    @Test func foldersAndLinksAreNoObjects() async throws {
        let store = try await store()
        mkdir(folder("folder"), 0o755)
        symlink("/etc/passwd", folder("link"))
        for name in ["folder", "link"] {
            #expect(try await store.head(name) == nil)
            #expect(try await store.get(name, etag: "x", from: 0, count: 1) == nil)
            #expect(try await store.delete(name, etag: "x") == .absent)
            for overwriting in [false, true] {
                await expectError(.misconfigured, saying: "a folder or a link") {
                    _ = try await store.put(name, [1], metadata: [:], overwriting: overwriting)
                }
            }
        }
        #expect(try await store.list(folder: "", after: nil).objects.isEmpty)
        #expect(folder.names() == ["folder", "link"])
    }

    @Test func aMarkerMayBeHidden() async throws {
        let store = try await store()
        _ = try await put(store, "Inbound/US/.stream.json", "{}")
        #expect(try await store.list(folder: "Inbound/US", after: nil).objects.map(\.key) == ["Inbound/US/.stream.json"])
    }

    @Test func aLongListComesInParts() async throws {
        let store = try await store()
        for number in 0..<2_345 { writeFile(folder("\(10_000 + number).csv"), "x") }
        var keys: [String] = []
        var sizes: [Int] = []
        var after: String?
        repeat {
            let page = try await store.list(folder: "", after: after)
            keys += page.objects.map(\.key)
            sizes.append(page.objects.count)
            after = page.next
        } while after != nil
        #expect(sizes == [1_000, 1_000, 345])
        #expect(keys == (0..<2_345).map { "\(10_000 + $0).csv" })
    }

    @Test func nothingIsLeftBehindBesideTheObject() async throws {
        let store = try await store()
        let etag = try await put(store, "x.csv", "x")
        _ = try await store.put("x.csv", [1], metadata: [:], overwriting: false)
        guard case .stored(let second) = try await store.put("x.csv", [2], metadata: ["a": "b"], overwriting: true) else { throw Late() }
        #expect(second != etag)
        #expect(folder.names().count == 2)
        #expect(try await store.delete("x.csv", etag: second) == .deleted)
        #expect(folder.names().isEmpty)
    }

    @Test func whatAKilledProcessLeftIsRemovedWhenItIsOld() async throws {
        let store = try await store()
        _ = try await put(store, "kept.csv", "x", ["a": "b"])
        let old = [".1.making", ".gone.csv.5.1700000000.123.meta"]
        for name in old + [".2.making"] { writeFile(folder(name), "x") }
        for name in old + folder.names().filter({ $0.hasPrefix(".kept") }) {
            var times = [timespec(tv_sec: 1_700_000_000, tv_nsec: 0), timespec(tv_sec: 1_700_000_000, tv_nsec: 0)]
            utimensat(AT_FDCWD, folder(name), &times, 0)
        }
        // A young file in the making: nothing is said of metadata yet.
        try FileInMaking.clean(folder.path, olderThan: 3_600)
        #expect(!folder.names().contains(".1.making") && folder.names().contains(old[1]))
        unlink(folder(".2.making"))
        let held = try OpenFile(folder(".3.making"), O_WRONLY | O_CREAT, "hold")
        #expect(held.tryLock())
        try held.setModified(seconds: 1_700_000_000, nanoseconds: 0)
        try FileInMaking.clean(folder.path, olderThan: 3_600)
        #expect(folder.names().contains(".3.making") && folder.names().contains(old[1]))
        unlink(folder(".3.making"))
        try FileInMaking.clean(folder.path, olderThan: 3_600)
        #expect(!folder.names().contains(old[1]))
        #expect(try await store.head("kept.csv")?.metadata == ["a": "b"])
    }

    /// A file system of 256 KiB, where the tests may mount one.
    @Test func aFullDiskLeavesNothingHalfDone() async throws {
        let path = folder("small")
        mkdir(path, 0o755)
        guard mount("none", path, "tmpfs", 0, "size=256k") == 0 else {
            // Without the right to mount there is no small disk here; the mapping of the error is all that can be held.
            #expect(SystemFailure.told(ENOSPC, "put", of: "x").kind == .throttled)
            return
        }
        defer { umount(path) }
        let store = try await DirectoryStore.open(path)
        _ = try await put(store, "first.csv", "kept")
        await expectError(.throttled, saying: "disk full") {
            _ = try await store.put("second.csv", [UInt8](repeating: 1, count: 1 << 20), metadata: [:], overwriting: false)
        }
        #expect(try await store.head("second.csv") == nil)
        #expect(folder.names("small").count == 2)
        _ = try await put(store, "third.csv", "small")
        await expectError(.throttled, saying: "disk full") {
            let log = try await SQLiteLog.open(path + "/broker.db")
            _ = try await log.create(topic: "US_topic", partitions: 1)
            try await log.write([String(repeating: "x", count: 900_000)], to: TopicPartition("US_topic", 0))
        }
    }

    @Test func theLocalCopyIsNotWrittenTwice() async throws {
        let store = try await store()
        let spool = DirectorySpool(folder("spool"))
        let copy = try #require(try await spool.write(country: "US", name: "a.csv", Array("ours".utf8)))
        let body = ObjectBody(Array("ours".utf8), file: copy)
        guard case .stored(let etag) = try await store.put("in/a.csv", body, metadata: ["rows": "1"], overwriting: false) else {
            throw Late()
        }
        #expect(Path.facts(folder("in/a.csv"))?.inode == Path.facts(copy)?.inode)
        // Who edits the copy would edit the object: neither lets itself be written to.
        var facts = stat()
        #expect(stat(copy, &facts) == 0 && facts.st_mode & 0o222 == 0)
        #expect(try await store.put("in/a.csv", body, metadata: [:], overwriting: false) == .exists)
        #expect(folder.names("in").filter { $0.hasSuffix(ObjectName.makingSuffix) }.isEmpty)
        // A later copy is another file, and so is the archive's name for this one.
        try await spool.archive(country: "US", name: "a.csv")
        #expect(utimes(folder("spool/US/Archived/a.csv"), nil) == 0)
        try await spool.write(country: "US", name: "a.csv", Array("next".utf8))
        #expect(try await spool.removeArchived(country: "US", olderThan: .seconds(-10)) == 1)
        let info = try #require(try await store.head("in/a.csv"))
        #expect(info.etag == etag && info.metadata == ["rows": "1"])
        #expect(try await store.get("in/a.csv", etag: etag, from: 0, count: 100) == Array("ours".utf8))
    }

    @Test(arguments: ["absent", "shorter", "in"])
    func aCopyThatIsNoneIsNotTaken(_ name: String) async throws {
        let store = try await store()
        mkdir(folder("in"), 0o755)
        writeFile(folder("shorter"), "our")
        let body = ObjectBody(Array("ours".utf8), file: folder(name))
        guard case .stored(let etag) = try await store.put("in/a.csv", body, metadata: [:], overwriting: false) else { throw Late() }
        #expect(try await store.get("in/a.csv", etag: etag, from: 0, count: 100) == Array("ours".utf8))
        #expect(folder.names("in").filter { $0.hasSuffix(ObjectName.makingSuffix) }.isEmpty)
    }

    @Test func theSpoolKeepsAndForgets() async throws {
        let spool = DirectorySpool(folder.path)
        try await spool.write(country: "US", name: "a.csv", [1, 2])
        try await spool.write(country: "US", name: "a.csv", [3])
        #expect(folder.names("US") == ["a.csv"])
        try await spool.archive(country: "US", name: "a.csv")
        try await spool.archive(country: "US", name: "a.csv")
        try await spool.archive(country: "DE", name: "absent.csv")
        #expect(folder.names("US") == ["Archived"] && folder.names("US/Archived") == ["a.csv"])
        #expect(try await spool.removeArchived(country: "US", olderThan: .seconds(3_600)) == 0)
        #expect(try await spool.removeArchived(country: "US", olderThan: .seconds(-10)) == 1)
        #expect(folder.names("US/Archived").isEmpty)
        await expectError(.misconfigured) { try await spool.write(country: "..", name: "a.csv", [1]) }
    }
}
