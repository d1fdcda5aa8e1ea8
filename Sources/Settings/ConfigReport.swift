extension ResolvedSettings {
    private struct Line {
        let name: String
        let shown: ShownValue?
        let origin: Origin
    }

    private static let mask = ShownValue.text("********")

    /// What `config` prints: a line a setting with name, value and where it came from, in columns. Secrets are masked.
    public var report: String {
        let rows = lines.map { (name: $0.name, value: $0.shown.map { Self.oneLine($0.plain) } ?? "-", origin: $0.origin.description) }
        let names = rows.map(\.name.count).max() ?? 0
        let values = rows.map(\.value.count).filter { $0 <= 40 }.max() ?? 0
        return rows.map { row in
            "\(TextLayout.padded(row.name, to: names))  \(TextLayout.padded(row.value, to: values))  \(row.origin)\n"
        }.joined()
    }

    /// The same as one JSON object on one line: `{"command":"config","settings":{"rows":{"value":10000,"from":"default"}}}`.
    /// Names and values together are one object; a value that is not set is `null`.
    public var reportJSON: String {
        let members = lines.map { line in
            "\(JSONText.string(line.name)):{\"value\":\(line.shown?.json ?? "null"),\"from\":\(JSONText.string(line.origin.description))}"
        }
        return "{\"command\":\"config\",\"settings\":{\(members.joined(separator: ","))}}"
    }

    private var lines: [Line] {
        declarations.flatMap { setting -> [Line] in
            guard let entry = entry(setting) else {
                return [Line(name: setting.name, shown: setting.shownDefault(self), origin: origin(of: setting))]
            }
            guard case .pairs(let pairs) = entry.shown else {
                return [Line(name: setting.name, shown: setting.isSecret ? Self.mask : entry.shown, origin: entry.origin)]
            }
            return pairs.map { pair in
                Line(
                    name: "\(setting.name).\(pair.name)", shown: setting.isSecretPair(pair.name) ? Self.mask : .text(pair.value),
                    origin: entry.pairOrigins[pair.name] ?? entry.origin)
            }
        }
    }

    private static func oneLine(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.generalCategory != .control && $0.properties.generalCategory != .format
        }
        return isPlain ? text : quoted(text)
    }
}
