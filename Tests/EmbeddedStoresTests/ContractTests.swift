import Pipeline
import PortContracts
import Testing

@testable import EmbeddedStores

@Suite struct ContractTests {
    private let folder = TemporaryFolder()

    @Test(arguments: MessageLogContract.checks)
    func logKeeps(_ check: ContractCheck<LogUnderTest>) async throws {
        let log = try await SQLiteLog.open(folder("broker.db"))
        let other = try await SQLiteLog.open(folder("broker.db"))
        try await check.run(on: LogUnderTest(log, other: other, session: .milliseconds(300), deadline: .seconds(60)))
    }

    @Test(arguments: ObjectStoreContract.checks)
    func storeKeeps(_ check: ContractCheck<StoreUnderTest>) async throws {
        let store = try await DirectoryStore.open(folder("store"))
        try await check.run(on: StoreUnderTest(store, other: try await DirectoryStore.open(folder("store"))))
    }

    @Test(arguments: SalesTableContract.checks)
    func tableKeeps(_ check: ContractCheck<TableUnderTest>) async throws {
        let table = try await SQLiteTable.open(folder("stage.sales.db"))
        try await check.run(on: TableUnderTest(table, other: try await SQLiteTable.open(folder("stage.sales.db"))))
    }
}
