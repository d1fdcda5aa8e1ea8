internal import SalesModel
internal import Settings

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

    /// Why a command did not come to its end.
    static func failure(_ failure: Failure) -> [(String, JSONValue)] {
        [("status", .integer(Int(failure.status.rawValue))), ("error", .string(failure.message))]
    }

    /// A span of milliseconds in its largest whole unit; a negative one is for ever, as Kafka has it.
    static func age(_ milliseconds: Int64) -> String {
        if milliseconds < 0 { return "for ever" }
        for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)] as [(String, Int64)]
        where milliseconds >= size && milliseconds % size == 0 { return "\(milliseconds / size)\(unit)" }
        return "\(milliseconds)ms"
    }

    /// `1 replica`, `2 replicas`.
    static func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }

    /// How long it took, and how many a second.
    static func time(_ count: Int, _ session: Session) -> [(String, JSONValue)] {
        let seconds = session.seconds
        return [("seconds", .rounded(seconds)), ("perSecond", .rounded(seconds > 0 ? Double(count) / seconds : 0))]
    }
}
