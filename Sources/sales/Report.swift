internal import SalesModel

/// What commands print at their end, in the two forms that all share.
enum Report {
    /// A table with right-aligned figures.
    static func table(_ header: [String], _ rows: [[String]]) -> String {
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        return ([header] + rows).map { row in
            row.enumerated().map { column, text in
                let space = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + space : space + text
            }.joined(separator: "  ") + "\n"
        }.joined()
    }

    /// An object keyed by country, in the order of the alphabet.
    static func countries<Value>(_ values: [CountryCode: Value], _ make: (Value) -> JSONValue) -> JSONValue {
        .object(values.sorted { $0.key < $1.key }.map { ($0.key.description, make($0.value)) })
    }

    static func countries(_ countries: [CountryCode], _ make: (CountryCode) -> JSONValue) -> JSONValue {
        .object(countries.map { ($0.description, make($0)) })
    }

    /// How long it took, and how many a second.
    static func time(_ count: Int, _ session: Session) -> [(String, JSONValue)] {
        let seconds = session.seconds
        return [("seconds", .rounded(seconds)), ("perSecond", .rounded(seconds > 0 ? Double(count) / seconds : 0))]
    }
}
