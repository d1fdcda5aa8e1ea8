/// Help, made from the declarations.
struct HelpText {
    private let tool: CommandLineTool

    init(_ tool: CommandLineTool) {
        self.tool = tool
    }

    /// The help of the whole: commands and what all of them take.
    func overview() -> String {
        var text = "\(TextLayout.wrap(tool.summary, width: TextLayout.width).joined(separator: "\n"))\n\n"
        text += "Usage: \(tool.name) COMMAND [FLAGS]\n\nCommands:\n"
        let ours = [
            (left: "  help", right: "Tell of one command and the flags that it takes"),
            (left: "  completion", right: "Print what makes bash, zsh or fish complete words"),
        ]
        text += TextLayout.columns(tool.commands.map { (left: "  \($0.name)", right: $0.summary) } + ours)
        text += groups(tool.common, closing: true)
        if !tool.details.isEmpty { text += "\n\(TextLayout.paragraphs(tool.details))\n" }
        return text + "\n\"\(tool.name) help COMMAND\" tells of one command and the flags that it takes.\n"
    }

    /// The help of one command.
    func command(_ command: Command) -> String {
        let words = command.positionals.map { $0.isRequired ? " \($0.name)" : " [\($0.name)]" }.joined()
        var text = "\(TextLayout.wrap(command.summary, width: TextLayout.width).joined(separator: "\n"))\n\n"
        text += "Usage: \(tool.name) \(command.name)\(words) [FLAGS]\n"
        if !command.details.isEmpty { text += "\n\(TextLayout.paragraphs(command.details))\n" }
        text += groups(command.groups, closing: false) + groups(tool.common, closing: true)
        if command.takesAllSettings { text += "\n" + TextLayout.paragraphs("It takes the flags of all other commands too.") + "\n" }
        let settings = (command.groups + tool.common).flatMap(\.settings)
        guard let example = settings.first(where: { !$0.isSecret && $0.shape != .pairs && $0.shape != .flag }) else { return text }
        let variable = example.variable(prefix: tool.environmentPrefix)
        return text + "\n"
            + TextLayout.paragraphs(
                "What is not given as a flag is taken from the environment (--\(example.name) is \(variable)), then from the file "
                    + "(\(example.name):), then it is the default.") + "\n"
    }

    private func groups(_ groups: [SettingGroup], closing: Bool) -> String {
        var text = ""
        for (index, group) in groups.enumerated() {
            var rows = group.settings.map { (left: left($0), right: right($0)) }
            if closing, index == groups.count - 1 {
                rows.append((left: "  -h, --help", right: "Print help"))
                rows.append((left: "      --version", right: "Print the version"))
            }
            text += "\n\(group.title):\n\(TextLayout.columns(rows))"
        }
        return text
    }

    private func left(_ setting: SettingDeclaration) -> String {
        if setting.isSecret { return "  \(setting.variable(prefix: tool.environmentPrefix))" }
        let short = setting.short.map { "  -\($0), " } ?? "      "
        let negation = setting.shape == .flag && setting.defaultText != nil ? "[no-]" : ""
        let value = setting.placeholder.isEmpty ? "" : " \(setting.placeholder)"
        return "\(short)--\(negation)\(setting.name)\(value)"
    }

    private func right(_ setting: SettingDeclaration) -> String {
        var facts: [String] = []
        if let alias = setting.alias {
            facts.append("or --\(alias), repeatable")
        } else if setting.shape == .pairs {
            facts.append("repeatable")
        }
        if let bounds = setting.bounds { facts.append(bounds) }
        let isConfigFile = setting.name == CommandLineTool.configFile.declaration.name
        if let text = isConfigFile ? tool.configFiles.joined(separator: ", then ") : setting.defaultText { facts.append("default \(text)") }
        if setting.isSecret { facts.append("a secret: environment or \(setting.name): in the file") }
        let help = setting.help.hasSuffix(".") ? String(setting.help.dropLast()) : setting.help
        return facts.isEmpty ? help : "\(help) (\(facts.joined(separator: "; ")))"
    }
}
