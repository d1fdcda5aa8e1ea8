extension SettingType where Value == String {
    /// Any text that is not empty.
    ///
    /// - Parameter check: throws with words that follow the setting's name.
    public static func string(
        placeholder: String = "TEXT", check: @escaping @Sendable (String) throws(ValueError) -> Void = { _ in }
    ) -> SettingType {
        .single(
            placeholder,
            parse: { (text) throws(ValueError) in
                guard !text.utf8.contains(0) else { throw ValueError("must not hold a NUL") }
                try check(text)
                return text
            },
            show: { .text($0) })
    }

    /// The path of a file or a folder; a relative one begins in the working folder.
    public static func path(placeholder: String = "FILE") -> SettingType {
        var type = string(placeholder: placeholder)
        type.isPath = true
        return type
    }
}

extension SettingType where Value == Bool {
    /// True or false, on the command line by `--x` and `--no-x`.
    static var flag: SettingType {
        SettingType(
            shape: .flag, placeholder: "", bounds: nil, choices: ["true", "false"],
            parse: { (texts) throws(ValueError) in
                switch texts.last {
                case "true", "1": return true
                case "false", "0": return false
                default: throw ValueError("must be true or false")
                }
            },
            show: { .boolean($0) })
    }
}

extension SettingType where Value: CaseIterable & RawRepresentable<String> {
    /// One of the cases of an enumeration, by its text.
    public static func choice(of type: Value.Type = Value.self) -> SettingType {
        let names = type.allCases.map(\.rawValue)
        return .single(
            names.joined(separator: "|"), choices: names,
            parse: { (text) throws(ValueError) in
                guard let value = Value(rawValue: text) else {
                    let rule = names.count < 2 ? names.joined() : names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
                    throw ValueError("must be \(rule)")
                }
                return value
            },
            show: { .text($0.rawValue) })
    }
}

extension SettingType {
    /// Values with commas between them; on the command line several flags add up, in the file a list will do.
    /// A text that comes again is dropped.
    public static func list<Element>(of element: SettingType<Element>, placeholder: String? = nil) -> SettingType
    where Value == [Element] {
        SettingType(
            shape: .list, placeholder: placeholder ?? "\(element.placeholder),...", bounds: element.bounds, choices: element.choices,
            parse: { (texts) throws(ValueError) in
                var values: [Element] = []
                var seen: Set<String> = []
                for (index, text) in texts.enumerated() where seen.insert(text).inserted {
                    do throws(ValueError) {
                        values.append(try element.parse([text]))
                    } catch {
                        throw error.at(index)
                    }
                }
                return values
            },
            show: { .list($0.map(element.show)) })
    }
}

extension SettingType where Value == [String: String] {
    /// Names with values. Those of flags, environment and file are put together name by name, the flag's first in rank.
    /// In the environment, semicolons or line feeds stand between pairs.
    ///
    /// - Parameters:
    ///   - isSecret: which names are secrets, and so refused as flags and masked.
    ///   - standIn: the secret setting, if any, that stands for a pair and can come from a command: what is refused as a flag is told of it.
    ///   - check: throws with words that follow the pair's name.
    public static func pairs(
        placeholder: String = "NAME=VALUE", isSecret: @escaping @Sendable (String) -> Bool = { _ in false },
        standIn: @escaping @Sendable (String) -> String? = { _ in nil },
        check: @escaping @Sendable (_ name: String, _ value: String) throws(ValueError) -> Void = { _, _ in }
    ) -> SettingType {
        var type = SettingType(
            shape: .pairs, placeholder: placeholder, bounds: nil, choices: [],
            parse: { (texts) throws(ValueError) in
                var values: [String: String] = [:]
                for (index, text) in texts.enumerated() {
                    guard let (name, value) = pair(text) else { throw ValueError("must be NAME=VALUE").at(index) }
                    do throws(ValueError) {
                        try check(name, value)
                    } catch {
                        throw ValueError("has the name \(quoted(name)), which \(error.predicate)", showsText: false).at(index)
                    }
                    values[name] = value
                }
                return values
            },
            show: { values in .pairs(values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }) })
        type.isSecretPair = isSecret
        type.standIn = standIn
        return type
    }
}

/// The two sides of the first `=`; `nil` without one or without a name.
func pair(_ text: String) -> (name: String, value: String)? {
    guard let sign = text.firstIndex(of: "="), sign > text.startIndex else { return nil }
    return (String(text[..<sign]), String(text[text.index(after: sign)...]))
}
