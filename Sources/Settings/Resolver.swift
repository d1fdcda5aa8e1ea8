/// Puts flags, environment, file and defaults together: of each setting the first source that gives it counts.
struct Resolver {
    private let tool: CommandLineTool
    private let command: Command
    private let blame: Blame
    private var flags: [String: [GivenText]] = [:]
    private var environment: [String: [GivenText]] = [:]
    private var file: [String: [GivenText]] = [:]
    private var isFilePrivate = true
    private var foundFile: String?
    private(set) var warnings: [String] = []

    init(tool: CommandLineTool, command: Command) {
        self.tool = tool
        self.command = command
        blame = Blame(tool: tool.name, command: command.name)
    }

    mutating func take(flags given: [ScannedArguments.Flag]) {
        for flag in given {
            let texts = flag.setting.shape == .list ? splitList(flag.text) : [flag.text]
            flags[flag.setting.name, default: []] += texts.map { GivenText(text: $0, origin: .flag(flag.spelled)) }
        }
    }

    /// An empty variable is one that is not set.
    mutating func take(environment variables: [String: String]) {
        for (variable, text) in variables.sorted(by: { $0.key < $1.key }) where variable.hasPrefix(tool.environmentPrefix) {
            guard let setting = tool.catalog.byVariable[variable] else {
                let known = tool.catalog.settings.map { $0.variable(prefix: tool.environmentPrefix) }
                let alias = tool.catalog.settings.first { $0.aliasVariable(prefix: tool.environmentPrefix) == variable }
                let meant = alias?.variable(prefix: tool.environmentPrefix) ?? NearestName.of(variable, in: known)
                let hint = meant.map { "; did you mean \($0)?" } ?? ""
                warnings.append("\(variable) in the environment is no setting of \(tool.name)\(hint)")
                continue
            }
            guard !text.isEmpty else { continue }
            let texts =
                switch setting.shape {
                case .list: splitList(text)
                case .pairs: text.split { $0 == ";" || $0.isNewline }.map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
                case .single, .flag: [text]
                }
            environment[setting.name] = texts.map { GivenText(text: $0, origin: .environment(variable)) }
        }
    }

    mutating func takeFile(_ read: (String) -> ConfigurationFile.Content) throws(SettingsError) {
        let name = CommandLineTool.configFile.declaration.name
        if let named = flags[name]?.last ?? environment[name]?.last {
            guard try take(path: named.text, read) else {
                throw SettingsError(
                    status: .configuration, message: "\(named.text): there is no such file; \(blame.subject(named.origin, name)) names it")
            }
            return
        }
        for path in tool.configFiles where try take(path: path, read) {
            foundFile = path
            return
        }
    }

    private mutating func take(path: String, _ read: (String) -> ConfigurationFile.Content) throws(SettingsError) -> Bool {
        switch read(path) {
        case .missing: return false
        case .failed(let reason): throw SettingsError(status: .configuration, message: "\(path): cannot be read: \(reason)")
        case .bytes(let bytes, let isPrivate):
            file = try ConfigurationFile.texts(bytes, file: path, catalog: tool.catalog)
            isFilePrivate = isPrivate
            return true
        }
    }

    func resolve() throws(SettingsError) -> ResolvedSettings {
        var entries: [String: ResolvedSettings.Entry] = [:]
        for setting in tool.catalog.settings {
            let texts = texts(for: setting)
            try checkSecrets(setting, texts)
            guard !texts.isEmpty else { continue }
            do throws(ValueError) {
                let (value, shown) = try setting.parse(texts.map(\.text))
                entries[setting.name] = .init(
                    value: value, shown: shown, origin: texts.last?.origin ?? .unset, pairOrigins: pairOrigins(setting, texts))
            } catch {
                let culprit = texts[min(error.index, texts.count - 1)]
                throw blame.error(setting, maskingSecrets(error, of: setting, culprit, texts), culprit)
            }
        }
        if let foundFile {
            let name = CommandLineTool.configFile.declaration.name
            entries[name] = .init(value: Optional(foundFile), shown: .text(foundFile), origin: .fallback, pairOrigins: [:])
        }
        try takeSecretsFromCommands(&entries)
        return ResolvedSettings(blame: blame, declarations: tool.catalog.settings, entries: entries)
    }

