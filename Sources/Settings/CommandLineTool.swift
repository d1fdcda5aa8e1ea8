/// A program with commands: reads the command line, the environment and the file, and writes help.
public struct CommandLineTool: Sendable {
    /// What the program is asked to do.
    public enum Invocation: Sendable {
        /// Print this on standard output and leave with 0: a help text, the version, a completion script.
        case text(String)
        /// Run a command.
        case run(ParsedCommand)
    }

    /// A command with all it needs.
    public struct ParsedCommand: Sendable {
        /// The command's name.
        public let name: String
        /// The value of every setting of the program, also of those that the command does not take.
        public let settings: ResolvedSettings
        /// The arguments that are no flags.
        public let positionals: [String]
        /// Sentences for standard error: variables of the environment that nobody knows.
        public let warnings: [String]
    }

    /// Names the file to read instead of those that are looked for. Give it to a group; it works by flag and variable only.
    public static let configFile = Setting<String?>(
        "config", .path(), help: "Read settings from this file")

    let name: String
    let version: String
    let summary: String
    let details: String
    let common: [SettingGroup]
    let commands: [Command]
    let environmentPrefix: String
    let configFiles: [String]
    let catalog: SettingCatalog

    /// A program.
    ///
    /// - Parameters:
    ///   - details: stands below the list of commands in the help of the whole.
    ///   - common: what every command takes.
    ///   - environmentPrefix: in capitals, with the underscore: `SALES_`.
    ///   - configFiles: the first of them that is there is read, unless `--config` names one.
    public init(
        name: String, version: String, summary: String, details: String = "", common: [SettingGroup], commands: [Command],
        environmentPrefix: String, configFiles: [String]
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.details = details
        self.common = common
        self.environmentPrefix = environmentPrefix
        self.configFiles = configFiles
        self.commands = commands
        catalog = SettingCatalog(commands.flatMap(\.groups) + common, prefix: environmentPrefix)
    }

    /// Makes sense of a call.
    ///
    /// - Parameters:
    ///   - arguments: without the program's own name.
    ///   - environment: all variables.
    ///   - readFile: gives the content of a file; ``ConfigurationFile/read(_:)`` unless a test says otherwise.
    public func interpret(
        arguments: [String], environment: [String: String],
        readFile: (String) -> ConfigurationFile.Content = ConfigurationFile.read
    ) throws(SettingsError) -> Invocation {
        if let text = try builtIn(arguments) { return .text(text) }
        let scanned = try ArgumentScanner(tool: self).scan(arguments)
        var resolver = Resolver(tool: self, command: scanned.command)
        resolver.take(flags: scanned.flags)
        resolver.take(environment: environment)
        try resolver.takeFile(readFile)
        return .run(
            ParsedCommand(
                name: scanned.command.name, settings: try resolver.resolve(), positionals: scanned.positionals,
                warnings: resolver.warnings))
    }

    /// The settings that a command takes, common ones included.
    func settings(of command: Command) -> [SettingDeclaration] {
        command.takesAllSettings ? catalog.settings : (command.groups + common).flatMap(\.settings)
    }

    func command(_ name: String) -> Command? { commands.first { $0.name == name } }

    var commandNames: [String] { commands.map(\.name) + ["help", "completion"] }

    func usage(_ command: String? = nil, _ message: String) -> SettingsError {
        let speaker = command.map { "\(name) \($0)" } ?? name
        return SettingsError(status: .usage, message: "\(speaker): \(message)\nTry \"\(speaker) --help\".")
    }

    func unknownCommand(_ typed: String) -> SettingsError {
        usage(nil, "there is no command \(quoted(typed))\(NearestName.hint(typed, in: commandNames))")
    }

    /// What is answered by the declarations alone: `--help` anywhere, `--version`, `help`, `completion`.
    private func builtIn(_ arguments: [String]) throws(SettingsError) -> String? {
        let flags = arguments.prefix { $0 != "--" }
        let words = flags.filter { !$0.hasPrefix("-") }
        if flags.contains("--help") || flags.contains("-h") {
            if let command = words.lazy.compactMap({ self.command($0) }).first { return HelpText(self).command(command) }
            if let first = flags.first, !first.hasPrefix("-"), !commandNames.contains(first) { throw unknownCommand(first) }
            return HelpText(self).overview()
        }
        if flags.contains("--version") { return "\(name) \(version)\n" }
        switch flags.first {
        case "help":
            guard let topic = flags.dropFirst().first else { return HelpText(self).overview() }
            guard flags.count == 2 else { throw usage(nil, "help takes one command") }
            if let command = command(topic) { return HelpText(self).command(command) }
            if commandNames.contains(topic) { return HelpText(self).overview() }
            throw unknownCommand(topic)
        case "completion":
            guard flags.count == 2, let shell = flags.last.flatMap(Shell.init(rawValue:)) else {
                throw usage(nil, "completion takes the name of a shell: bash, zsh or fish")
            }
            return CompletionScript(self).script(for: shell)
        default: return nil
        }
    }
}
