public import Pipeline
import SalesModel
import Testing

/// A table of sales that is held to its contract.
public struct TableUnderTest: Sendable {
    let table: any SalesTable
    let other: any SalesTable

    /// - Parameters:
    ///   - table: a table of which nothing is known yet; only `create` finds out whether it is there.
    ///   - other: the same table as another process sees it.
    public init(_ table: any SalesTable, other: any SalesTable) {
        self.table = table
        self.other = other
    }

    /// Writes all rows, those that the table had no room for again, and gives the last outcome of each.
    func write(_ rows: RowBatch, _ policy: ConflictPolicy = .keep, on table: (any SalesTable)? = nil) async throws -> [RowOutcome] {
        let table = table ?? self.table
        var outcomes: [RowOutcome] = []
        while outcomes.count < rows.count {
            let start = outcomes.count
            let range = start..<min(rows.count, start + table.maximumBatch)
            outcomes += try await table.write(rows, range, onConflict: policy)
            try #require(outcomes.count == range.upperBound)
            for row in range {
                while outcomes[row] == .tryAgain {
                    outcomes[row] = try #require(try await table.write(rows, row..<row + 1, onConflict: policy).first)
                }
            }
        }
        return outcomes
    }

    /// All rows, as CSV lines in an order of their own.
    func rows(_ country: String? = nil) async throws -> [String] {
        var lines: [String] = []
        var cursor: String?
        repeat {
            let part = try await other.scan(country: country.flatMap { CountryCode($0) }, from: cursor)
            for row in 0..<part.rows.count { lines.append(SaleField.allCases.map { part.rows.text($0, of: row) }.joined(separator: ",")) }
            #expect(part.rows.rejections.isEmpty)
            cursor = part.next
        } while cursor != nil
        return lines.sorted()
    }
}

/// Sales for checks of tables.
struct SampleSales {
    let lines: [String]

    /// `count` sales of a country whose keys nobody else uses.
    init(_ count: Int, _ country: String = "DE", price: String = "4.99", run: String = uniqueName("sale")) {
        lines = (0..<count).map { "\(run)-\($0),P\($0 % 10),\(country),2026-11-22T15:47:00.\(100 + $0 % 900)Z,\(price),EUR" }
    }

    init(lines: [String]) { self.lines = lines }

    func batch() throws -> RowBatch {
        var batch = RowBatch()
        var reader = SaleFileReader(country: nil)
        let text = Array(([SaleField.header] + lines).joined(separator: "\n").utf8)
        try reader.read(text.span.bytes, into: &batch)
        try reader.finish(into: &batch)
        try #require(batch.count == lines.count)
        return batch
    }
}

/// What `SalesTable` promises, to be kept by every adapter.
public enum SalesTableContract {
    /// All of it.
    public static let checks = writing + scanning + faults

    private typealias Check = ContractCheck<TableUnderTest>

