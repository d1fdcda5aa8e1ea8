/// How a setting is written on the command line and in the file.
enum SettingShape: Sendable {
    /// One value; of several flags the last counts.
    case single
    /// `--x`, `--no-x`, `--x=false`.
    case flag
    /// Values with commas between them, several flags, a list in the file.
    case list
    /// `name=value`, several flags, a mapping in the file.
    case pairs
}

/// How the text of a setting becomes a value, with its bounds, and how a value is shown.
///
/// The types are made by static members: `.integer(1...10)`, `.duration()`, `.list(of: .string())`.
public struct SettingType<Value: Sendable>: Sendable {
    let shape: SettingShape
    /// What stands for the value in a help text: `N`.
    let placeholder: String
    /// Bounds as a help text has them: `1 to 10`.
    let bounds: String?
    /// All values there are, where they can be listed.
    let choices: [String]
    let parse: @Sendable ([String]) throws(ValueError) -> Value
    let show: @Sendable (Value) -> ShownValue
    /// Which pairs are secrets, by their name.
    var isSecretPair: @Sendable (String) -> Bool = { _ in false }
    /// The secret setting that stands for a pair.
    var standIn: @Sendable (String) -> String? = { _ in nil }
    /// Whether a shell completes names of files.
    var isPath = false

    /// A type of one value with rules of its own, such as an address.
    ///
    /// - Parameters:
    ///   - placeholder: what stands for the value in a help text.
    ///   - parse: takes the text, which is not empty; throws with words that follow the setting's name.
    ///   - show: the text of a value, which `parse` would take.
    public static func custom(
        placeholder: String, parse: @escaping @Sendable (String) throws(ValueError) -> Value,
        show: @escaping @Sendable (Value) -> String
    ) -> SettingType {
        single(placeholder, parse: parse, show: { .text(show($0)) })
    }

    static func single(
        _ placeholder: String, bounds: String? = nil, choices: [String] = [],
        parse: @escaping @Sendable (String) throws(ValueError) -> Value, show: @escaping @Sendable (Value) -> ShownValue
    ) -> SettingType {
        SettingType(
            shape: .single, placeholder: placeholder, bounds: bounds, choices: choices,
            parse: { (texts) throws(ValueError) in
                guard let text = texts.last, !text.isEmpty else { throw ValueError("must not be empty", showsText: false) }
                return try parse(text)
            },
            show: show)
    }
}

/// A value as `sales config` shows it.
enum ShownValue: Sendable, Equatable {
    case text(String)
    case number(String)
    case boolean(Bool)
    case list([ShownValue])
    case pairs([(name: String, value: String)])

    static func == (left: ShownValue, right: ShownValue) -> Bool { left.json == right.json }

    /// The text that the setting would take.
    var plain: String {
        switch self {
        case .text(let text), .number(let text): text
        case .boolean(let flag): flag ? "true" : "false"
        case .list(let items): items.map(\.plain).joined(separator: ",")
        case .pairs(let pairs): pairs.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
        }
    }

    var json: String {
        switch self {
        case .text(let text): JSONText.string(text)
        case .number(let digits): digits
        case .boolean(let flag): flag ? "true" : "false"
        case .list(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
        case .pairs(let pairs): "{" + pairs.map { "\(JSONText.string($0.name)):\(JSONText.string($0.value))" }.joined(separator: ",") + "}"
        }
    }
}

/// Strings of JSON.
enum JSONText {
    static func string(_ text: String) -> String {
        var json = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            case "\n": json += "\\n"
            case "\t": json += "\\t"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: json.unicodeScalars.append(scalar)
            }
        }
        return json + "\""
    }
}
