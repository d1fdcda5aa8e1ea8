/// Words an error after where the value came from, with the exit status that goes with it.
struct Blame: Sendable {
    let tool: String
    let command: String

    /// What a sentence about a setting begins with.
    func subject(_ origin: Origin, _ name: String) -> String {
        switch origin {
        case .flag(let spelled): spelled
        case .environment(let variable): "\(variable) in the environment"
        case .file, .command: name
        case .fallback, .unset: "--\(name)"
        }
    }

    func error(_ setting: SettingDeclaration, _ error: ValueError, _ given: GivenText) -> SettingsError {
        let isSecret = setting.isSecret || (pair(given.text).map { setting.isSecretPair($0.name) } ?? false)
        let shown = error.showsText && !isSecret ? ", not \(quoted(given.text))" : ""
        let hint = setting.choices.isEmpty || isSecret || setting.shape == .flag ? "" : NearestName.hint(given.text, in: setting.choices)
        return self.error(given.origin, setting.name, error.predicate + shown + hint)
    }

    func error(_ origin: Origin, _ name: String, _ predicate: String) -> SettingsError {
        let sentence = "\(subject(origin, name)) \(predicate)"
        switch origin {
        case .flag, .fallback, .unset:
            return SettingsError(status: .usage, message: "\(tool) \(command): \(sentence)\nTry \"\(tool) \(command) --help\".")
        case .environment, .command:
            return SettingsError(status: .configuration, message: "\(tool): \(sentence)")
        case .file(let path, let line, let column):
            return SettingsError(status: .configuration, message: "\(path):\(line):\(column): \(sentence)")
        }
    }
}
