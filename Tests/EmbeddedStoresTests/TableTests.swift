import Pipeline
import SalesModel
import Testing

@testable import EmbeddedStores

@Suite struct TableTests {
    private let folder = TemporaryFolder()

    private func batch(_ lines: [String]) throws -> RowBatch {
        var batch = RowBatch()
        var reader = SaleFileReader(country: nil)
        let text = Array(([SaleField.header] + lines).joined(separator: "\n").utf8)
        try reader.read(text.span.bytes, into: &batch)
        try reader.finish(into: &batch)
        return batch
    }

    private func foreign(_ statements: String...) throws -> String {
        let path = folder("theirs.db")
        let kind = DatabaseKind(name: "x", applicationID: 0, version: 0, pageSize: 4_096, schema: statements, takesUnmarked: true)
        let database = try Database(path: path, kind, DatabaseSurroundings())
        for statement in statements { try database.script(statement) }
        return path
    }

    @Test(arguments: [
        "sale_id TEXT PRIMARY KEY, price TEXT",
        "sale_id TEXT, product_code TEXT, country_of_sale TEXT, datetime TEXT, selling_price TEXT, currency TEXT",
        "sale_id TEXT PRIMARY KEY, product_code TEXT, country_of_sale TEXT, datetime TEXT, selling_price REAL, currency TEXT",
    ])
    func aTableWithOtherColumnsIsRefused(_ columns: String) async throws {
        let path = try foreign("CREATE TABLE sales (\(columns))")
        await expectError(.unusable, saying: path, "columns", "sale_id") { _ = try await SQLiteTable.open(path) }
    }

    @Test func aTableThatSomebodyElseMadeIsTaken() async throws {
        let path = try foreign(
            "CREATE TABLE sales (currency TEXT, sale_id TEXT PRIMARY KEY, product_code TEXT, country_of_sale TEXT, datetime TEXT, selling_price TEXT)",
            "INSERT INTO sales VALUES ('EUR', 'a', 'p1', 'DE', '2026-01-01T00:00:00Z', '1.00')",
            "INSERT INTO sales VALUES (NULL, 'b', '', 'D', '', 'x')")
        let table = try await SQLiteTable.open(path)
        #expect(try await table.create() == false)
        let rows = try batch(["a,p1,DE,2026-01-01T00:00:00Z,1.00,EUR", "c,p1,DE,2026-01-01T00:00:00Z,1.00,EUR"])
        #expect(try await table.write(rows, 0..<2, onConflict: .keep) == [.identical, .written])
        let all = try await table.scan(country: nil, from: nil).rows
        #expect(all.count == 2 && all.rejections.count == 1)
    }

    @Test func withoutATableNothingIsWritten() async throws {
        let table = try await SQLiteTable.open(folder("t.db"))
        let rows = try batch(["a,p1,DE,2026-01-01T00:00:00Z,1.00,EUR"])
        await expectError(.missing, saying: "sales setup") { _ = try await table.write(rows, 0..<1, onConflict: .keep) }
        await expectError(.missing) { _ = try await table.scan(country: nil, from: nil) }
        _ = try await table.create()
        await expectError(.defect) { _ = try await table.write(rows, 0..<2, onConflict: .keep) }
        #expect(try await table.write(rows, 0..<1, onConflict: .keep) == [.written])
    }

    @Test func aFullDiskLosesNoRowThatWasAcknowledged() async throws {
        var surroundings = DatabaseSurroundings()
        surroundings.maximumPages = 30
        let table = try await SQLiteTable.open(folder("t.db"), surroundings)
        _ = try await table.create()
        let rows = try batch((0..<5_000).map { "sale-\(10_000 + $0),p1,DE,2026-01-01T00:00:00Z,1.00,EUR" })
        #expect(try await table.write(rows, 0..<10, onConflict: .keep).allSatisfy { $0 == .written })
        await expectError(.throttled, saying: "disk full") { _ = try await table.write(rows, 0..<5_000, onConflict: .keep) }
        #expect(try await table.present(rows, 0..<5_000).filter { $0 }.count == 10)
        #expect(
            try await table.write(rows, 5..<15, onConflict: .keep) == Array(repeating: .identical, count: 5)
                + Array(repeating: .written, count: 5))
    }
}
