@testable import Settings

enum Pace: String, CaseIterable, Sendable {
    case max
    case real
}

/// A small program with a setting of every type.
enum Demo {
    static let rows = Setting("rows", .integer(1...10_000_000, unit: "rows"), default: 10_000, help: "Cut a file when it has so many rows")
    static let seconds = Setting(
        "seconds", .duration(.seconds(1) ... .seconds(86_400)), default: .seconds(45), help: "Cut a file when it is so old")
    static let drained = Setting(flag: "until-drained", help: "Flush what is there, then leave")
    static let group = Setting("group", .string(), default: "demo-stream", help: "Consumer group", placeholder: "NAME")
    static let count = Setting("count", .integer(1 ... .max), help: "So many more sales a country")
    static let rate = Setting(
        "rate", .decimal(0.001...1_000_000, unit: "a second"), default: DecimalNumber(10),
        help: "How often sales happen, all countries together")
    static let pace = Setting("pace", .choice(of: Pace.self), help: "How fast sales are sent", defaultText: "max when bounded, else real")
    static let start = Setting("start", .instant(), help: "When the stream begins")
    static let check = Setting(flag: "check", default: true, help: "Check what was written")
    static let data = Setting("data", .path(placeholder: "DIR"), default: "data", help: "Folder of all defaults")
    static let broker = Setting(
        "broker", address, defaultText: "sqlite:DATA/broker.db", derived: { "sqlite:\($0[data])/broker.db" },
        help: "Where messages are")
    static let countries = Setting(
        "countries", .list(of: country), help: "The countries to work on", alias: "country", defaultText: "all of the catalog")
    static let memory = Setting("memory", .bytes(64 << 20...1 << 40), default: 256 << 20, help: "Bound on memory")
    static let kafka = Setting(
        "kafka",
        .pairs(
            isSecret: { $0.contains("password") }, standIn: { $0 == "main.password" ? "password" : nil },
            check: { name, _ throws(ValueError) in
                if name.contains(" ") { throw ValueError("holds a space") }
            }), default: [:], help: "A setting of librdkafka's")
    static let password = Setting("password", .string(), help: "Password of the broker", isSecret: true)
    static let quiet = Setting(flag: "quiet", help: "Only warnings and errors", short: "q")
    static let verbose = Setting(flag: "verbose", help: "More", short: "v")

    static let address = SettingType<String>.string(placeholder: "ADDRESS") { text throws(ValueError) in
        guard text.hasPrefix("sqlite:") || text.hasPrefix("kafka://") else { throw ValueError("must begin with kafka:// or sqlite:") }
    }
    static let country = SettingType<String>.string(placeholder: "CODE") { text throws(ValueError) in
        guard text.utf8.count == 2, text.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw ValueError("must be codes of two capital letters")
        }
    }

    static let tool = CommandLineTool(
        name: "demo", version: "1.2.3", summary: "Moves sales from one place to another, each exactly once",
        common: [
            SettingGroup("Places", [broker, data, countries, kafka, password]),
            SettingGroup("Common", [memory, quiet, verbose, CommandLineTool.configFile]),
        ],
        commands: [
            Command(
                "publish", summary: "Make sales and send them to their topics",
                groups: [SettingGroup("What is sold", [count, rate, pace, start])]),
            Command(
                "stream", summary: "Cut topics into files",
                details: """
                    A file is cut when it has enough rows or is old enough, whatever comes first; a topic on
                    which nothing happens is cut too.

                        demo stream --rows 500 --until-drained

                    Killed at any moment, it goes on where it was.
                    """,
                groups: [SettingGroup("Cutting", [rows, seconds, drained, group, check])]),
            Command(
                "replay", summary: "Send a file again",
                positionals: [Positional("FILE"), Positional("MODE", isRequired: false, choices: ["dry", "wet"])]),
            Command("config", summary: "Print the settings in force", takesAllSettings: true),
        ],
        environmentPrefix: "DEMO_", configFiles: ["demo.yaml", "/etc/demo/demo.yaml"])

    static func call(
        _ line: String, _ environment: [String: String] = [:], file: String? = nil, isPrivate: Bool = true
    ) throws(SettingsError) -> CommandLineTool.ParsedCommand {
        try call(
            line.split(separator: " ").map(String.init), environment, files: file.map { ["demo.yaml": $0] } ?? [:], isPrivate: isPrivate)
    }

    static func call(
        _ arguments: [String], _ environment: [String: String] = [:], files: [String: String] = [:], isPrivate: Bool = true
    ) throws(SettingsError) -> CommandLineTool.ParsedCommand {
        let invocation = try tool.interpret(arguments: arguments, environment: environment) { path in
            files[path].map { .bytes(Array($0.utf8), isPrivate: isPrivate) } ?? .missing
        }
        switch invocation {
        case .run(let command): return command
        case .text(let text): throw SettingsError(status: .done, message: text)
        }
    }

    /// The exit status and the text of a call that does not come to run.
    static func answer(
        _ line: String, _ environment: [String: String] = [:], file: String? = nil, isPrivate: Bool = true
    ) -> String {
        do throws(SettingsError) {
            _ = try call(line, environment, file: file, isPrivate: isPrivate)
            return "it runs"
        } catch {
            return "\(error.status.rawValue) \(error.message)"
        }
    }
}
