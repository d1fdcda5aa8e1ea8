import FaultSimulator
import Testing

@Suite("Faults")
struct FaultSimulatorTests {
    @Test("Whatever fails, at rest every sale is where it belongs", arguments: 0..<8)
    func sound(_ part: UInt64) {
        for seed in part * 30..<(part + 1) * 30 {
            let report = Simulation.run(seed: seed)
            #expect(report.violations.isEmpty, "swift run simulate --seed \(seed) --trace")
        }
    }

    @Test("A protocol that is broken on purpose is found", arguments: SimVariant.allCases.filter { $0 != .sound })
    func broken(_ variant: SimVariant) {
        let found = (UInt64(0)..<40).first { !Simulation.run(seed: $0, variant: variant).violations.isEmpty }
        #expect(found != nil)
    }

    @Test("A seed gives the same history each time, traced or not")
    func deterministic() {
        for seed in UInt64(1000)..<1015 {
            let (one, other) = (Simulation.run(seed: seed), Simulation.run(seed: seed, traced: true))
            #expect(one.checksum == other.checksum)
            #expect(one.events == other.events)
            #expect(one.trace.isEmpty && !other.trace.isEmpty)
        }
    }

    @Test("Seeds differ, and faults do strike")
    func variety() {
        let reports = (UInt64(2000)..<2010).map { Simulation.run(seed: $0) }
        #expect(Set(reports.map(\.checksum)).count == reports.count)
        #expect(reports.contains { $0.processes > 8 })
        #expect(reports.allSatisfy { $0.rows > 0 && $0.files > 0 })
    }
}
