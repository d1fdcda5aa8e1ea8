import SalesModel
import Testing

@testable import Pipeline

@Suite("Sets of sales")
struct SetTests {
    @Test("A set of ordinals counts each once and names what is missing")
    func ordinals() {
        var set = OrdinalSet()
        for ordinal in [UInt64(5), 6, 7, 4096, 4095, 100_000, 63, 64, 128] {
            let isNew = set.insert(ordinal)
            #expect(isNew)
        }
        let isNew = set.insert(64)
        #expect(!isNew)
        #expect(set.count == 9)
        #expect(set.contains(4095) && !set.contains(4097) && !set.contains(1 << 40))
        #expect(set.ranges(without: OrdinalSet()) == [5...7, 63...64, 128...128, 4095...4096, 100_000...100_000])
        #expect(set.gaps == [8...62, 65...127, 129...4094, 4097...99_999])
        var other = OrdinalSet()
        for ordinal in UInt64(6)...5000 { _ = other.insert(ordinal) }
        #expect(set.ranges(without: other) == [5...5, 100_000...100_000])
    }

    @Test(
        "Runs across words and pages are one range",
        arguments: [(0, 200), (60, 70), (4000, 9000), (64, 127), (0, 63)] as [(UInt64, UInt64)])
    func runs(first: UInt64, last: UInt64) {
        var set = OrdinalSet()
        // In an order in which partitions might deliver them.
        for remainder in UInt64(0)..<3 { for ordinal in first...last where ordinal % 3 == remainder { _ = set.insert(ordinal) } }
        #expect(set.ranges(without: OrdinalSet()) == [first...last])
        #expect(set.gaps.isEmpty)
        #expect(set.count == Int(last - first + 1))
    }

    @Test("Altered rows, repeated ones and those from elsewhere are told apart")
    func rows() throws {
        func set(_ lines: String...) throws -> SaleSet {
            var rows = RowBatch()
            var reader = SaleFileReader(country: nil)
            let text = Array((SaleField.header + "\n" + lines.joined(separator: "\n") + "\n").utf8)
            try reader.read(text.span.bytes, into: &rows)
            try reader.finish(into: &rows)
            #expect(rows.count == lines.count)
            var set = SaleSet()
            for row in 0..<rows.count { set.insert(rows, row) }
            return set
        }
        let stream = try #require(StreamID(start: 1_767_225_600, fingerprint: 0xABCDEF))
        func line(_ ordinal: UInt64, _ price: String) throws -> String {
            let country = try #require(CountryCode("US"))
            let id = try #require(SaleIdentity(stream: stream, country: country, ordinal: ordinal))
            return "\(id),p1,US,2026-01-01T00:00:00.000Z,\(price),USD"
        }
        let one = try set(line(0, "9.99"), line(1, "8.99"), "x-1,p1,US,2026-01-01T00:00:00Z,1,USD")
        let same = try set("x-1,p1,US,2026-01-01T00:00:00Z,1,USD", line(1, "8.99"), line(0, "9.99"), line(0, "9.99"))
        #expect(one.content == same.content && same.repeated == 1 && same.repeatedOurs == 1)
        #expect(one.without(same).ordinals.isEmpty && same.without(one).others == 0)
        let altered = try set(line(0, "9.98"), line(1, "8.99"), "x-1,p1,US,2026-01-01T00:00:00Z,1,USD")
        #expect(one.count == altered.count && one.content != altered.content)
        let less = try set(line(0, "9.99"))
        #expect(one.without(less).ordinals == [1...1] && one.without(less).others == 1)
    }
}
