internal import ProgramSupport
internal import Testing

@testable import sales

/// How `--memory` is divided.
struct MemoryBudgetTests {
    @Test("A half is for rows, a part for fetched messages; alone a quarter is for all producers together")
    func shares() {
        let budget = MemoryBudget(total: 256 << 20, countries: 4, files: 8)
        #expect(budget.rows == 128 << 20 && budget.fetched == 32 << 20)
        #expect(budget.sent == 16 << 20 && budget.file == 8 << 20)
    }

    @Test("All stages in one process take no more than all of it", arguments: [16, 17, 64, 256, 1024, 4096])
    func sharing(mebibytes: Int) {
        let total = mebibytes << 20
        let (countries, files) = (2, 2)
        let budget = MemoryBudget(total: total, countries: countries, files: files, isShared: true)
        #expect(budget.rows + budget.fetched + budget.sent * countries + budget.file * files * 2 <= total)
    }

    @Test("Each producer and each file has enough to work with, however many there are")
    func least() {
        let budget = MemoryBudget(total: 16 << 20, countries: 200, files: 256)
        #expect(budget.sent == 1 << 20 && budget.file == 1 << 20)
    }

    @Test("The program allocates with mimalloc, which says so when it is asked to")
    func allocator() async throws {
        let outcome = try await Sales().run(["generate", "--count", "1"], status: 0, environment: ["MIMALLOC_VERBOSE": "1"])
        #expect(outcome.errors.contains("mimalloc: process init"), "\(outcome.errors)")
    }
}
