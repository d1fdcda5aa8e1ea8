internal import Foundation

@testable internal import EmbeddedStores

/// Changes and looks in a SQLite file behind the program's back.
enum Alteration {
    enum Kind {
        case broker
        case table
    }

    static func database(_ file: URL, _ kind: Kind) throws -> Database {
        try Database(path: file.path(percentEncoded: false), kind == .broker ? LogSchema.kind : SQLiteTable.kind, DatabaseSurroundings())
    }

    static func of(_ file: URL, _ kind: Kind, _ sql: String) throws { try database(file, kind).script(sql) }

    /// The first column of the first row.
    static func look(_ file: URL, _ kind: Kind, _ sql: String) throws -> String { try database(file, kind).text(sql) }
}

/// Keeps everybody else from writing to the broker file. Used by one task at a time.
struct WriteLock {
    private let database: Database

    init(_ file: URL) throws {
        database = try Alteration.database(file, .broker)
        try database.script("BEGIN IMMEDIATE")
    }

    func release() throws { try database.script("ROLLBACK") }
}