    private static let writing = [
        Check("A table is made once") { it in
            _ = try await it.table.create()
            #expect(try await it.other.create() == false)
        },
        Check("A row is written once, and identical after that") { it in
            _ = try await it.table.create()
            let rows = try SampleSales(60).batch()
            #expect(try await it.write(rows) == Array(repeating: .written, count: 60))
            for policy in ConflictPolicy.allCases {
                #expect(try await it.write(rows, policy, on: it.other) == Array(repeating: .identical, count: 60))
            }
        },
        Check("Another row under the same key is judged by the policy") { it in
            _ = try await it.table.create()
            for policy in ConflictPolicy.allCases {
                let run = uniqueName("sale")
                let old = SampleSales(3, price: "4.99", run: run)
                let new = SampleSales(3, price: "5.99", run: run)
                _ = try await it.write(try old.batch())
                #expect(try await it.write(try new.batch(), policy) == Array(repeating: .conflicting, count: 3))
                let there = try await it.rows().filter { $0.hasPrefix(run) }
                #expect(there == (policy == .replace ? new : old).lines.sorted())
            }
        },
        Check("Rows are counted by country") { it in
            _ = try await it.table.create()
            let before = try await it.other.counts()
            _ = try await it.write(try SampleSales(7, "IT").batch())
            _ = try await it.write(try SampleSales(4, "FR").batch())
            let after = try await it.other.counts()
            for (code, count) in [("IT", 7), ("FR", 4), ("UK", 0)] {
                let country = try #require(CountryCode(code))
                #expect((after[country] ?? 0) - (before[country] ?? 0) == count)
            }
        },
        Check("A key that is there twice is judged by its first row") { it in
            _ = try await it.table.create()
            let one = SampleSales(1, price: "1.25", run: "a").lines[0]
            let run = uniqueName("twice")
            let lines = [one, one, one.replacing("1.25", with: "7.75")].map { $0.replacing("a-0", with: run) }
            #expect(try await it.write(try SampleSales(lines: lines).batch(), .keep) == [.written, .identical, .conflicting])
            #expect(try await it.rows().filter { $0.hasPrefix(run) } == [lines[0]])
        },
        Check("Only the rows of the range are written, and the answers are theirs") { it in
            _ = try await it.table.create()
            let rows = try SampleSales(10).batch()
            _ = try await it.table.write(rows, 4..<6, onConflict: .keep)
            #expect(try await it.table.present(rows, 0..<10) == [false, false, false, false, true, true, false, false, false, false])
            #expect(try await it.other.present(rows, 5..<8) == [true, false, false])
            #expect(try await it.table.write(rows, 3..<7, onConflict: .keep) == [.written, .identical, .identical, .written])
            #expect(try await it.table.write(rows, 7..<7, onConflict: .keep) == [])
            #expect(try await it.table.present(rows, 0..<0) == [])
        },
        Check("Presence asks for the key alone") { it in
            _ = try await it.table.create()
            let run = uniqueName("sale")
            _ = try await it.write(try SampleSales(2, price: "4.99", run: run).batch())
            #expect(try await it.other.present(try SampleSales(3, price: "9.99", run: run).batch(), 0..<3) == [true, true, false])
        },
        Check("Two who write the same rows at once write each once") { it in
            _ = try await it.table.create()
            let rows = try SampleSales(500).batch()
            async let one = it.write(rows, .keep, on: it.table)
            async let two = it.write(rows, .keep, on: it.other)
            for (first, second) in zip(try await one, try await two) {
                #expect(Set([first, second]) == [.written, .identical])
            }
        },
    ]

    private static let scanning = [
        Check("A scan gives every row once, of one country where asked") { it in
            _ = try await it.table.create()
            let run = uniqueName("scan")
            let count = min(it.table.maximumBatch, 6_000) + 20
            let de = SampleSales(count, "DE", run: run + "-de")
            let uk = SampleSales(count, "UK", run: run + "-uk")
            _ = try await it.write(try de.batch())
            _ = try await it.write(try uk.batch())
            func mine(_ lines: [String]) -> [String] { lines.filter { $0.hasPrefix(run) } }
            #expect(mine(try await it.rows()) == (de.lines + uk.lines).sorted())
            #expect(mine(try await it.rows("UK")) == uk.lines.sorted())
            #expect(mine(try await it.rows("XX")).isEmpty)
        },
        Check("Any characters that a sale may have come back") { it in
            _ = try await it.table.create()
            let run = uniqueName("text")
            let lines = ["\(run) ü/\\'%_;,", "\(run) 🧾"].map { "\"\($0)\",\"P \"\"1\"\"\",FR,2024-02-29T23:59:59.999999999+14:00,0.01,EUR" }
            _ = try await it.write(try SampleSales(lines: lines).batch())
            let expected = ["\(run) ü/\\'%_;,", "\(run) 🧾"].map { "\($0),P \"1\",FR,2024-02-29T23:59:59.999999999+14:00,0.01,EUR" }
            #expect(try await it.rows().filter { $0.hasPrefix(run) } == expected.sorted())
        },
    ]

    private static let faults = [Fault.before, .middle, .after].map { fault in
        Check("A write that failed \(fault) its effect is done again, and each row counts once") { it in
            _ = try await it.table.create()
            let rows = try SampleSales(20).batch()
            let faulty = FaultyTable(table: it.table, plan: FaultPlan([fault]))
            await expectError(.unreachable, "write") { _ = try await faulty.write(rows, 0..<20, onConflict: .reject) }
            let there = fault == .before ? 0 : fault == .middle ? 10 : 20
            #expect(try await it.other.present(rows, 0..<20) == (0..<20).map { $0 < there })
            #expect(try await faulty.write(rows, 0..<20, onConflict: .reject) == (0..<20).map { $0 < there ? .identical : .written })
            #expect(try await it.other.present(rows, 0..<20).allSatisfy { $0 })
        }
    }
}
