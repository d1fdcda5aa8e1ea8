internal import CSQLite
internal import Glibc
internal import Pipeline

/// One connection to a SQLite file, for one thread at a time: the actor that holds it.
///
/// WAL, synchronous=FULL: a transaction that was acknowledged survives a loss of power; readers and one writer do not wait for each other.
final class Database {
    /// The file.
    let path: String
    private let handle: OpaquePointer
    private var statements: [String: Statement] = [:]
    /// Beyond this the write-ahead log is emptied even if readers must be waited for.
    private let walBound: Int64 = 64 << 20
    private let walPath: String

    /// Opens the file, makes it where it is absent, and checks that it is of this kind and of a version that is known.
    init(path given: String, _ kind: DatabaseKind, _ surroundings: DatabaseSurroundings) throws(PortError) {
        guard !given.isEmpty, !given.utf8.contains(0) else {
            throw PortError(.misconfigured, "open", of: "the \(kind.name)", because: "no file is named", mend: "Write sqlite:FILE.")
        }
        // Without a slash SQLite would take names such as `:memory:` for something else than a file.
        path = given.hasPrefix("/") ? given : "./\(given)"
        walPath = path + "-wal"
        let folder = Path.folder(of: path)
        try Path.makeFolders(folder)
        try FileSystemKind.check(surroundings.fileSystem(folder), path: path)

        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let failure = SQLiteFailure(code, on: opened)
            sqlite3_close_v2(opened)
            // SQLite tries again for reading only where it may not make the file, and tells of that.
            if failure.primaryCode == SQLITE_CANTOPEN, Path.facts(path) == nil {
                throw PortError(
                    .denied, "open", of: given, because: "the file cannot be made",
                    mend: "Give the user of this program write access to the folder \(folder).")
            }
            throw failure.told("open", of: given, file: path)
        }
        handle = opened
        waitForOthers(surroundings.patience)
        do {
            try prepare(kind, surroundings)
        } catch let failure as SQLiteFailure {
            throw failure.told("open", of: given, file: path)
        } catch let error as PortError {
            throw error
        } catch {
            throw PortError(.defect, "open", of: given, because: "\(error)")
        }
    }

    deinit {
        statements = [:]
        sqlite3_close_v2(handle)
    }

    // MARK: Opening

    /// Other processes hold a file for milliseconds; a poll each few of them keeps the wait fair against a writer that comes again at once.
    private func waitForOthers(_ patience: Int) {
        sqlite3_busy_handler(
            handle,
            { patience, attempts in
                let waited = attempts < 10 ? Int(attempts) : 10 + (Int(attempts) - 10) * 5
                guard waited < Int(bitPattern: patience) else { return 0 }
                usleep(attempts < 10 ? 1_000 : 5_000)
                return 1
            }, UnsafeMutableRawPointer(bitPattern: patience))
    }

    private func prepare(_ kind: DatabaseKind, _ surroundings: DatabaseSurroundings) throws {
        if sqlite3_db_readonly(handle, "main") == 1 {
            throw PortError(
                .denied, "open", of: path, because: "the file cannot be written",
                mend: "Give the user of this program write access to the file and its folder.")
        }
        // On one snapshot, for another process may just be laying it out.
        let isNew = try transaction("BEGIN") { try !check(kind) }
        if isNew { try script("PRAGMA page_size = \(kind.pageSize)", "PRAGMA auto_vacuum = INCREMENTAL") }
        try enterWAL(surroundings.patience)
        try script(
            "PRAGMA synchronous = FULL", "PRAGMA temp_store = MEMORY", "PRAGMA secure_delete = OFF", "PRAGMA cache_size = -8192",
            "PRAGMA wal_autocheckpoint = \((16 << 20) / kind.pageSize)", "PRAGMA journal_size_limit = \(walBound)")
        if let pages = surroundings.maximumPages { try script("PRAGMA max_page_count = \(pages)") }
        guard isNew else { return }
        try transaction("BEGIN IMMEDIATE") {
            // Another process may have been faster.
            guard try !check(kind) else { return }
            for statement in kind.schema { try script(statement) }
            try script("PRAGMA application_id = \(kind.applicationID)", "PRAGMA user_version = \(kind.version)")
        }
    }

    /// Whether the file is laid out already; throws where it is not one of ours.
    private func check(_ kind: DatabaseKind) throws -> Bool {
        let application = try number("PRAGMA application_id")
        let version = try number("PRAGMA user_version")
        if application == kind.applicationID {
            guard version <= kind.version else {
                throw PortError(
                    .unusable, "open", of: path,
                    because: "its layout has version \(version), and this program knows no newer one than \(kind.version)",
                    mend: "Use the newer program that made it; nothing was changed.")
            }
            return true
        }
        let isEmpty = try number("SELECT count(*) FROM sqlite_schema") == 0
        if application == 0, isEmpty { return false }
        if application == 0, kind.takesUnmarked { return true }
        throw PortError(
            .unusable, "open", of: path, because: "it is a SQLite file of another program, not a \(kind.name)", mend: "Name another file.")
    }

    /// While another connection is just opening the file SQLite refuses the change at once, without asking the busy handler.
    private func enterWAL(_ patience: Int) throws {
        var waited = 0
        while true {
            do {
                let mode = try text("PRAGMA journal_mode = WAL")
                if mode == "wal" { return }
                throw PortError(
                    .misconfigured, "open", of: path, because: "its file system has no shared memory for SQLite's WAL (mode \(mode))",
                    mend: "Name a file on a disk of this machine.")
            } catch let failure as SQLiteFailure where failure.isBusy && waited < patience {
                usleep(5_000)
                waited += 5
            }
        }
    }

    // MARK: Statements

    /// The prepared statement of this text, kept for the next time.
    func statement(_ sql: String) throws(SQLiteFailure) -> Statement {
        if let known = statements[sql] { return known }
        let made = try Statement(sql, on: handle)
        statements[sql] = made
        return made
    }

    /// Runs statements without parameters once.
    func script(_ statements: String...) throws(SQLiteFailure) {
        for sql in statements { try Statement(sql, on: handle).run() }
    }

    /// The first column of the first row, 0 where there is none.
    func number(_ sql: String) throws(SQLiteFailure) -> Int64 {
        let statement = try statement(sql)
        defer { statement.reset() }
        return try statement.step() ? statement.int(0) : 0
    }

    /// The first column of the first row, empty where there is none.
    func text(_ sql: String) throws(SQLiteFailure) -> String {
        let statement = try statement(sql)
        defer { statement.reset() }
        return try statement.step() ? statement.text(0) : ""
    }

    /// How many rows the last statement changed.
    var changes: Int { Int(sqlite3_changes(handle)) }

    // MARK: Transactions

    /// Runs `body` in a transaction that nobody else's write comes between; it is durable when this returns and undone when it throws.
    func write<Result>(_ operation: String, of subject: String, _ body: () throws -> Result) throws(PortError) -> Result {
        let result = try telling(operation, subject) { try transaction("BEGIN IMMEDIATE", body) }
        try telling(operation, subject) { try boundWAL() }
        return result
    }

    /// Runs `body` on one snapshot of the file.
    func read<Result>(_ operation: String, of subject: String, _ body: () throws -> Result) throws(PortError) -> Result {
        try telling(operation, subject) { try transaction("BEGIN", body) }
    }

    /// Runs single statements, each a transaction of its own.
    func direct<Result>(_ operation: String, of subject: String, _ body: () throws -> Result) throws(PortError) -> Result {
        try telling(operation, subject, body)
    }

    private func telling<Result>(_ operation: String, _ subject: String, _ body: () throws -> Result) throws(PortError) -> Result {
        do {
            return try body()
        } catch let failure as SQLiteFailure {
            throw failure.told(operation, of: subject, file: path)
        } catch let error as PortError {
            throw error
        } catch {
            throw PortError(.defect, operation, of: subject, because: "\(error)")
        }
    }

    private func transaction<Result>(_ begin: String, _ body: () throws -> Result) throws -> Result {
        try statement(begin).run()
        do {
            let result = try body()
            try statement("COMMIT").run()
            return result
        } catch {
            for statement in statements.values { statement.reset() }
            // A full disk ends the transaction by itself.
            if sqlite3_get_autocommit(handle) == 0 { try? statement("ROLLBACK").run() }
            throw error
        }
    }

    /// Checkpoints pass by frames that a reader still needs; where readers never pause the log would grow for ever.
    private func boundWAL() throws {
        guard let size = Path.facts(walPath)?.size, size > walBound else { return }
        try? statement("PRAGMA wal_checkpoint(RESTART)").run()
    }
}
