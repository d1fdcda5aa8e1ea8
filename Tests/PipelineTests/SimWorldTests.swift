import FaultSimulator
import Pipeline
import Testing

@Suite("The simulated world")
struct SimWorldTests {
    private static let partition = TopicPartition("US_topic", 0)

    /// A member that owns the only partition.
    private static func member(_ log: SimLog, _ session: Duration = .seconds(5)) async throws -> any LogConsumer {
        let consumer = try await log.openConsumer(Membership(group: "group", topics: ["US_topic"], sessionTimeout: session))
        while true {
            if case .assigned = try await consumer.poll(wait: .milliseconds(100), holding: []) { return consumer }
        }
    }

    @Test("Time goes on only while everyone waits, and jumps to what comes next")
    func time() throws {
        let world = SimWorld(seed: 1)
        let clock = world.connect("one").clock
        let passed = try world.complete {
            let began = clock.elapsed()
            async let long: Void = clock.sleep(for: .seconds(3600))
            async let short: Void = clock.sleep(for: .seconds(60))
            try await short
            let first = clock.elapsed() - began
            try await long
            return [first, clock.elapsed() - began]
        }
        #expect(passed == [.seconds(60), .seconds(3600)])
    }

    @Test("A cancelled task does not sleep to the end")
    func cancelled() throws {
        let world = SimWorld(seed: 1)
        let clock = world.connect("one").clock
        let passed = try world.complete {
            await withTaskGroup(of: Bool.self) { group in
                group.addTask { (try? await clock.sleep(for: .seconds(3600))) == nil }
                group.addTask { (try? await clock.sleep(for: .seconds(1))) == nil }
                _ = await group.next()
                group.cancelAll()
                let wasCut = await group.next()
                return (wasCut, clock.elapsed() < .seconds(2))
            }
        }
        #expect(passed == (true, true))
    }

    @Test("Who waits for what never comes is told")
    func standstill() {
        let world = SimWorld(seed: 1)
        #expect(throws: SimStandstill.self) {
            try world.complete { await withCheckedContinuation { (_: CheckedContinuation<Void, Never>) in } }
        }
    }

    @Test("A broker that asks only for the membership takes a stale commit, as Kafka does; one that asks for the partition refuses it")
    func staleCommit() throws {
        for fences in [true, false] {
            let world = SimWorld(seed: 3, fencesPartitions: fences)
            let (one, other) = (world.connect("one"), world.connect("other"))
            let refused = try world.complete {
                _ = try await one.log.create(topic: "US_topic", partitions: 1)
                let sleeper = try await Self.member(one.log, .seconds(2))
                let successor = try await Self.member(other.log, .seconds(60))
                // Before it polls again it is nobody; afterwards it is a member again, without the partition.
                await #expect(throws: PortError.self) { try await sleeper.commit([Self.partition: CommittedPosition(offset: 1)]) }
                guard case .revoked(_, lost: true) = try await sleeper.poll(wait: .zero, holding: []) else {
                    Issue.record("the sleeper was not told of its loss")
                    return true
                }
                _ = try await sleeper.poll(wait: .milliseconds(10), holding: [])
                let owner = try await successor.committed([Self.partition])
                #expect(owner.isEmpty)
                do {
                    try await sleeper.commit([Self.partition: CommittedPosition(offset: 1, note: "stale")])
                    return false
                } catch let error as PortError {
                    return error.kind == .fenced
                }
            }
            #expect(refused == fences)
        }
    }

    @Test("A process that was killed gets an answer to nothing, and what it had sent may still come")
    func killed() throws {
        let world = SimWorld(seed: 5)
        let (one, other) = (world.connect("one"), world.connect("other"))
        let clock = other.clock
        let result = try world.complete {
            async let put = one.store.put("key", [1, 2, 3], metadata: [:], overwriting: false)
            try await clock.sleep(for: .microseconds(100))
            world.kill(one)
            var isDead = false
            do { _ = try await put } catch { isDead = (error as? PortError)?.kind == .defect }
            await #expect(throws: PortError.self) { try await one.clock.sleep(for: .seconds(1)) }
            await #expect(throws: PortError.self) { _ = try await one.store.head("key") }
            try await clock.sleep(for: .seconds(1))
            return (isDead, try await other.store.head("key")?.size)
        }
        #expect(result.0)
        #expect(result.1 == 3)
    }
}
