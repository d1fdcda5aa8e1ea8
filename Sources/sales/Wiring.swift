internal import EmbeddedStores
internal import KafkaLog
internal import Logging
internal import Pipeline
internal import SalesModel
internal import Settings

/// The only place where adapters meet stages: an address becomes a log, a store, a table.
struct Wiring: Sendable {
    private typealias S = SalesSettings

    let session: Session

    init(_ session: Session) { self.session = session }

    /// The log that `--broker` names, for work on these countries.
    func log(_ countries: [CountryCode]) async throws -> any MessageLog {
        switch session.settings[S.broker] {
        case .embedded(let path):
            try refuseForEmbedded()
            return try await SQLiteLog.open(path)
        case .kafka: return try await kafkaLog(countries)
        }
    }

    /// The cluster that `--broker` names.
    func kafkaLog(_ countries: [CountryCode]) async throws -> KafkaLog {
        try await KafkaLog.open(try kafka(countries), logger: session.logger.child(component: "kafka"))
    }

    /// The log as the embedded one, which can be cleared; nil where it is another.
    static func embedded(_ log: any MessageLog) -> SQLiteLog? { log as? SQLiteLog }

    func store() async throws -> any ObjectStore { try await DirectoryStore.open(path(S.store)) }

    func table() async throws -> any SalesTable {
        let table = try await SQLiteTable.open(path(S.table))
        _ = try await table.create()
        return table
    }

    func spool() -> DirectorySpool { DirectorySpool(session.settings[S.inbound]) }

    /// How the cluster is reached, with the memory that its clients may take.
    func kafka(_ countries: [CountryCode]) throws -> KafkaSettings {
        let settings = session.settings
        var kafka = KafkaSettings(brokers: settings[S.broker].brokers, properties: settings[S.kafka])
        if let password = settings[S.kafkaPassword] {
            guard kafka.properties[S.passwordProperty] == nil else {
                throw settings.error(S.kafkaPassword, "must not be given together with \(S.passwordProperty) of kafka: they are the same")
            }
            kafka.properties[S.passwordProperty] = password
        }
        let memory = session.memory(countries: countries.count)
        kafka.fetchMemory = memory.fetched
        kafka.sendMemory = memory.sent
        kafka.replication = settings[S.replication]
        return kafka
    }

    /// What only a cluster can do is not asked of a file in silence.
    private func refuseForEmbedded() throws {
        let settings: [any AnySetting] = [S.replication, S.topicRetention]
        for setting in settings {
            // In a file or the environment it is for another broker.
            guard case .flag = session.settings.origin(of: setting) else { continue }
            throw session.settings.error(
                setting, "is for --broker kafka://; the embedded broker has one copy of each message, and --retention")
        }
    }

    /// What stands behind the scheme of an address; the setting's own check has seen that there is one.
    func path(_ setting: Setting<String>) -> String {
        let address = session.settings[setting]
        return String(address.drop { $0 != ":" }.dropFirst())
    }
}
