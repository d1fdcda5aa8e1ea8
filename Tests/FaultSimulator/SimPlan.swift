internal import Pipeline
internal import SalesModel

/// What one seed is about: how much is sold where, who runs, and what the world is like.
struct SimPlan: Sendable {
    var countries: [CountryCode] = []
    var partitions = 1
    /// Sales a country.
    var goal = 0
    /// Milliseconds between two sales of a country.
    var interval: Int64 = 100
    var isAhead = false
    var publishers = 1
    var streamers = 1
    var loaders = 1
    var reconcilers = 0
    /// Messages that other people put into the topics, and gaps.
    var strays = 0
    var faults = SimFaults.none

    static let group = "sales-stream"

    init(_ random: inout SimRandom) {
        countries = ["US", "UK", "DE"].prefix(1 + random.below(3)).compactMap { CountryCode($0) }
        partitions = 1 + random.below(3)
        goal = 10 + random.below(random.chance(3_000) ? 200 : 60)
        interval = random.within(20...300)
        isAhead = random.chance(3_000)
        publishers = 1 + random.below(2)
        streamers = 1 + random.below(3)
        loaders = 1 + random.below(2)
        strays = random.chance(7_000) ? random.below(16) : 0
        faults = .drawn(&random)
        reconcilers = random.chance(3_000) ? 1 : 0
    }

    /// Makes the world what this seed wants it to be.
    func furnish(_ state: inout SimState) {
        var random = state.random
        state.log.fencesPartitions = random.chance(3_000)
        state.log.isEager = random.chance(5_000)
        state.log.leavesGaps = random.chance(6_000)
        state.log.largestBatch = random.pick([Int.max, 1, 4, 20]) ?? .max
        // What is under way when the caller gives up, and what a slow network holds back.
        let latest = max(faults.latestEffect, faults.longestDelay) + 5_000_000
        state.store.guarantees = StoreGuarantees(
            conditionalDelete: true, conditionalCopy: random.chance(5_000), latestEffect: .microseconds(latest))
        state.store.namesContents = random.chance(5_000)
        state.store.page = random.pick([1000, 1000, 2, 5]) ?? 1000
        state.table.maximumBatch = 2 + random.below(24)
        state.table.putOff = random.pick([0, 0, 300, 2_000]) ?? 0
        for country in countries { _ = state.create(topic: Names.topic(country), partitions: partitions) }
        for number in 0..<strays {
            let country = countries[random.below(countries.count)]
            let place = TopicPartition(Names.topic(country), random.below(partitions))
            let kind = random.below(Self.strayKinds)
            state.timeline.add(at: random.within(0...faults.until)) { Self.stray(number, kind, country, place, &$0) }
        }
        state.random = random
    }

    private static let strayKinds = 7

    /// A message that no publisher of ours has made. The key of a bad one begins with an exclamation mark.
    private static func stray(_ number: Int, _ kind: Int, _ country: CountryCode, _ place: TopicPartition, _ state: inout SimState) {
        let sale = SimSale(identity: "stray-\(number)", country: country, number: number).message
        let value: [UInt8]?
        switch kind {
        case 0: value = sale
        case 1: value = nil
        case 2: value = []
        case 3: value = Array(sale.dropLast(5))
        case 4: value = Array("not JSON at all".utf8)
        case 5: value = sale.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "e") : $0 }
        default:
            state.note(-1, .process, .changed, "a gap in \(place)")
            return state.leaveGap(place, of: 1 + Int64(number % 3))
        }
        let key = Array((kind == 0 ? "stray-\(number)" : "!\(number)").utf8)
        let keyEnd = key.count
        let offset = state.log[place]?.end ?? -1
        state.note(-1, .process, .changed, "a stray message of kind \(kind) in \(place) at offset \(offset)")
        state.append([
            OutgoingBatch(
                partition: place, bytes: key + (value ?? []),
                entries: [.init(key: 0..<keyEnd, value: value.map { keyEnd..<keyEnd + $0.count })])
        ])
    }
}
