import Glibc
import Pipeline
import PortContracts
import Synchronization
import Testing

@testable import EmbeddedStores

/// Clocks that a test sets.
private final class Clocks: Sendable {
    private let boot = Mutex<Int64>(1_000_000)
    private let wall = Mutex<Int64>(1_700_000_000_000)

    func pass(_ milliseconds: Int64) { boot.withLock { $0 += milliseconds } }
    func setWall(_ milliseconds: Int64) { wall.withLock { $0 = milliseconds } }

    var surroundings: LogSurroundings {
        LogSurroundings(boot: { self.boot.withLock { $0 } }, wall: { self.wall.withLock { $0 } })
    }
}

@Suite struct LogTests {
    private let folder = TemporaryFolder()
    private let clocks = Clocks()
    private let partition = TopicPartition("US_topic", 0)

    private func log(partitions: Int = 1) async throws -> SQLiteLog {
        let log = try await SQLiteLog.open(folder("broker.db"), clocks.surroundings)
        _ = try await log.create(topic: "US_topic", partitions: partitions)
        return log
    }

    private func member(of log: SQLiteLog) async throws -> any LogConsumer {
        try await log.openConsumer(Membership(group: "g", topics: ["US_topic"], sessionTimeout: .seconds(10)))
    }

    @Test func aMemberThatOversleptKeepsWhatNobodyTook() async throws {
        let log = try await log()
        let member = try await member(of: log)
        #expect(try await member.assignment() == [partition])
        clocks.pass(60_000)
        try await member.commit([partition: CommittedPosition(offset: 0, note: "late")])
        guard case .end = try await member.poll(wait: .zero, holding: []) else {
            try await member.start(partition, at: 0)
            guard case .end(partition, 0) = try await member.poll(wait: .zero, holding: []) else { throw Late() }
            return
        }
    }

    @Test func aMembersPartitionsGoOverWhenItsSessionHasRunOutAndNotBefore() async throws {
        let log = try await log()
        let sleeper = try await member(of: log)
        #expect(try await sleeper.assignment() == [partition])
        let other = try await member(of: log)
        clocks.pass(9_999)
        for _ in 0..<5 {
            guard case .idle = try await other.poll(wait: .zero, holding: []) else { throw Late() }
        }
        clocks.pass(500)
        #expect(try await other.assignment() == [partition])
        guard case .revoked([partition], lost: true) = try await sleeper.event() else { throw Late() }
        await other.close()
        #expect(try await sleeper.assignment() == [partition])
    }

    @Test func theWallClockSaysNothingOfMembers() async throws {
        let log = try await log()
        let member = try await member(of: log)
        #expect(try await member.assignment() == [partition])
        let other = try await self.member(of: log)
        for wall: Int64 in [0, 4_000_000_000_000] {
            clocks.setWall(wall)
            guard case .idle = try await other.poll(wait: .milliseconds(20), holding: []) else { throw Late() }
        }
        try await member.commit([partition: CommittedPosition(offset: 0)])
    }

    @Test func whatAMemberOfAnEndedProcessHadGoesOverAtOnce() async throws {
        let log = try await log(partitions: 3)
        let gone = try #require(try await member(of: log) as? SQLiteConsumer)
        #expect(try await gone.assignment().count == 3)
        await gone.vanish()
        #expect(try await member(of: log).assignment().count == 3)
    }

