internal import FaultSimulator

/// `simulate`: runs seeds, and shows how to replay the first that fails.
struct SimulateCommand {
    static let usage = """
        simulate [--seeds FROM..<TO | --count N] [--keep-going] [--seed S [--trace]] [--variant NAME]
          --seeds FROM..<TO  these seeds; --count N is --seeds 0..<N (default: 1000)
          --seed S           one seed; --trace prints every event of it
          --keep-going       go on behind a seed that fails
          --variant NAME     \(SimVariant.allCases.map(\.rawValue).joined(separator: ", "))
        Exit status: 0 all is well, 1 a seed has failed, 64 wrong use.
        """

    struct WrongUse: Error, CustomStringConvertible {
        let description: String
    }

    private var seeds: Range<UInt64> = 0..<1000
    private var isTraced = false
    private var keepsGoing = false
    private var variant = SimVariant.sound

    init(arguments: [String]) throws(WrongUse) {
        var rest = arguments[...]
        func number(_ text: Substring, for flag: String) throws(WrongUse) -> UInt64 {
            guard let number = UInt64(text) else { throw WrongUse(description: "\(flag) wants a number, not \"\(text)\"") }
            return number
        }
        while let flag = rest.popFirst() {
            if flag == "--trace" {
                isTraced = true
                continue
            }
            if flag == "--keep-going" {
                keepsGoing = true
                continue
            }
            guard let value = rest.popFirst() else { throw WrongUse(description: "\(flag) is no flag or wants a value") }
            switch flag {
            case "--seed":
                let seed = try number(value[...], for: flag)
                guard seed < .max else { throw WrongUse(description: "--seed is too large") }
                seeds = seed..<seed + 1
            case "--count": seeds = 0..<(try number(value[...], for: flag))
            case "--seeds":
                let parts = value.split(separator: ".", omittingEmptySubsequences: false)
                guard parts.count == 3, parts[1].isEmpty, parts[2].first == "<" else {
                    throw WrongUse(description: "--seeds wants FROM..<TO, not \"\(value)\"")
                }
                let (from, to) = (try number(parts[0], for: flag), try number(parts[2].dropFirst(), for: flag))
                guard from <= to else { throw WrongUse(description: "--seeds wants FROM not to lie behind TO") }
                seeds = from..<to
            case "--variant":
                guard let named = SimVariant(rawValue: value) else { throw WrongUse(description: "there is no variant \"\(value)\"") }
                variant = named
            default: throw WrongUse(description: "\(flag) is no flag")
            }
        }
        if isTraced, seeds.count != 1 { throw WrongUse(description: "--trace wants --seed") }
    }

    func run() -> Int32 {
        var (events, files, rows, processes, seconds) = (0, 0, 0, 0, 0)
        var failed = 0
        for (index, seed) in seeds.enumerated() {
            let report = Simulation.run(seed: seed, variant: variant, traced: isTraced)
            for line in report.trace { print(line) }
            if !report.violations.isEmpty {
                print("seed \(seed) fails after \(report.seconds) s of virtual time and \(report.events) events:")
                for violation in report.violations { print("  \(violation)") }
                let named = variant == .sound ? "" : " --variant \(variant.rawValue)"
                if !isTraced { print("replay: swift run -c release simulate --seed \(seed)\(named) --trace") }
                failed += 1
                if keepsGoing { continue }
                return 1
            }
            events += report.events
            files += report.files
            rows += report.rows
            processes += report.processes
            seconds += report.seconds
            if seeds.count == 1 { print("checksum \(String(report.checksum, radix: 16))") }
            if (index + 1) % 500 == 0 { print("\(index + 1) seeds") }
        }
        if failed > 0 {
            print("\(failed) of \(seeds.count) seeds have failed")
            return 1
        }
        print(
            "\(seeds.count) seeds: \(rows) sales in \(files) files by \(processes) processes, \(events) events, \(seconds) s of virtual time: all is well"
        )
        return 0
    }
}
