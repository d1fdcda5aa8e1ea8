import SalesModel
import Testing

@testable import Pipeline

@Suite("The cut protocol, step by step")
struct PartitionPlanTests {
    private static let partition = TopicPartition("US_topic", 0)

    private func plan(
        _ note: CutNote = CutNote(from: 0, cuts: []), adopting chain: [Int64] = [], rows: Int = 3, age: Duration = .seconds(45),
        topicID: String? = nil
    ) -> PartitionPlan {
        PartitionPlan(
            Self.partition, note: note, adopting: chain, topicID: topicID, limits: .init(rows: rows, age: age),
            header: Array("header\n".utf8))
    }

    private func take(_ offsets: some Sequence<Int64>, into plan: inout PartitionPlan, at now: Duration = .zero) {
        for offset in offsets {
            plan.approach(offset)
            plan.tookRow(offset, at: now)
        }
    }

    @Test("A file is uploaded only after its cut is acknowledged, and passed only after it is stored")
    func order() throws {
        var plan = plan()
        take(0..<3, into: &plan)
        #expect(plan.uploads().isEmpty, "nothing is acknowledged yet")
        let note = try #require(plan.desired)
        #expect(note == .init(offset: 0, cuts: [3]))
        #expect(note.position.note == "v=1 fmt=1 from=0 cuts=3")
        #expect(plan.acknowledged(note).isEmpty)
        #expect(plan.desired == nil, "the file is not stored yet")
        let files = plan.uploads()
        #expect(files.map(\.from) == [0] && files.map(\.cut) == [3] && files.map(\.rows) == [3])
        #expect(plan.uploads().isEmpty, "each upload is begun once")
        plan.stored(3)
        let done = try #require(plan.desired)
        #expect(done == .init(offset: 3, cuts: []))
        #expect(done.position == CommittedPosition(offset: 3))
        #expect(plan.acknowledged(done).map(\.rows) == [3])
        #expect(plan.isIdle)
    }

    @Test("Several cuts are in flight, and the offset passes only what is stored without a hole")
    func inFlight() throws {
        var plan = plan()
        take(0..<9, into: &plan)
        let note = try #require(plan.desired)
        #expect(note.cuts == [3, 6, 9])
        _ = plan.acknowledged(note)
        #expect(plan.uploads().map(\.cut) == [3, 6, 9])
        plan.stored(6)
        plan.stored(9)
        #expect(plan.desired == nil, "the first is not stored")
        plan.stored(3)
        #expect(plan.desired == .init(offset: 9, cuts: []))
    }