    /// What cannot be read beside a secret in one variable may be the rest of it, cut off at a semicolon.
    private func maskingSecrets(
        _ error: ValueError, of setting: SettingDeclaration, _ culprit: GivenText, _ texts: [GivenText]
    ) -> ValueError {
        guard setting.shape == .pairs, case .environment = culprit.origin,
            texts.contains(where: { $0.origin == culprit.origin && (pair($0.text).map { setting.isSecretPair($0.name) } ?? false) })
        else { return error }
        return ValueError(
            "must be pairs of NAME=VALUE that are known, with semicolons or line feeds between them; the wrong one is not repeated, because "
                + "it may be the rest of a secret that holds a semicolon: such a secret cannot stand here", showsText: false)
    }

    private func texts(for setting: SettingDeclaration) -> [GivenText] {
        let sources = [flags[setting.name], environment[setting.name], file[setting.name]].compactMap { $0 }.filter { !$0.isEmpty }
        switch setting.shape {
        case .pairs: return sources.reversed().flatMap { $0 }
        case .list: return sources.first ?? []
        case .single, .flag: return sources.first?.suffix(1) ?? []
        }
    }

    private func pairOrigins(_ setting: SettingDeclaration, _ texts: [GivenText]) -> [String: Origin] {
        guard setting.shape == .pairs else { return [:] }
        var origins: [String: Origin] = [:]
        for text in texts {
            if let pair = pair(text.text) { origins[pair.name] = text.origin }
        }
        return origins
    }

    private func checkSecrets(_ setting: SettingDeclaration, _ texts: [GivenText]) throws(SettingsError) {
        for text in texts {
            let name = setting.shape == .pairs ? pair(text.text)?.name : nil
            guard setting.isSecret || name.map(setting.isSecretPair) == true else { continue }
            let shown = name ?? setting.name
            switch text.origin {
            case .flag(let spelled):
                throw tool.usage(
                    command.name,
                    "\(spelled) \(shown) is a secret, which every user of the machine could read in the list of processes; give it "
                        + otherWays(setting, shown))
            case .file(let path, let line, let column) where !isFilePrivate:
                throw SettingsError(
                    status: .configuration,
                    message: "\(path):\(line):\(column): \(shown) is a secret, and others may read or change this file; chmod 600 \(path)")
            default: break
            }
        }
    }

    /// How a secret pair is given, if not as a flag.
    private func otherWays(_ setting: SettingDeclaration, _ pair: String) -> String {
        let variable = setting.variable(prefix: tool.environmentPrefix)
        guard let name = setting.standIn(pair), let standIn = tool.catalog.byName[name] else {
            return "in \(variable) in the environment, or below \(setting.name): in a file that only you can read"
        }
        return "as \(standIn.variable(prefix: tool.environmentPrefix)) or in \(variable) in the environment, as \(name): or below "
            + "\(setting.name): in a file that only you can read, or name a command that prints it with --\(name)-command"
    }

    private func takeSecretsFromCommands(_ entries: inout [String: ResolvedSettings.Entry]) throws(SettingsError) {
        let taken = Set(tool.settings(of: command).map(\.name))
        for setting in tool.catalog.settings where setting.isSecret && entries[setting.name] == nil {
            let name = setting.companion.declaration.name
            guard taken.contains(name), let companion = entries[name], case .text(let line) = companion.shown else { continue }
            if command.takesAllSettings {
                entries[setting.name] = .init(value: nil, shown: .text(""), origin: .command(name), pairOrigins: [:])
                continue
            }
            let given = GivenText(text: line, origin: companion.origin)
            do throws(ValueError) {
                let (value, shown) = try setting.parse([try SecretCommand.output(of: line)])
                entries[setting.name] = .init(value: value, shown: shown, origin: .command(name), pairOrigins: [:])
            } catch {
                throw blame.error(
                    setting.companion.declaration, ValueError("gave what cannot be used: it \(error.predicate)", showsText: false), given)
            }
        }
    }
}
