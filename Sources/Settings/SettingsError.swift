/// A call or a configuration that cannot be used.
public struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the program is to exit with: ``ExitStatus/usage`` or ``ExitStatus/configuration``.
    public let status: ExitStatus
    /// What is wrong, where, and how to mend it, in one or more lines without a last line feed. Holds no secret.
    public let message: String

    /// An error with its exit status.
    public init(status: ExitStatus, message: String) {
        self.status = status
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

/// What is wrong with the text of one value.
public struct ValueError: Error, Sendable, Equatable {
    /// What goes behind the setting's name: `must be 1 to 10`.
    public let predicate: String
    /// Whether the offending text helps, so that `, not "11"` goes behind. Never done for a secret.
    public let showsText: Bool
    /// Which of several elements is meant, from 0.
    var index = 0

    /// An error in words that follow the setting's name.
    public init(_ predicate: String, showsText: Bool = true) {
        self.predicate = predicate
        self.showsText = showsText
    }

    func at(_ index: Int) -> ValueError {
        var copy = self
        copy.index = index
        return copy
    }
}

/// Text from outside as a message can bear it: in quotation marks, on one line, not too long.
func quoted(_ text: String) -> String {
    var shown = "\""
    for scalar in text.unicodeScalars.prefix(80) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
            shown += "\\u{\(String(scalar.value, radix: 16))}"
        default: shown.unicodeScalars.append(scalar)
        }
    }
    return shown + (text.unicodeScalars.count > 80 ? "..." : "") + "\""
}
