/// All settings of a program, to be found by flag, variable and key.
struct SettingCatalog: Sendable {
    /// What a flag on the command line stands for.
    struct Flag: Sendable {
        let setting: SettingDeclaration
        /// `--no-x` brings its value along.
        let isNegation: Bool
    }

    /// Every setting once, in the order of declaration.
    let settings: [SettingDeclaration]
    let flags: [String: Flag]
    let shorts: [Character: SettingDeclaration]
    let byName: [String: SettingDeclaration]
    let byVariable: [String: SettingDeclaration]

    init(_ groups: [SettingGroup], prefix: String) {
        var settings: [SettingDeclaration] = []
        var flags: [String: Flag] = [:]
        var shorts: [Character: SettingDeclaration] = [:]
        var byName: [String: SettingDeclaration] = [:]
        var byVariable: [String: SettingDeclaration] = [:]
        for setting in groups.flatMap(\.settings) where byName[setting.name] == nil {
            settings.append(setting)
            byName[setting.name] = setting
            byVariable[setting.variable(prefix: prefix)] = setting
            flags[setting.name] = Flag(setting: setting, isNegation: false)
            if let alias = setting.alias { flags[alias] = Flag(setting: setting, isNegation: false) }
            if setting.shape == .flag { flags["no-\(setting.name)"] = Flag(setting: setting, isNegation: true) }
            if let short = setting.short { shorts[short] = setting }
        }
        self.settings = settings
        self.flags = flags
        self.shorts = shorts
        self.byName = byName
        self.byVariable = byVariable
    }

    /// Names for the flags of some settings, as a mistyped one is compared with; secrets have none.
    static func flagNames(_ settings: [SettingDeclaration]) -> [String] {
        settings.filter { !$0.isSecret }.flatMap { [$0.name] + ($0.alias.map { [$0] } ?? []) } + ["help", "version"]
    }
}
