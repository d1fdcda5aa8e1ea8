import Pipeline
import PortContracts
import Testing

@testable import EmbeddedStores

@Suite struct BatchLayoutTests {
    private static func decode(_ rows: [BatchEncoder.Row], from: Int64 = 0, limit: Int = .max) throws -> MessageBatch {
        var batch = MessageBatch(partition: TopicPartition("t", 0), bytes: [], entries: [], next: 0)
        var base: Int64 = 0
        for row in rows {
            let next = base + Int64(row.count)
            if next > from {
                batch.next = try BatchDecoder.add(row.data.span, base: base, next: next, timestamp: 7, from: from, limit: limit, to: &batch)
            }
            base = next
        }
        return batch
    }

    /// Ranges of any kind: overlapping, backwards, empty, absent.
    private static func random(_ random: inout some RandomNumberGenerator) -> OutgoingBatch {
        let bytes = (0..<Int.random(in: 0...3_000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        func range() -> Range<Int>? {
            if Int.random(in: 0..<5, using: &random) == 0 { return nil }
            let ends = [Int.random(in: 0...bytes.count, using: &random), Int.random(in: 0...bytes.count, using: &random)].sorted()
            return ends[0]..<ends[1]
        }
        let entries = (0..<Int.random(in: 0...40, using: &random)).map { _ in OutgoingBatch.Entry(key: range(), value: range()) }
        return OutgoingBatch(
            partition: TopicPartition("t", 0), bytes: bytes, entries: entries, headers: [0: [.init("a", "b")], 3: [.init("", "x")]])
    }

    @Test(arguments: 1...200)
    func whatIsLaidOutIsReadBack(_ seed: UInt64) throws {
        var random = Seeded(state: seed)
        let batches = (0..<4).map { _ in Self.random(&random) }
        var encoder = BatchEncoder()
        for batch in batches {
            try encoder.append(batch)
            if Bool.random(using: &random) { encoder.seal() }
        }
        encoder.seal()
        let sent = batches.flatMap { batch in batch.entries.map { [$0.key, $0.value].map { $0.map { Array(batch.bytes[$0]) } } } }
        let from = Int64.random(in: 0...Int64(sent.count), using: &random)
        let read = try Self.decode(encoder.rows, from: from)
        let got = read.entries.map { [$0.key, $0.value].map { $0.map { Array(read.bytes[$0]) } } }
        #expect(got == Array(sent.dropFirst(Int(from))))
        #expect(read.entries.map(\.offset) == Array(from..<Int64(sent.count)))
    }

    @Test func rowsStaySmallButTakeALargeMessageWhole() throws {
        let partition = TopicPartition("t", 0)
        var encoder = BatchEncoder()
        try encoder.append(OutgoingBatch(partition, Array(repeating: String(repeating: "x", count: 300_000), count: 10)))
        try encoder.append(OutgoingBatch(partition, [String(repeating: "y", count: 3_000_000), "z"]))
        encoder.seal()
        #expect(encoder.rows.map(\.count) == [3, 3, 3, 1, 1, 1])
        #expect(try Self.decode(encoder.rows).entries.count == 12)
    }

    @Test func aKeyWithinItsValueCostsNextToNothing() throws {
        let value = String(repeating: "v", count: 170)
        var batch = OutgoingBatch(TopicPartition("t", 0), Array(repeating: value, count: 1_000))
        for number in 0..<1_000 { batch.entries[number].key = number * 170 + 12..<number * 170 + 48 }
        var encoder = BatchEncoder()
        try encoder.append(batch)
        encoder.seal()
        #expect(encoder.rows[0].data.count < 170_000 + 5_100)
    }

    @Test func damageIsFoundOrHarmlessButNeverATrap() throws {
        var random = Seeded(state: 5)
        var encoder = BatchEncoder()
        try encoder.append(Self.random(&random))
        encoder.seal()
        let row = try #require(encoder.rows.first)
        for length in 0..<row.data.count { _ = try? Self.decode([.init(count: row.count, data: Array(row.data.prefix(length)))]) }
        for _ in 0..<20_000 {
            var data = row.data
            for _ in 0..<3 { data[Int.random(in: 0..<min(200, data.count), using: &random)] = UInt8.random(in: 0...255, using: &random) }
            _ = try? Self.decode([.init(count: row.count, data: data)])
        }
    }
}

/// SplitMix64, so that a seed gives the same test for ever.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
