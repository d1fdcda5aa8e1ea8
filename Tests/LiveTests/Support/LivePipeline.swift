internal import Foundation
internal import KafkaCluster
internal import ProgramSupport
internal import Testing

/// The program, called in a folder of one test's own, on topics and a group of its own.
struct LivePipeline: Sendable {
    let sales: Sales
    let brokers: String
    /// Another client's way to the same brokers.
    let client: KafkaClient
    let countries: [String]
    let group: String
    /// Properties of librdkafka for each call, as `name=value`.
    var kafka: [String] = []
    var environment: [String: String] = [:]

    /// On the brokers that all tests share.
    static func shared(countries: Int = 1, partitions: Int = 1, kafka: [String] = [], environment: [String: String] = [:]) async throws
        -> LivePipeline
    {
        let brokers = try await SharedKafka.bootstrap()
        return try await LivePipeline(
            brokers, plain: brokers, countries: countries, partitions: partitions, kafka: kafka, environment: environment, isShared: true)
    }

    /// Prepares topics by `sales setup`.
    ///
    /// - Parameters:
    ///   - brokers: where the program looks for them.
    ///   - plain: where others do, in plain text.
    ///   - partitions: of each topic; 0 leaves topics to the test.
    init(
        _ brokers: String, plain: String, countries count: Int = 1, partitions: Int = 1, kafka: [String] = [],
        environment: [String: String] = [:], isShared: Bool = false
    ) async throws {
        sales = try Sales()
        self.brokers = brokers
        self.kafka = kafka
        client = KafkaClient(brokers: plain)
        countries = try (0..<count).map { _ in try CountryCodes.next(shared: isShared) }
        group = "live-\(UUID().uuidString.lowercased().prefix(8))"
        self.environment = [
            "SALES_BROKER": "kafka://\(brokers)", "SALES_GROUP": group, "SALES_COUNTRIES": countries.joined(separator: ","),
            "SALES_CATALOG": "catalog.yaml",
        ].merging(environment) { $1 }
        let catalog = countries.map { "  - code: \($0)\n    currency: EUR\n    offset: +01:00\n    summer-time: eu\n" }
        try sales.folder.write("catalog.yaml", "countries:\n" + catalog.joined())
        if isShared, TestTools.brokers != nil {
            for country in countries {
                for topic in ["\(country)_topic", "\(country)_topic.dlq"] { try await client.call("drop", topic) }
            }
        }
        if partitions > 0 { try await run("setup", "--partitions", "\(partitions)", "-q") }
    }

    /// The topic of the first country.
    var topic: String { "\(countries[0])_topic" }

    private func arguments(_ command: [String]) -> [String] { command + kafka.flatMap { ["--kafka", $0] } }

    /// Calls the program, which is to leave with this status before a long while is over.
    @discardableResult func run(
        _ command: String..., status: Int32 = 0, within limit: Duration = .seconds(180), location: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        let program = try start(command)
        let ending = await program.ending(within: limit)
        let outcome = Outcome(ending: ending, output: program.standardOutput, errors: program.standardError)
        #expect(
            ending == .exit(status), "sales \(command.joined(separator: " ")): \(ending)\n\(outcome.errors)\(outcome.output)",
            sourceLocation: location)
        return outcome
    }

    /// Calls the program, which is to leave with this status and these words, soon: no failure that lasts may be waited out.
    func refused(
        _ command: String..., status: Int32, saying words: String..., within limit: Duration = .seconds(60),
        location: SourceLocation = #_sourceLocation
    ) async throws {
        let program = try start(command)
        let ending = await program.ending(within: limit)
        let errors = program.standardError
        #expect(
            ending == .exit(status), "sales \(command.joined(separator: " ")): \(ending)\n\(errors)", sourceLocation: location)
        for word in words { #expect(errors.contains(word), "\"\(word)\" is not in: \(errors)", sourceLocation: location) }
    }

    /// Starts the program without waiting for it.
    func start(_ command: String...) throws -> RunningProgram { try start(command) }

    /// Starts the program without waiting for it.
    func start(_ command: [String]) throws -> RunningProgram { try sales.start(arguments(command), environment: environment) }

    /// Asks a program to stop, which is to leave cleanly.
    func stop(_ programs: RunningProgram..., location: SourceLocation = #_sourceLocation) async {
        for program in programs { program.send(SIGTERM) }
        for program in programs {
            let ending = await program.ending(within: .seconds(90))
            #expect(ending == .exit(143), "\(ending): \(program.standardError)", sourceLocation: location)
        }
    }

    /// Waits until so many more files are there.
    func awaitFiles(_ more: Int, _ comment: Comment, location: SourceLocation = #_sourceLocation) async throws {
        let before = sales.landedFiles
        let came = await eventually { sales.landedFiles >= before + more }
        try #require(came, "\(comment): \(sales.landedFiles - before) of \(more) files came", sourceLocation: location)
    }

    /// Brings home what is in flight and compares all places; records what is wrong, and keeps the files then.
    ///
    /// - Parameter topics: whether the independent check looks at the topics too.
    func judge(expect perCountry: Int? = nil, topics: Bool = true, location: SourceLocation = #_sourceLocation) async throws {
        let problems = try await judged(expect: perCountry, topics: topics)
        if !problems.isEmpty {
            Issue.record("\(problems.joined(separator: "\n"))\n\(sales.keep())", sourceLocation: location)
        }
    }

    /// Brings home what is in flight and compares all places; what is wrong.
    func judged(expect perCountry: Int?, topics: Bool = true) async throws -> [String] {
        var judge = Judge(check: TestTools.check)
        judge.environment = environment
        judge.kafka = kafka
        if PythonTools.missing == nil {
            judge.python = PythonTools.interpreter
            if topics { judge.broker = "kafka://\(client.brokers)" }
        }
        return try await judge.problems(sales, countries: countries, perCountry: perCountry)
    }
}
