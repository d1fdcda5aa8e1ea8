internal import Foundation
internal import ProgramSupport
internal import Testing

/// The promise that nothing is lost and nothing doubled, whoever is killed when.
///
/// The pauses between the blows are drawn from the seed; everything else waits for what it needs.
/// `KILL_SEED` repeats a seed (the same blows in the same order; what they hit depends on the machine), `KILLS` says how many.
@Suite(.serialized) struct KillTests {
    private static let environment = ProcessInfo.processInfo.environment

    @Test("Publisher, streamers and loaders killed at random moments lose nothing and double nothing", .timeLimit(.minutes(30)))
    func killed() async throws {
        let seed = Self.environment["KILL_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999)
        let kills = Self.environment["KILLS"].flatMap { Int($0) } ?? 50
        let sales = try Sales()
        let fleet = Fleet(
            sales, [.publisher(["--partitions", "2"]), .streamer(1), .streamer(2), .loader(1), .loader(2)], seed: seed)
        let began = ContinuousClock.now
        let battle = try await fleet.battle(kills: kills)
        var problems = battle.problems
        problems += try await Self.judge(sales, perCountry: battle.goal)
        print("kill test: seed \(seed), \(battle.summary), \(battle.goal) sales a country, \(began.duration(to: .now))")
        if !problems.isEmpty {
            Issue.record("KILL_SEED=\(seed) KILLS=\(kills): \(problems.joined(separator: "\n"))\n\(sales.keep())")
        }
    }

    @Test("A run that goes on for ever is killed five times, goes on each time, and stops cleanly", .timeLimit(.minutes(5)))
    func continuous() async throws {
        let seed = Self.environment["KILL_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999)
        var chance = Chance(seed: seed)
        let sales = try Sales()
        let call = ["run", "--continuous", "--rate", "1000", "--rows", "500", "--seconds", "1s", "-q"]
        var problems: [String] = []
        for _ in 1...5 {
            let program = try sales.start(call)
            try await Task.sleep(for: .milliseconds(Int.random(in: 500...4000, using: &chance)))
            if !program.send(SIGKILL) { problems.append("left by itself: \(program.standardError)") }
            _ = await program.ending()
        }
        let program = try sales.start(call)
        try await Task.sleep(for: .milliseconds(Int.random(in: 1000...3000, using: &chance)))
        let asked = ContinuousClock.now
        program.send(SIGTERM)
        let ending = await program.ending()
        if ending != .exit(143) { problems.append("SIGTERM ended it with \(ending): \(program.standardError)") }
        if asked.duration(to: .now) > .seconds(26) { problems.append("it took \(asked.duration(to: .now)) to stop") }
        problems += try await Self.judge(sales, perCountry: nil)
        print("kill test: seed \(seed), sales run killed five times")
        if !problems.isEmpty { Issue.record("KILL_SEED=\(seed): \(problems.joined(separator: "\n"))\n\(sales.keep())") }
    }

    @Test("Publishing a file is killed again and again, and each of its sales is published once", .timeLimit(.minutes(5)))
    func input() async throws {
        let seed = Self.environment["KILL_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999)
        var chance = Chance(seed: seed)
        let sales = try Sales()
        try await sales.run("generate", "--count", "60000", "--output", "mine", "--countries", "US,UK")
        try await sales.run("generate", "--count", "60000", "--output", "mine", "--country", "DE", "--format", "json")
        var (kills, problems) = (0, [String]())
        for file in ["mine/US.csv", "mine/UK.csv", "mine/DE.jsonl"] {
            for attempt in 1... {
                let program = try sales.start(["publish", "--input", file, "-q"])
                // The tenth attempt is left in peace.
                if attempt < 10 {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...60 * attempt, using: &chance)))
                    if program.send(SIGKILL) { kills += 1 }
                }
                let ending = await program.ending()
                if ending == .exit(0) { break }
                if ending != .signal(SIGKILL) { problems.append("\(file): \(ending) \(program.standardError)") }
                if attempt == 10 { break }
            }
        }
        problems += try await Self.judge(sales, countries: "US,UK,DE", perCountry: 60_000)
        print("kill test: seed \(seed), publish --input killed \(kills) times")
        if !problems.isEmpty { Issue.record("KILL_SEED=\(seed): \(problems.joined(separator: "\n"))\n\(sales.keep())") }
    }

    private static func judge(_ sales: Sales, countries: String = "US,UK,DE,FR,IT", perCountry: Int?) async throws -> [String] {
        try await Judge().problems(sales, countries: countries.split(separator: ",").map(String.init), perCountry: perCountry)
    }
}