    @Test func aKilledProcessLosesNothingAndHoldsNobodyUp() async throws {
        let path = folder("broker.db")
        _ = try await log()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let log = try await SQLiteLog.open(path)
            let partition = TopicPartition("US_topic", 0)
            let producer = try await log.openProducer(identity: "p")
            try await producer.append(OutgoingBatch(partition, ["kept"]))
            try await producer.commit([])
            try await producer.append(OutgoingBatch(partition, ["never"]))
            let member = try await log.openConsumer(Membership(group: "g", topics: ["US_topic"], sessionTimeout: .seconds(3_600)))
            while true {
                if case .assigned = try await member.poll(wait: .seconds(1), holding: []) { break }
            }
            try await member.commit([partition: CommittedPosition(offset: 0, note: "from the dead")])
            kill(getpid(), SIGKILL)
        }
        let log = try await SQLiteLog.open(path)
        #expect(try await log.read(partition, from: 0, maximumBytes: 100).values == ["kept"])
        let member = try await member(of: log)
        #expect(try await member.assignment() == [partition])
        #expect(try await member.committed([partition])[partition]?.note == "from the dead")
    }

    @Test func aTopicThatIsMadeLaterIsAssigned() async throws {
        let log = try await SQLiteLog.open(folder("broker.db"))
        let member = try await member(of: log)
        guard case .idle = try await member.poll(wait: .zero, holding: []) else { throw Late() }
        _ = try await log.create(topic: "US_topic", partitions: 1)
        #expect(try await member.assignment() == [partition])
    }

    @Test func aFullDiskLosesNothingThatWasAcknowledged() async throws {
        var surroundings = clocks.surroundings
        surroundings.database.maximumPages = 40
        let log = try await SQLiteLog.open(folder("broker.db"), surroundings)
        _ = try await log.create(topic: "US_topic", partitions: 1)
        try await log.write(["first"], to: partition)
        let producer = try await log.openProducer(identity: "p")
        try await producer.append(OutgoingBatch(partition, [String(repeating: "x", count: 900_000)]))
        await expectError(.throttled, saying: "disk full", "nothing is lost") { try await producer.commit([]) }
        await expectError(.throttled, saying: "new producer") { try await producer.commit([]) }
        #expect(try await log.read(partition, from: 0, maximumBytes: 100).values == ["first"])
        try await log.write(["second"], to: partition)
        #expect(try await log.read(partition, from: 0, maximumBytes: 100).values == ["first", "second"])
    }

    @Test func aTransactionIsBounded() async throws {
        let log = try await log()
        let producer = try await log.openProducer(identity: nil)
        let bytes = [UInt8](repeating: 1, count: SQLiteProducer.maximumTransaction)
        let entry = OutgoingBatch.Entry(key: nil, value: 0..<bytes.count)
        try await producer.append(OutgoingBatch(partition: partition, bytes: bytes, entries: [entry]))
        await expectError(.misconfigured, saying: "Commit more often") { try await producer.append(OutgoingBatch(partition, ["x"])) }
        await expectError(.defect, saying: "outside") {
            let other = try await log.openProducer(identity: nil)
            try await other.append(OutgoingBatch(partition: partition, bytes: [1], entries: [.init(key: 0..<2, value: nil)]))
        }
    }

    @Test(arguments: ["", "a b", "..", "ü", String(repeating: "x", count: 250)])
    func aTopicsNameIsChecked(_ name: String) async throws {
        let log = try await log()
        await expectError(.misconfigured) { _ = try await log.create(topic: name, partitions: 1) }
        await expectError(.misconfigured) { _ = try await log.create(topic: "ok", partitions: 0) }
    }

    @Test func retentionTakesWhatIsConsumedAndOldButNotTheLastBatch() async throws {
        let log = try await log()
        for number in 0..<5 {
            clocks.setWall(1_000_000 + Int64(number) * 1_000)
            try await log.write(["\(number)a", "\(number)b"], to: partition)
        }
        clocks.setWall(1_010_000)
        func bounds() async throws -> PartitionBounds? { try await log.describe(topic: "US_topic")?.partitions[0] }
        // Nobody has consumed anything.
        #expect(try await log.trim(partition, before: 10, olderThan: .zero) == 0)
        let member = try await member(of: log)
        _ = try await member.assignment()
        try await member.commit([partition: CommittedPosition(offset: 7)])
        let producer = try await log.openProducer(identity: "p")
        try await producer.commit([GroupPosition(group: "input", partition: partition, position: CommittedPosition(offset: 0))])
        #expect(try await log.trim(partition, before: 10, olderThan: .milliseconds(8_500)) == 4)
        #expect(try await bounds() == PartitionBounds(first: 4, end: 10))
        #expect(try await log.trim(partition, before: 5, olderThan: .zero) == 0)
        #expect(try await log.trim(partition, before: 10, olderThan: .zero) == 2)
        try await member.commit([partition: CommittedPosition(offset: 10)])
        #expect(try await log.trim(partition, before: 10, olderThan: .zero) == 2)
        #expect(try await bounds() == PartitionBounds(first: 8, end: 10))
        await expectError(.missing, saying: "no longer kept", "8") { _ = try await log.read(partition, from: 7, maximumBytes: 10) }
        await expectError(.missing, saying: "no longer kept") { try await member.start(partition, at: 0) }
        #expect(try await log.read(partition, from: 8, maximumBytes: 100).values == ["4a", "4b"])
    }

    @Test func roomThatRetentionFreedIsGivenBack() async throws {
        let log = try await log()
        for _ in 0..<20 { try await log.write([String(repeating: "x", count: 900_000)], to: partition) }
        let member = try await member(of: log)
        _ = try await member.assignment()
        try await member.commit([partition: CommittedPosition(offset: 20)])
        clocks.setWall(1_800_000_000_000)
        #expect(try await log.trim(partition, before: 20, olderThan: .seconds(1)) == 19)
        let database = try Database(path: folder("broker.db"), LogSchema.kind, DatabaseSurroundings())
        #expect(try database.number("PRAGMA page_count") * 16_384 < 4 << 20)
    }
}
