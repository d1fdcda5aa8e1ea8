/// How sales are written.
public enum RowFormat: String, Sendable, CaseIterable {
    /// RFC 4180 with LF: `sale_id,product_code,country_of_sale,datetime,selling_price,currency`; the header stands apart.
    case csv
    /// A JSON object a line, with those six keys in that order.
    case json

    /// The line that stands before the first row: the names of the columns in CSV, nothing in JSON.
    public var header: [UInt8] {
        self == .csv ? Array("sale_id,product_code,country_of_sale,datetime,selling_price,currency\n".utf8) : []
    }

    /// Where the `sale_id` stands in a row or message of this format, in bytes from its beginning.
    public var saleIDRange: Range<Int> { self == .csv ? 0..<36 : 12..<48 }
}

/// The constant text between the fields of a row, and how a field is written into it.
struct RowSyntax: Equatable {
    let format: RowFormat
    /// Whether a line feed ends the row.
    let endsLine: Bool

    /// What stands before the `sale_id`.
    var opening: [UInt8] { format == .csv ? [] : Array("{\"sale_id\":\"".utf8) }

    /// All between `sale_id` and `datetime`.
    func head(product: String, country: String) -> [UInt8] {
        switch format {
        case .csv: Array(",\(Self.csv(product)),\(country),".utf8)
        case .json: Array("\",\"product_code\":\"\(Self.json(product))\",\"country_of_sale\":\"\(country)\",\"datetime\":\"".utf8)
        }
    }

    /// All behind `datetime`.
    func tail(price: String, currency: String) -> [UInt8] {
        let line = endsLine ? "\n" : ""
        return switch format {
        case .csv: Array(",\(price),\(currency)\(line)".utf8)
        case .json: Array("\",\"selling_price\":\(price),\"currency\":\"\(currency)\"}\(line)".utf8)
        }
    }

    /// An amount of minor units with the currency's digits.
    static func price(_ amount: UInt64, digits: Int) -> String {
        let text = String(amount)
        guard digits > 0 else { return text }
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        return "\(padded.dropLast(digits)).\(padded.suffix(digits))"
    }

    // Codes hold no control characters, so these are all that needs quoting or escaping.
    private static func csv(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 }) else { return text }
        return "\"" + String(String.UnicodeScalarView(text.unicodeScalars.flatMap { $0 == "\"" ? [$0, $0] : [$0] })) + "\""
    }

    private static func json(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }))
    }
}
