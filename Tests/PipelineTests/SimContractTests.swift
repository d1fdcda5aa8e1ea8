import FaultSimulator
import Pipeline
import PortContracts
import Testing

@Suite("The simulated world keeps the contracts of the ports")
struct SimContractTests {
    @Test(arguments: MessageLogContract.checks)
    func log(_ check: ContractCheck<LogUnderTest>) throws {
        for seed in UInt64(0)..<4 {
            let world = SimWorld(seed: seed)
            let (one, other) = (world.connect("one"), world.connect("other"))
            try world.complete {
                try await check.run(on: LogUnderTest(one.log, other: other.log, session: .seconds(3), deadline: .seconds(60)))
            }
        }
    }

    @Test(arguments: ObjectStoreContract.checks)
    func store(_ check: ContractCheck<StoreUnderTest>) throws {
        let world = SimWorld(seed: 1)
        let (one, other) = (world.connect("one"), world.connect("other"))
        try world.complete { try await check.run(on: StoreUnderTest(one.store, other: other.store)) }
    }

    @Test(arguments: SalesTableContract.checks)
    func table(_ check: ContractCheck<TableUnderTest>) throws {
        let world = SimWorld(seed: 1)
        let (one, other) = (world.connect("one"), world.connect("other"))
        try world.complete { try await check.run(on: TableUnderTest(one.table, other: other.table)) }
    }
}
