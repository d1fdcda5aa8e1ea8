/// A command line taken apart: which command, which flags with which texts, what else.
struct ScannedArguments {
    struct Flag {
        let setting: SettingDeclaration
        /// As it stood there: `--rows`, `-q`.
        let spelled: String
        let text: String
    }

    let command: Command
    let flags: [Flag]
    let positionals: [String]
}

/// Takes a command line apart. Flags may stand before and after the command; `--` ends them.
struct ArgumentScanner {
    private let tool: CommandLineTool
    private var command: Command?
    private var flags: [ScannedArguments.Flag] = []
    private var positionals: [String] = []

    init(tool: CommandLineTool) {
        self.tool = tool
    }

    consuming func scan(_ arguments: [String]) throws(SettingsError) -> ScannedArguments {
        var rest = arguments[...]
        var areFlagsOver = false
        while let argument = rest.popFirst() {
            if !areFlagsOver, argument == "--" {
                areFlagsOver = true
            } else if !areFlagsOver, argument.hasPrefix("--") {
                try takeLong(argument, &rest)
            } else if !areFlagsOver, argument.hasPrefix("-"), let second = argument.dropFirst().first, !second.isNumber {
                try takeShort(argument)
            } else if command == nil {
                guard let known = tool.command(argument) else { throw tool.unknownCommand(argument) }
                command = known
            } else {
                positionals.append(argument)
            }
        }
        guard let command else {
            throw SettingsError(
                status: .usage, message: "\(tool.name): which command?\n\n" + String(HelpText(tool).overview().dropLast()))
        }
        try check(command)
        return ScannedArguments(command: command, flags: flags, positionals: positionals)
    }

    private mutating func takeLong(_ argument: String, _ rest: inout ArraySlice<String>) throws(SettingsError) {
        let halves = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = halves.first.map(String.init) ?? ""
        let given = halves.count == 2 ? String(halves[1]) : nil
        let spelled = "--\(name)"
        guard let flag = tool.catalog.flags[name] else { throw unknown(name) }
        if flag.setting.isSecret { throw secret(flag.setting.name, spelled) }
        if flag.setting.shape == .flag {
            if flag.isNegation, given != nil { throw error("\(spelled) takes no value") }
            return flags.append(.init(setting: flag.setting, spelled: spelled, text: flag.isNegation ? "false" : given ?? "true"))
        }
        guard let text = given ?? rest.first else { throw error("\(spelled) needs a value: \(spelled) \(flag.setting.placeholder)") }
        if given == nil {
            guard !text.hasPrefix("--") else {
                throw error(
                    "\(spelled) needs a value, and \(quoted(text)) looks like a flag; a value that begins so is written \(spelled)=VALUE")
            }
            rest.removeFirst()
        }
        flags.append(.init(setting: flag.setting, spelled: spelled, text: text))
    }

    private mutating func takeShort(_ argument: String) throws(SettingsError) {
        for letter in argument.dropFirst() {
            guard let setting = tool.catalog.shorts[letter], setting.shape == .flag else {
                let name = String(argument.dropFirst().prefix { $0 != "=" })
                let hint = tool.catalog.flags[name] != nil ? "; did you mean --\(name)?" : ""
                throw error("there is no flag \(quoted(argument))\(hint)")
            }
            flags.append(.init(setting: setting, spelled: "-\(letter)", text: "true"))
        }
    }

    private func check(_ command: Command) throws(SettingsError) {
        let taken = Set(tool.settings(of: command).map(\.name))
        for flag in flags where !taken.contains(flag.setting.name) {
            let takers = tool.commands.filter { command in command.groups.contains { $0.settings.contains { $0.name == flag.setting.name } }
            }
            throw error("\(flag.spelled) is not for \(command.name); it is for \(takers.map(\.name).joined(separator: ", "))")
        }
        if positionals.count > command.positionals.count {
            let surplus = positionals[command.positionals.count]
            let flag = NearestName.of(surplus, in: SettingCatalog.flagNames(tool.settings(of: command)))
            throw error("what is \(quoted(surplus)) for?" + (flag.map { " Did you mean --\($0)?" } ?? ""))
        }
        for (index, positional) in command.positionals.enumerated() {
            guard index < positionals.count else {
                if positional.isRequired { throw error("\(positional.name) is missing") }
                return
            }
            if !positional.choices.isEmpty, !positional.choices.contains(positionals[index]) {
                let list = positional.choices.joined(separator: ", ")
                throw error(
                    "\(positional.name) must be one of \(list), not \(quoted(positionals[index]))"
                        + NearestName.hint(positionals[index], in: positional.choices))
            }
        }
    }

    private func error(_ message: String) -> SettingsError { tool.usage(command?.name, message) }

    private func unknown(_ name: String) -> SettingsError {
        let known = command.map { tool.settings(of: $0) } ?? tool.catalog.settings
        return error("there is no flag \(quoted("--" + name))\(NearestName.hint(name, in: SettingCatalog.flagNames(known), prefix: "--"))")
    }

    private func secret(_ name: String, _ spelled: String) -> SettingsError {
        let variable = tool.catalog.byName[name]?.variable(prefix: tool.environmentPrefix) ?? ""
        return error(
            "\(spelled) is a secret, which every user of the machine could read in the list of processes; give it as \(variable) in the "
                + "environment, as \(name): in a file that only you can read, or name a command that prints it with --\(name)-command")
    }
}
