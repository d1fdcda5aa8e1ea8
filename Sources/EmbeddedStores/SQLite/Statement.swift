internal import CSQLite

/// A prepared statement. Parameters and columns count as SQLite counts them: parameters from 1, columns from 0.
///
/// After `step` has said false, or after `reset`, it can be bound and run again.
final class Statement {
    private let handle: OpaquePointer

    init(_ sql: String, on database: OpaquePointer) throws(SQLiteFailure) {
        var made: OpaquePointer?
        let code = sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &made, nil)
        guard code == SQLITE_OK, let made else { throw SQLiteFailure(code, on: database) }
        handle = made
    }

    deinit { sqlite3_finalize(handle) }

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }

    func bind(_ index: Int32, _ text: String) {
        var text = text
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                _ = sqlite3_bind_text(handle, index, $0.baseAddress, Int32($0.count), csqlite_transient())
            }
        }
    }

    /// Binds text that must stay where it is until the statement is reset or bound anew.
    @inline(__always)
    func bindUncopied(_ index: Int32, text: UnsafeBufferPointer<UInt8>) {
        text.withMemoryRebound(to: CChar.self) {
            _ = sqlite3_bind_text(handle, index, $0.baseAddress, Int32($0.count), csqlite_static())
        }
    }

    /// Binds bytes that must stay where they are until the statement is reset or bound anew.
    func bindUncopied(_ index: Int32, blob: UnsafeRawBufferPointer) {
        sqlite3_bind_blob64(handle, index, blob.baseAddress, UInt64(blob.count), csqlite_static())
    }

    /// Goes on to the next row; false at the end, and then the statement is reset.
    @inline(__always)
    func step() throws(SQLiteFailure) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        case let code:
            let failure = SQLiteFailure(code, on: sqlite3_db_handle(handle))
            sqlite3_reset(handle)
            throw failure
        }
    }

    /// Runs a statement that gives no rows, or whose rows do not matter.
    @inline(__always)
    func run() throws(SQLiteFailure) {
        while try step() {}
    }

    func reset() { sqlite3_reset(handle) }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    func int(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func text(_ column: Int32) -> String {
        withBytes(column) { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a text or blob, which stay until the next step or reset.
    @inline(__always)
    func withBytes<Result, Failure: Error>(
        _ column: Int32, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let start = sqlite3_column_blob(handle, column)
        return try body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, column))))
    }
}
