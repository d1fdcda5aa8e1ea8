/// Settings that belong together, under a heading of a help text.
public struct SettingGroup: Sendable {
    /// The heading, without a colon.
    public let title: String
    let settings: [SettingDeclaration]

    /// A group in the order in which help shows it. A secret brings its `--name-command` along.
    public init(_ title: String, _ settings: [any AnySetting]) {
        self.title = title
        self.settings = settings.flatMap { setting in
            let declaration = setting.declaration
            return declaration.isSecret ? [declaration, declaration.companion.declaration] : [declaration]
        }
    }
}

/// An argument that is no flag.
public struct Positional: Sendable {
    let name: String
    let isRequired: Bool
    let choices: [String]

    /// An argument with the name that help gives it: `COMMAND`.
    ///
    /// - Parameter choices: all that is taken, where that can be listed.
    public init(_ name: String, isRequired: Bool = true, choices: [String] = []) {
        self.name = name
        self.isRequired = isRequired
        self.choices = choices
    }
}

/// A command of the program and what it takes.
public struct Command: Sendable {
    /// The word on the command line.
    public let name: String
    let summary: String
    let details: String
    let groups: [SettingGroup]
    let positionals: [Positional]
    let takesAllSettings: Bool

    /// A command.
    ///
    /// - Parameters:
    ///   - summary: one line for the list of commands.
    ///   - details: more, in paragraphs with an empty line between them; indented lines are left as they are.
    ///   - takesAllSettings: also takes, without listing them, the settings of all other commands (`config`);
    ///     it runs no command for a secret.
    public init(
        _ name: String, summary: String, details: String = "", groups: [SettingGroup] = [], positionals: [Positional] = [],
        takesAllSettings: Bool = false
    ) {
        self.name = name
        self.summary = summary
        self.details = details
        self.groups = groups
        self.positionals = positionals
        self.takesAllSettings = takesAllSettings
    }
}
