/// A setting, declared once: its flag, environment variable, key in the file, check, default and help text all come
/// from here, and its value is asked for by it: `settings[rows]`.
///
/// `Value` is what a reader gets; a setting without a default is of an optional.
public struct Setting<Value: Sendable>: AnySetting {
    /// What the rest of the module knows of it.
    public let declaration: SettingDeclaration
    let fallback: @Sendable (ResolvedSettings) -> Value

    /// A setting with a default.
    ///
    /// - Parameters:
    ///   - name: in lower case with hyphens; the flag is `--name`, the key `name:`, the variable `SALES_NAME`.
    ///   - placeholder: what stands for the value in help, if not what the type says.
    ///   - alias: another name of the flag, for a list: one value each time, `--country US`.
    public init(
        _ name: String, _ type: SettingType<Value>, default value: Value, help: String, short: Character? = nil,
        placeholder: String? = nil, alias: String? = nil
    ) {
        let shown = type.show(value)
        declaration = SettingDeclaration(
            name, type, help: help, short: short, placeholder: placeholder, alias: alias,
            defaultText: shown.plain.isEmpty ? nil : shown.plain, isSecret: false,
            shownDefault: { _ in shown }, erase: { $0 })
        fallback = { _ in value }
    }

    /// A setting whose default depends on others.
    ///
    /// - Parameters:
    ///   - defaultText: the default as help describes it: `sqlite:DATA/broker.db`.
    ///   - derived: makes the default from settings that do not depend on this one.
    public init(
        _ name: String, _ type: SettingType<Value>, defaultText: String, derived: @escaping @Sendable (ResolvedSettings) -> Value,
        help: String, short: Character? = nil, placeholder: String? = nil, alias: String? = nil
    ) {
        declaration = SettingDeclaration(
            name, type, help: help, short: short, placeholder: placeholder, alias: alias, defaultText: defaultText, isSecret: false,
            shownDefault: { type.show(derived($0)) }, erase: { $0 })
        fallback = derived
    }

    /// A setting without a default.
    ///
    /// - Parameters:
    ///   - isSecret: refused as a flag, masked in `config`, taken from a file only if others cannot read that, and
    ///     with a companion `--name-command` whose output is the value.
    ///   - defaultText: what happens without it, for help: `all cores`.
    public init<Wrapped: Sendable>(
        _ name: String, _ type: SettingType<Wrapped>, help: String, short: Character? = nil, placeholder: String? = nil,
        alias: String? = nil, defaultText: String? = nil, isSecret: Bool = false
    ) where Value == Wrapped? {
        declaration = SettingDeclaration(
            name, type, help: help, short: short, placeholder: placeholder, alias: alias, defaultText: defaultText, isSecret: isSecret,
            shownDefault: { _ in nil }, erase: { Optional($0) })
        fallback = { _ in nil }
    }

    /// A setting that is true or false: `--name`, `--no-name`.
    public init(flag name: String, default value: Bool = false, help: String, short: Character? = nil) where Value == Bool {
        declaration = SettingDeclaration(
            name, .flag, help: help, short: short, placeholder: nil, alias: nil, defaultText: value ? "true" : nil, isSecret: false,
            shownDefault: { _ in .boolean(value) }, erase: { $0 })
        fallback = { _ in value }
    }
}

/// A setting of any type.
public protocol AnySetting: Sendable {
    /// What the rest of the module knows of it.
    var declaration: SettingDeclaration { get }
}

/// A setting without the type of its value.
public struct SettingDeclaration: Sendable {
    /// In lower case with hyphens: `until-drained`.
    public let name: String
    let shape: SettingShape
    let short: Character?
    let alias: String?
    let placeholder: String
    let help: String
    let bounds: String?
    let choices: [String]
    let defaultText: String?
    let isSecret: Bool
    let isPath: Bool
    let isSecretPair: @Sendable (String) -> Bool
    let standIn: @Sendable (String) -> String?
    let parse: @Sendable ([String]) throws(ValueError) -> (value: any Sendable, shown: ShownValue)
    let shownDefault: @Sendable (ResolvedSettings) -> ShownValue?

    init<Parsed: Sendable, Value: Sendable>(
        _ name: String, _ type: SettingType<Parsed>, help: String, short: Character?, placeholder: String?, alias: String?,
        defaultText: String?, isSecret: Bool, shownDefault: @escaping @Sendable (ResolvedSettings) -> ShownValue?,
        erase: @escaping @Sendable (Parsed) -> Value
    ) {
        self.name = name
        self.short = short
        self.alias = alias
        self.placeholder = placeholder ?? type.placeholder
        self.help = help
        self.defaultText = defaultText
        self.isSecret = isSecret
        self.shownDefault = shownDefault
        bounds = type.bounds
        choices = type.choices
        isPath = type.isPath
        isSecretPair = type.isSecretPair
        standIn = type.standIn
        shape = type.shape
        parse = { (texts) throws(ValueError) in
            let value = try type.parse(texts)
            return (erase(value), type.show(value))
        }
    }

    /// The name as an environment variable has it: `SALES_UNTIL_DRAINED`.
    func variable(prefix: String) -> String { Self.variable(name, prefix) }

    /// What a variable of the alias would be called: there is none, but one may look for it.
    func aliasVariable(prefix: String) -> String? { alias.map { Self.variable($0, prefix) } }

    private static func variable(_ name: String, _ prefix: String) -> String {
        prefix + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// The setting whose value is a command that prints a secret.
    var companion: Setting<String?> {
        Setting("\(name)-command", .string(placeholder: "COMMAND"), help: "A command of the shell that prints \(name).")
    }
}
