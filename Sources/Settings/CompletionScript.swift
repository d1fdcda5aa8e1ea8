/// A shell whose words can be completed.
enum Shell: String, CaseIterable {
    case bash
    case zsh
    case fish
}

/// Scripts that complete commands, flags and the values that can be listed.
struct CompletionScript {
    private let tool: CommandLineTool

    init(_ tool: CommandLineTool) {
        self.tool = tool
    }

    func script(for shell: Shell) -> String {
        switch shell {
        case .bash: bash
        case .zsh: zsh
        case .fish: fish
        }
    }

    private func flags(_ settings: [SettingDeclaration]) -> [SettingDeclaration] { settings.filter { !$0.isSecret } }

    private func listed(_ setting: SettingDeclaration) -> [String] { setting.shape == .flag ? [] : setting.choices }

    private var bash: String {
        let names = tool.commandNames.joined(separator: " ")
        let values = flags(tool.catalog.settings).filter { !listed($0).isEmpty }.map { setting in
            "    --\(setting.name)) COMPREPLY=($(compgen -W \"\(listed(setting).joined(separator: " "))\" -- \"$current\")); return;;\n"
        }
        let commands = tool.commands.map { command in
            let flags = flags(tool.settings(of: command)).map { "--\($0.name)" } + ["--help"]
            return "    \(command.name)) words=\"\((flags + command.positionals.flatMap(\.choices)).joined(separator: " "))\";;\n"
        }
        return """
            _\(tool.name)() {
              local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
              local command="" word words=""
              for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                case " \(names) " in *" $word "*) command="$word"; break;; esac
              done
              case "$previous" in
            \(values.joined())    *) ;;
              esac
              case "$command" in
                "") words="\(names) --help --version";;
                help) words="\(tool.commands.map(\.name).joined(separator: " "))";;
                completion) words="\(Shell.allCases.map(\.rawValue).joined(separator: " "))";;
            \(commands.joined())  esac
              COMPREPLY=($(compgen -W "$words" -- "$current"))
            }
            complete -o default -F _\(tool.name) \(tool.name)

            """
    }

    private var zsh: String {
        let commands = tool.commands.map { "    \(single("\($0.name):\($0.summary)"))\n" }.joined()
        let cases = tool.commands.map { command in
            let flags = flags(tool.settings(of: command)).map { setting -> String in
                let help = setting.help.filter { !"[]:".contains($0) }
                if setting.shape == .flag { return "        \(single("--\(setting.name)[\(help)]"))" }
                let values = setting.isPath ? "_files" : listed(setting).isEmpty ? "" : "(\(listed(setting).joined(separator: " ")))"
                return "        \(single("--\(setting.name)=[\(help)]:value:\(values)"))"
            }
            return "    \(command.name)) _arguments \\\n\(flags.joined(separator: " \\\n"));;\n"
        }
        return """
            #compdef \(tool.name)
            _\(tool.name)() {
              local -a commands
              commands=(
            \(commands)    'help:Tell of one command'
                'completion:Print a completion script'
              )
              if (( CURRENT == 2 )); then
                _describe command commands
                return
              fi
              shift words
              (( CURRENT-- ))
              case "$words[1]" in
                help) _describe command commands;;
                completion) _values shell \(Shell.allCases.map(\.rawValue).joined(separator: " "));;
            \(cases.joined())  esac
            }
            if [ "$funcstack[1]" = _\(tool.name) ]; then _\(tool.name) "$@"; else compdef _\(tool.name) \(tool.name); fi

            """
    }

    private var fish: String {
        var lines = ["complete -c \(tool.name) -f"]
        for command in tool.commands {
            lines.append("complete -c \(tool.name) -n __fish_use_subcommand -a \(command.name) -d \(fishText(command.summary))")
        }
        lines.append("complete -c \(tool.name) -n __fish_use_subcommand -a 'help completion'")
        lines.append(
            "complete -c \(tool.name) -n '__fish_seen_subcommand_from help' -a '\(tool.commands.map(\.name).joined(separator: " "))'")
        lines.append("complete -c \(tool.name) -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'")
        for command in tool.commands {
            for setting in flags(tool.settings(of: command)) {
                let values = listed(setting)
                let value =
                    setting.shape == .flag
                    ? "" : setting.isPath ? " -r -F" : values.isEmpty ? " -x" : " -x -a '\(values.joined(separator: " "))'"
                lines.append(
                    "complete -c \(tool.name) -n '__fish_seen_subcommand_from \(command.name)' -l \(setting.name)\(value) -d \(fishText(setting.help))"
                )
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Text between single quotation marks of bash and zsh.
    private func single(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }

    /// Text between single quotation marks of fish.
    private func fishText(_ text: String) -> String {
        "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "'"
    }
}
