import Glibc
import Pipeline
import Testing

@testable import EmbeddedStores

/// What is told of files that cannot be used, for both kinds of files.
@Suite struct OpeningTests {
    private let folder = TemporaryFolder()

    private func openers(_ surroundings: DatabaseSurroundings = DatabaseSurroundings()) -> [@Sendable (String) async throws -> Void] {
        [
            { _ = try await SQLiteLog.open($0, LogSurroundings(database: surroundings)) },
            { _ = try await SQLiteTable.open($0, surroundings) },
        ]
    }

    @Test func aFileThatIsNoSQLiteFileIsLeftAlone() async {
        for (number, open) in openers().enumerated() {
            let path = folder("text\(number)")
            writeFile(path, String(repeating: "This is no database. ", count: 100))
            await expectError(.unusable, saying: path, "not a SQLite file") { try await open(path) }
        }
    }

    @Test func aNewerVersionIsRefused() async throws {
        for (number, open) in openers().enumerated() {
            let path = folder("newer\(number).db")
            try await open(path)
            try raise(path, number == 0 ? LogSchema.kind : SQLiteTable.kind)
            await expectError(.unusable, saying: path, "version 2", "newer program") { try await open(path) }
        }
    }

    private func raise(_ path: String, _ kind: DatabaseKind) throws {
        let database = try Database(path: path, kind, DatabaseSurroundings())
        try database.script("PRAGMA user_version = 2")
    }

    @Test func oneKindOfFileIsNotTakenForTheOther() async throws {
        let (log, table) = (folder("log.db"), folder("table.db"))
        _ = try await SQLiteLog.open(log)
        _ = try await SQLiteTable.open(table)
        await expectError(.unusable, saying: "another program") { _ = try await SQLiteLog.open(table) }
        await expectError(.unusable, saying: "another program") { _ = try await SQLiteTable.open(log) }
    }

    @Test func aDamagedFileIsTold() async throws {
        let path = folder("broker.db")
        do {
            let log = try await SQLiteLog.open(path)
            _ = try await log.create(topic: "US_topic", partitions: 1)
            try await log.write((0..<20).map { "\($0)" + String(repeating: "x", count: 50_000) }, to: TopicPartition("US_topic", 0))
        }
        // All but the header and the pages that are needed for opening.
        for page in 4..<60 { writeFile(path, [UInt8](repeating: 0xA5, count: 16_384), at: page * 16_384) }
        await expectError(.unusable, saying: path) {
            let log = try await SQLiteLog.open(path)
            _ = try await log.read(TopicPartition("US_topic", 0), from: 0, maximumBytes: 10 << 20)
        }
    }

    @Test func aFolderWhereTheFileShouldBeIsTold() async {
        mkdir(folder("folder"), 0o755)
        writeFile(folder("file"), "text")
        for open in openers() {
            await expectError(.misconfigured, saying: "folder") { try await open(folder("folder")) }
            await expectError(.misconfigured, saying: "file") { try await open(folder("file") + "/broker.db") }
            await expectError(.misconfigured, saying: "no file is named") { try await open("") }
        }
    }

    /// Rights do not stop the superuser, who may run these tests; nobody makes a file in sysfs.
    @Test func aFolderThatCannotBeWrittenIsTold() async {
        for open in openers() {
            await expectError(.denied, saying: "/sys/kernel", "write access") { try await open("/sys/kernel/broker.db") }
        }
        await expectError(.denied, saying: "write access") { _ = try await DirectoryStore.open("/sys/kernel/store") }
    }

    @Test(arguments: [0x6969: "NFS", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB2", 0x0102_1997: "9p"])
    func aNetworkFileSystemIsRefused(_ kind: Int, _ name: String) async {
        var surroundings = DatabaseSurroundings()
        surroundings.fileSystem = { _ in kind }
        for open in openers(surroundings) { await expectError(.misconfigured, saying: name, "network") { try await open(folder("x.db")) } }
        #expect(folder.names().isEmpty)
    }

    @Test func aNameThatSQLiteTakesForMemoryIsAFile() throws {
        let path = folder(":memory:")
        _ = try Database(path: path, LogSchema.kind, DatabaseSurroundings())
        #expect(folder.names().contains(":memory:"))
    }

    @Test func manyMayOpenANewFileAtOnce() async throws {
        let path = folder("deep/er/broker.db")
        let names = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try await SQLiteLog.open(path).identity() } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(names.count == 1)
    }

    @Test func aFileThatIsHeldTooLongIsTold() async throws {
        let path = folder("broker.db")
        var surroundings = LogSurroundings()
        surroundings.database.patience = 20
        let log = try await SQLiteLog.open(path, surroundings)
        let other = try Database(path: path, LogSchema.kind, DatabaseSurroundings())
        try other.script("BEGIN IMMEDIATE")
        await expectError(.unreachable, saying: "locked") { _ = try await log.create(topic: "US_topic", partitions: 1) }
        try other.script("ROLLBACK")
        #expect(try await log.create(topic: "US_topic", partitions: 1))
    }
}
