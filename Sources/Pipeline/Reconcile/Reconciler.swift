public import SalesModel

/// Compares what was published with what is in the files and in the table, sale by sale, and names what is missing or there twice.
public struct Reconciler: Sendable {
    let log: any MessageLog
    let store: any ObjectStore
    let table: any SalesTable
    let settings: ReconcileSettings

    /// A reconciler over the three ports.
    public init(log: any MessageLog, store: any ObjectStore, table: any SalesTable, settings: ReconcileSettings) {
        self.log = log
        self.store = store
        self.table = table
        self.settings = settings
    }

    /// Reads everything and reports each country. Changes nothing; may run beside the stages.
    public func run() async throws(StageError) -> [CountryCode: CountryReport] {
        let reports = try await sideBySide(settings.countries) { country throws(StageError) in
            try await CountryReconciler(self, country).run()
        }
        return Dictionary(zip(settings.countries, reports)) { $1 }
    }
}
