/// Where a value came from, in the order of rank.
public enum Origin: Sendable, Equatable, CustomStringConvertible {
    /// The command line, with the flag as it was spelled.
    case flag(String)
    /// A variable of the environment.
    case environment(String)
    /// A line of a file.
    case file(String, line: Int, column: Int)
    /// What a command printed (secrets only), with the setting that names it.
    case command(String)
    /// The declaration.
    case fallback
    /// Nowhere: the setting has no value.
    case unset

    /// As `config` prints it: `flag`, `environment SALES_ROWS`, `file sales.yaml:3`, `default`.
    public var description: String {
        switch self {
        case .flag: "flag"
        case .environment(let variable): "environment \(variable)"
        case .file(let path, let line, _): "file \(path):\(line)"
        case .command(let setting): "command of \(setting)"
        case .fallback: "default"
        case .unset: "not set"
        }
    }
}

/// One piece of text that was given for a setting, and where.
struct GivenText: Sendable {
    let text: String
    let origin: Origin
}
