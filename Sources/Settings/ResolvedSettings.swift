/// The value of every setting, and where each came from.
public struct ResolvedSettings: Sendable {
    struct Entry: Sendable {
        /// `nil` where a command that prints a secret was not run.
        let value: (any Sendable)?
        let shown: ShownValue
        let origin: Origin
        let pairOrigins: [String: Origin]
    }

    private let blame: Blame
    let declarations: [SettingDeclaration]
    private let entries: [String: Entry]

    init(blame: Blame, declarations: [SettingDeclaration], entries: [String: Entry]) {
        self.blame = blame
        self.declarations = declarations
        self.entries = entries
    }

    /// The value in force; the default where none was given.
    public subscript<Value: Sendable>(setting: Setting<Value>) -> Value {
        (entries[setting.declaration.name]?.value as? Value) ?? setting.fallback(self)
    }

    /// Where the value came from.
    public func origin(of setting: any AnySetting) -> Origin { origin(of: setting.declaration) }

    /// Whether a flag, the environment, a file or a command gave it.
    public func isGiven(_ setting: any AnySetting) -> Bool {
        entries[setting.declaration.name].map { $0.origin != .fallback } ?? false
    }

    /// An error about a value that only the program can judge, worded after where the value came from: 64 for a flag
    /// and for what was not given, 78 with file and line or variable for the rest.
    ///
    /// - Parameter predicate: goes behind the setting's name: `cannot be used together with --count`.
    public func error(_ setting: any AnySetting, _ predicate: String) -> SettingsError {
        blame.error(origin(of: setting), setting.declaration.name, predicate)
    }

    func origin(of setting: SettingDeclaration) -> Origin {
        entries[setting.name]?.origin ?? (setting.shownDefault(self) == nil ? .unset : .fallback)
    }

    func entry(_ setting: SettingDeclaration) -> Entry? { entries[setting.name] }
}
