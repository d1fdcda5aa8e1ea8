internal import EmbeddedStores
internal import Pipeline
internal import Settings

/// The only place where adapters meet stages: an address becomes a log, a store, a table.
struct Wiring: Sendable {
    let session: Session

    init(_ session: Session) { self.session = session }

    func log() async throws -> SQLiteLog { try await SQLiteLog.open(path(SalesSettings.broker)) }

    func store() async throws -> any ObjectStore { try await DirectoryStore.open(path(SalesSettings.store)) }

    func table() async throws -> any SalesTable {
        let table = try await SQLiteTable.open(path(SalesSettings.table))
        _ = try await table.create()
        return table
    }

    func spool() -> DirectorySpool { DirectorySpool(session.settings[SalesSettings.inbound]) }

    /// What stands behind the scheme of an address; the setting's own check has seen that there is one.
    private func path(_ setting: Setting<String>) -> String {
        let address = session.settings[setting]
        return String(address.drop { $0 != ":" }.dropFirst())
    }
}
