internal import YAML

/// A mapping of a catalog file, whose keys are all known, and the values under them.
struct CatalogSection {
    private let node: YAMLNode
    private let file: String
    private let subject: CatalogError.Subject
    private let name: String

    /// - Parameter name: what this is, with its article.
    init(_ node: YAMLNode, file: String, subject: CatalogError.Subject, named name: String, keys: [String]) throws(CatalogError) {
        self.node = node
        self.file = file
        self.subject = subject
        self.name = name
        guard let pairs = node.pairs else {
            throw fail(node, "\(name) is a mapping of the keys \(keys.joined(separator: ", "))")
        }
        for pair in pairs where !keys.contains(pair.key) {
            let hint =
                nearestName(to: pair.key, among: keys).map { "did you mean \"\($0)\"?" } ?? "\(name) has \(keys.joined(separator: ", "))"
            throw CatalogError(
                subject, "unknown key \"\(Self.shown(pair.key))\"; \(hint)", place: "\(file):\(pair.line):\(pair.column)")
        }
    }

    subscript(key: String) -> YAMLNode? { node[key] }

    func fail(_ at: YAMLNode?, _ reason: String) -> CatalogError {
        CatalogError(subject, reason, place: "\(file):\((at ?? node).line):\((at ?? node).column)")
    }

    func items(of list: YAMLNode, named key: String) throws(CatalogError) -> [YAMLNode] {
        guard let items = list.items else { throw fail(list, "\(key) must be a list") }
        return items
    }

    func needed<Value>(_ key: String, _ value: Value?) throws(CatalogError) -> Value {
        guard let value else { throw fail(nil, "this is \(name) without the key \(key)") }
        return value
    }

    func text(_ key: String) throws(CatalogError) -> String {
        let value = try needed(key, node[key])
        guard let text = value.text, !value.isNull else { throw fail(value, "\(key) must be text") }
        return text
    }

    func whole(_ key: String) throws(CatalogError) -> UInt64? {
        guard let value = node[key] else { return nil }
        guard let text = value.text, let number = ExactDecimal(text), number.scale == 0 else {
            throw fail(value, "\(key) must be a whole number; \(Self.found(value))")
        }
        return number.units
    }

    func decimal(_ key: String) throws(CatalogError) -> ExactDecimal? {
        guard let value = node[key] else { return nil }
        return try decimal(value, key)
    }

    func weights(_ key: String) throws(CatalogError) -> [ExactDecimal]? {
        guard let value = node[key] else { return nil }
        var weights: [ExactDecimal] = []
        for item in try items(of: value, named: key) { weights.append(try decimal(item, "a weight under \(key)")) }
        return weights
    }

    /// Minutes from `+HH:MM` or `-HH:MM`; the sign `+` may be left out.
    func offset(_ key: String) throws(CatalogError) -> Int {
        guard let value = node[key] else { return 0 }
        var digits = Substring(value.text ?? "")
        let sign = digits.first == "-" ? -1 : 1
        if digits.first == "-" || digits.first == "+" { digits.removeFirst() }
        let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), hours * 60 + minutes <= 18 * 60, minutes < 60
        else { throw fail(value, "\(key) must be from -18:00 to +18:00, such as +01:00; \(Self.found(value))") }
        return sign * (hours * 60 + minutes)
    }

    func summerTime(_ key: String) throws(CatalogError) -> LocalTime.SummerTime {
        guard let value = node[key] else { return .none }
        guard let rule = value.text.flatMap(LocalTime.SummerTime.init(rawValue:)) else {
            throw fail(value, "\(key) must be none, eu or us; \(Self.found(value))")
        }
        return rule
    }

    private func decimal(_ value: YAMLNode, _ key: String) throws(CatalogError) -> ExactDecimal {
        guard let number = value.text.flatMap({ ExactDecimal($0) }) else {
            throw fail(
                value, "\(key) must be a number of digits with at most one point (15 digits, 9 behind the point); \(Self.found(value))")
        }
        return number
    }

    private static func found(_ value: YAMLNode) -> String {
        guard let text = value.text else { return "it is a \(value.items == nil ? "mapping" : "list")" }
        return value.isNull ? "nothing stands there" : "\"\(shown(text))\" is not"
    }

    /// Text of a file as an error message can bear it: one line, not too long.
    static func shown(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(60).map { $0.properties.generalCategory == .control ? "?" : $0 }
        return String(String.UnicodeScalarView(scalars)) + (text.unicodeScalars.count > 60 ? "..." : "")
    }
}
