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
        let results = await withTaskGroup(of: (CountryCode, Result<CountryReport, StageError>).self) { group in
            for country in settings.countries {
                group.addTask {
                    do throws(StageError) { return (country, .success(try await CountryReconciler(self, country).run())) } catch {
                        return (country, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        var reports: [CountryCode: CountryReport] = [:]
        for (country, result) in results.sorted(by: { $0.key < $1.key }) { reports[country] = try result.get() }
        return reports
    }
}
