package import Foundation

/// The end of every test of the whole pipeline: what is in flight is brought home, and all places are compared, by the program itself and by
/// an independent check that shares no code with it.
package struct Judge: Sendable {
    /// Checks a pipeline without the code of `sales`; nil where there is none.
    package var check: URL?
    /// The Python that the check runs with.
    package var python = URL(filePath: "/usr/bin/env")
    /// `kafka://...` where the topics are to be checked too.
    package var broker: String?
    package var environment: [String: String] = [:]
    /// Properties of librdkafka for each call, as `name=value`.
    package var kafka: [String] = []

    package init(check: URL? = ProcessInfo.processInfo.environment["TEST_TOOLS"].map { URL(filePath: "\($0)/check/verify.py") }) {
        self.check = check.flatMap { FileManager.default.fileExists(atPath: $0.path(percentEncoded: false)) ? $0 : nil }
    }

    private struct Reconciled: Decodable {
        struct Counts: Decodable {
            let published: Int
            let loaded: Int
            let deadLetters: Int
        }
        let verdict: String
        let countries: [String: Counts]
    }

    /// Drains and loads what is there and compares all places; what is wrong.
    ///
    /// - Parameters:
    ///   - perCountry: sales that each country must have; nil for some.
    package func problems(_ sales: Sales, countries: [String], perCountry: Int?) async throws -> [String] {
        var problems: [String] = []
        let list = countries.joined(separator: ",")
        let properties = kafka.flatMap { ["--kafka", $0] }
        for call in [["stream", "--until-drained", "--countries", list, "-q"] + properties, ["load", "--countries", list, "-q"]] {
            let outcome = try await sales.run(call, environment: environment)
            if outcome.ending != .exit(0) { problems.append("sales \(call[0]) left with \(outcome.ending): \(outcome.errors)") }
        }
        let outcome = try await sales.run(
            ["reconcile", "--drained", "--table-check", "scan", "--countries", list, "--json"] + properties,
            environment: environment)
        let report = try? JSONDecoder().decode(Reconciled.self, from: Data(outcome.output.utf8))
        if outcome.ending != .exit(0) || report?.verdict != "equal" {
            problems.append("reconcile: \(outcome.ending) \(outcome.errors)\(outcome.output)")
        }
        for (country, counts) in report?.countries ?? [:] {
            if let perCountry, counts.published != perCountry {
                problems.append("\(country): published \(counts.published), not \(perCountry)")
            }
            if counts.published == 0 { problems.append("\(country): nothing was published") }
            if counts.loaded + counts.deadLetters != counts.published {
                problems.append("\(country): loaded \(counts.loaded) of \(counts.published)")
            }
        }
        return try await problems + verify(sales, list, perCountry)
    }

    /// Asks the independent check, where there is one.
    private func verify(_ sales: Sales, _ countries: String, _ perCountry: Int?) async throws -> [String] {
        guard let check else {
            print("NOT judged by the independent check: TEST_TOOLS names no folder that holds check/verify.py")
            return []
        }
        var arguments = python.lastPathComponent == "env" ? ["python3"] : []
        arguments += [
            check.path(percentEncoded: false), "--store", "file:data/raw-data-store-de-project-1", "--table",
            "sqlite:data/stage.sales.db", "--loaded", "--countries", countries,
        ]
        if let broker { arguments += ["--broker", broker] }
        if let perCountry { arguments += ["--expect", "\(perCountry)"] }
        let program = try sales.start(arguments, binary: python)
        let ending = await program.ending()
        return ending == .exit(0) ? [] : ["verify.py: \(ending) \(program.standardOutput)\(program.standardError)"]
    }
}
