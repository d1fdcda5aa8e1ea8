import Testing

@testable import EmbeddedStores

@Suite struct GroupViewTests {
    /// Members come and go at will and act in any order; whatever happens, each partition has one owner at most, and when it is quiet the
    /// shares differ by one at most and nobody has anything left to do.
    @Test(arguments: 1...300)
    func sharesBecomeEqualWithoutEverOverlapping(_ seed: UInt64) {
        var random = Seeded(state: seed)
        let count = Int.random(in: 1...9, using: &random)
        var owners = [String?](repeating: nil, count: count)
        var alive: [String: Set<Int64>] = [:]
        var joined = 0
        func view() -> GroupView {
            let members = alive.keys.sorted { Int($0) ?? 0 < Int($1) ?? 0 }.map { GroupView.Member(id: $0, topics: ["t"]) }
            let partitions = owners.enumerated().map { number, owner in
                GroupView.Partition(id: Int64(number), topic: "t", owner: owner.flatMap { alive[$0] == nil ? nil : $0 })
            }
            return GroupView(members: members, partitions: partitions)
        }
        func act(_ member: String) -> Bool {
            switch view().step(of: member, owning: alive[member] ?? []) {
            case .rest: return false
            case .lose(let partitions): alive[member]?.subtract(partitions)
            case .giveUp(let partitions):
                alive[member]?.subtract(partitions)
                for partition in partitions where owners[Int(partition)] == member { owners[Int(partition)] = nil }
            case .take(let partitions):
                for partition in partitions {
                    #expect(owners[Int(partition)].map { alive[$0] == nil } ?? true)
                    owners[Int(partition)] = member
                }
                alive[member]?.formUnion(partitions)
            }
            return true
        }
        for _ in 0..<60 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1:
                joined += 1
                alive["\(joined)"] = []
            case 2: if let gone = alive.keys.sorted().randomElement(using: &random) { alive[gone] = nil }
            default: if let member = alive.keys.sorted().randomElement(using: &random) { _ = act(member) }
            }
        }
        guard !alive.isEmpty else { return }
        var rounds = 0
        while alive.keys.sorted().map({ act($0) }).contains(true), rounds < 100 { rounds += 1 }
        #expect(rounds < 100)
        let shares = alive.values.map(\.count)
        #expect(shares.reduce(0, +) == count)
        #expect((shares.max() ?? 0) - (shares.min() ?? 0) <= 1)
    }

    @Test func aNewMemberMovesNoMorePartitionsThanItNeeds() {
        let members = ["1", "2", "3"].map { GroupView.Member(id: $0, topics: ["t"]) }
        let owners = ["1", "1", "1", "2", "2", "2"]
        let view = GroupView(
            members: members, partitions: owners.enumerated().map { GroupView.Partition(id: Int64($0), topic: "t", owner: $1) })
        let target = view.target()
        #expect(target.values.filter { $0 == "3" }.count == 2)
        for (number, owner) in owners.enumerated() { #expect(target[Int64(number)] == owner || target[Int64(number)] == "3") }
    }
}