    @Test("The note keeps its cuts while some of its files are stored, and gets new ones behind the last")
    func appended() throws {
        var plan = plan()
        take(0..<6, into: &plan)
        _ = plan.acknowledged(try #require(plan.desired))
        _ = plan.uploads()
        take(6..<9, into: &plan)
        plan.stored(3)
        #expect(plan.desired == .init(offset: 3, cuts: [6, 9]))
    }

    @Test("Noted cuts are obeyed exactly, whatever the limits are now, and no age cuts in between")
    func obeyed() {
        var plan = plan(CutNote(from: 10, cuts: [12, 17]), rows: 3)
        take([10, 11], into: &plan)
        #expect(plan.uploads().map(\.cut) == [12], "acknowledged by a former owner")
        take(12..<16, into: &plan)
        #expect(plan.due == nil)
        plan.cutIfDue(at: .seconds(1000), all: true)
        #expect(plan.uploads().isEmpty)
        take([16, 17], into: &plan)
        let files = plan.uploads()
        #expect(files.map(\.from) == [12] && files.map(\.cut) == [17] && files.map(\.rows) == [5])
        #expect(plan.open.from == 17 && plan.open.rows == 1)
    }

    @Test("A noted cut in a gap of offsets is reached by the message behind it, or by the end of the partition")
    func gaps() {
        var plan = plan(CutNote(from: 0, cuts: [5]))
        take([0, 1], into: &plan)
        #expect(plan.uploads().isEmpty)
        take([7], into: &plan)
        #expect(plan.uploads().map(\.rows) == [2])
        var other = self.plan(CutNote(from: 0, cuts: [5]))
        take([0, 1], into: &other)
        other.reached(5)
        #expect(other.uploads().map(\.cut) == [5])
        #expect(other.position == 5 && other.open.from == 5)
    }

    @Test("Nothing is cut before a sale or a dead letter was seen; a range of dead letters only makes a file")
    func content() throws {
        var plan = plan()
        plan.reached(40)
        plan.cutIfDue(at: .seconds(1000), all: true)
        #expect(plan.desired == nil && plan.isIdle)
        plan.tookDeadLetter(.init(offset: 40, reason: "no sale", value: [1]), at: .seconds(1000))
        plan.cutIfDue(at: .seconds(1044))
        #expect(plan.desired == nil)
        #expect(plan.due == .seconds(1045))
        plan.cutIfDue(at: .seconds(1045))
        #expect(plan.desired == .init(offset: 0, cuts: [41]))
        _ = plan.acknowledged(try #require(plan.desired))
        let file = try #require(plan.uploads().first)
        #expect(file.from == 0 && file.rows == 0 && file.deadLetters.map(\.offset) == [40] && file.bytes == Array("header\n".utf8))
    }

    @Test("The end of the partition belongs to the file that is cut there")
    func endOfPartition() throws {
        var plan = plan()
        take([0], into: &plan)
        plan.reached(4)
        plan.cutIfDue(at: .zero, all: true)
        #expect(plan.desired?.cuts == [4], "control records behind the last sale are part of its file's range")
        #expect(plan.open.from == 4)
    }

    @Test("Files that no note tells of are cut at the same places")
    func adopted() {
        var plan = plan(CutNote(from: 0, cuts: [2]), adopting: [2, 4, 9])
        take(0..<9, into: &plan)
        #expect(plan.desired?.cuts == [2, 4, 9])
    }

    @Test("A note has at most 32 cuts; the others follow")
    func bounded() throws {
        var plan = plan(rows: 1)
        take(0..<100, into: &plan)
        let first = try #require(plan.desired)
        #expect(first.cuts == Array(1...32))
        _ = plan.acknowledged(first)
        #expect(plan.desired == nil)
        for file in plan.uploads() { plan.stored(file.cut) }
        #expect(plan.desired == .init(offset: 32, cuts: Array(33...64)))
    }

    @Test("An upload that was given up may be begun again; a stored file gives its memory back")
    func givenUp() throws {
        var plan = plan()
        take(0..<3, into: &plan)
        _ = plan.acknowledged(try #require(plan.desired))
        #expect(plan.uploads().count == 1)
        plan.gaveUp(3)
        let before = plan.size
        #expect(plan.uploads().count == 1)
        plan.stored(3)
        #expect(plan.size < before)
    }

    @Test("Room that was reserved or grown into counts as memory; more than its share no file reserves")
    func room() throws {
        var plan = plan(rows: 3)
        var transcoder = SaleTranscoder(country: try #require(CountryCode("US")))
        let message = #"""
            {"sale_id":"06955b90-0abc-8def-a920-00000000044b","product_code":"p1","country_of_sale":"US",\#
            "datetime":"2026-11-22T15:47:00.123Z","selling_price":9.99,"currency":"USD"}
            """#.utf8
        func take(_ offsets: Range<Int64>) throws {
            for offset in offsets {
                try plan.appendRow(Array(message).span.bytes, with: &transcoder)
                plan.tookRow(offset, at: .zero)
            }
        }
        try take(0..<1)
        let one = plan.open.bytes.count
        #expect(plan.size == one)
        try take(1..<2)
        #expect(plan.size == 2 * one && plan.size > plan.open.bytes.count, "an array that grows doubles")
        try take(2..<3)
        let whole = try #require(plan.desired.map { plan.acknowledged($0) }.flatMap { _ in plan.uploads().first }).bytes.count
        #expect(plan.open.size == whole + whole / 32, "the next is made for as much as the one before")
        #expect(plan.open.bytes.capacity >= plan.open.size)
        plan.share = whole
        try take(3..<6)
        #expect(plan.open.size == plan.open.bytes.count)
    }

    @Test("Every walk of events keeps the ranges tiled and the notes legal", arguments: 0..<200)
    func walk(seed: UInt64) throws {
        var random = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func draw(_ bound: UInt64) -> UInt64 {
            random ^= random << 13
            random ^= random >> 7
            random ^= random << 17
            return random % bound
        }
        var position = CommittedPosition(offset: 0)
        var ends: [Int64: Int64] = [:]  // every file ever begun: from -> cut
        for _ in 0..<5 {  // owners that follow each other, each from the committed position alone
            let note = try CutNote(position)
            var plan = plan(note, rows: Int(draw(4)) + 1, age: .seconds(3))
            var offset = note.from
            for step in 0..<Int(draw(60)) {
                switch draw(6) {
                case 0: offset += Int64(draw(3))  // a gap
                case 1: plan.reached(offset)
                case 2: plan.cutIfDue(at: .seconds(step))
                case 3:
                    if let desired = plan.desired {
                        // What is committed never takes a noted cut back, nor goes backwards.
                        let before = try CutNote(position)
                        #expect(desired.offset >= position.offset)
                        #expect(
                            before.cuts.filter { $0 > desired.offset }.elementsEqual(
                                desired.cuts.prefix(before.cuts.filter { $0 > desired.offset }.count)))
                        #expect(desired.offset == before.from || before.cuts.contains(desired.offset), "only noted cuts are passed")
                        _ = plan.acknowledged(desired)
                        position = desired.position
                    }
                case 4:
                    for file in plan.uploads() {
                        #expect(ends[file.from] ?? file.cut == file.cut, "a range is never cut elsewhere")
                        ends[file.from] = file.cut
                        if draw(4) > 0 { plan.stored(file.cut) } else { plan.gaveUp(file.cut) }
                    }
                default:
                    plan.approach(offset)
                    plan.tookRow(offset, at: .seconds(step))
                    offset += 1
                }
            }
        }
        let done = ends.filter { $0.value <= position.offset }.sorted { $0.key < $1.key }
        #expect(done.first.map { $0.key == 0 } ?? true)
        for (one, next) in zip(done, done.dropFirst()) { #expect(one.value == next.key) }
        #expect(done.last?.value ?? 0 == position.offset)
    }
}
