import Testing

@testable import Pipeline

@Suite("Notes and names")
struct CutNoteTests {
    @Test("A note reads back as it was written")
    func roundTrip() throws {
        for note in [
            CutNote(from: 0, cuts: [1]), CutNote(from: 7, cuts: [8, 900, 12_345_678_901], topicID: "a-b_C"), CutNote(from: 3, cuts: []),
        ] {
            #expect(try CutNote(CommittedPosition(offset: note.from, note: note.text)) == note)
        }
        #expect(CutNote(from: 3, cuts: [], topicID: "x").text == "v=1 fmt=1 from=3 cuts= topic=x")
    }

    @Test("The longest note fits into what brokers keep")
    func size() {
        let cuts = (0..<Int64(CutNote.maximumCuts)).map { Int64.max - 100 + $0 }
        #expect(CutNote(from: Int64.max - 101, cuts: cuts, topicID: String(repeating: "x", count: 64)).text.utf8.count < 4096)
    }

    @Test(
        "A note that is not understood leaves no free choice",
        arguments: [
            ("rubbish", CutNote.Unusable.unreadable), ("v=2 fmt=1 from=5 cuts=6", .version("2")), ("v=1 fmt=9 from=5 cuts=6", .format("9")),
            ("v=1 fmt=1 from=4 cuts=6", .otherOffset(4)), ("v=1 fmt=1 from=5 cuts=6,6", .unreadable),
            ("v=1 fmt=1 from=5 cuts=5", .unreadable),
            ("v=1 fmt=1 from=5", .unreadable), ("v=1 v=1 fmt=1 from=5 cuts=6", .unreadable), ("fmt=1 from=5 cuts=6", .unreadable),
            ("v=1 fmt=1 from=5 cuts=7,6", .unreadable), (" ", .unreadable),
        ])
    func refused(text: String, why: CutNote.Unusable) {
        #expect(throws: why) { try CutNote(CommittedPosition(offset: 5, note: text)) }
    }

    @Test("Names hold topic, partition and range, and nothing else is one")
    func names() throws {
        let name = RangeFileName(TopicPartition("US_topic", 12), from: 10_000, cut: 20_000)
        #expect(name.description == "US_topic-12-000000010000-000000019999.csv")
        #expect(RangeFileName(name.description) == name)
        let dashed = RangeFileName(TopicPartition("a-b-c", 0), from: 0, cut: 1_234_567_890_123)
        #expect(RangeFileName(dashed.description) == dashed)
        for other in [
            "US_topic-0-000000000001-000000000000.csv", "US_topic-00-000000000000-000000000001.csv", "x.csv", "US_topic-0-0-1.csv",
            "US_topic-0-000000000000-000000000001.txt", "-0-000000000000-00000000000x.csv", "US_topic--000000000000-000000000001.csv",
        ] {
            #expect(RangeFileName(other) == nil, "\(other)")
        }
    }

    @Test("A listing that starts where it should finds every name from an offset on, and none before")
    func listing() {
        let partition = TopicPartition("US_topic", 1)
        let names = stride(from: Int64(0), to: 100, by: 10).map { RangeFileName(partition, from: $0, cut: $0 + 10).description }
        for offset in stride(from: Int64(0), to: 100, by: 10) {
            let start = RangeFileName.listingStart(partition, from: offset)
            #expect(names.filter { $0 > start } == Array(names.dropFirst(Int(offset / 10))))
        }
    }

    @Test("Waits double, stay within their bounds, and end")
    func retries() {
        let policy = RetryPolicy(first: .milliseconds(100), longest: .seconds(10), givingUpAfter: .seconds(300))
        for attempt in 1...40 {
            let doubled = min(Duration.seconds(10), .milliseconds(100) * (1 << min(attempt - 1, 16)))
            for salt in 0..<20 {
                let wait = policy.wait(before: attempt, salt: salt)
                #expect(wait >= doubled / 2 && wait <= doubled)
            }
        }
        var retrying = Retrying(policy)
        #expect(retrying.failed(at: .seconds(1)) != nil)
        #expect(retrying.failed(at: .seconds(300)) != nil)
        #expect(retrying.failed(at: .seconds(301)) == nil)
    }
}
