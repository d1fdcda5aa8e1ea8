/// The lines of a progress block: a heading, then a row a country in columns that line up.
struct ProgressBlock {
    struct Row {
        let row: ProgressRow
        let rate: Double?
    }

    let title: String
    let unit: String
    let rows: [Row]
    let elapsed: Duration

    /// The lines, none wider than the terminal (a line that wraps could not be redrawn) and no more than fit on it.
    func lines(_ size: Console.Size) -> [String] {
        let most = max(1, size.rows - 3)
        let shown = rows.count > most ? Array(rows.prefix(most - 1)) : rows
        let cells = shown.map { [$0.row.name, done($0.row), rate($0.rate), rest($0)] }
        let widths = (0..<3).map { column in cells.map { $0[column].count }.max() ?? 0 }
        var lines = ["\(title): \(unit), \(Self.span(elapsed))"]
        for cell in cells {
            let name = cell[0] + spaces(widths[0] - cell[0].count)
            let done = spaces(widths[1] - cell[1].count) + cell[1]
            let rate = spaces(widths[2] - cell[2].count) + cell[2]
            let line = "  \(name)  \(done)  \(rate)  \(cell[3])"
            lines.append(String(line.reversed().drop { $0 == " " }.reversed()))
        }
        if shown.count < rows.count { lines.append("  and \(rows.count - shown.count) more") }
        return lines.map { String($0.prefix(max(1, size.columns - 1))) }
    }

    private func done(_ row: ProgressRow) -> String {
        row.goal.map { "\(Self.grouped(row.done)) of \(Self.grouped($0))" } ?? Self.grouped(row.done)
    }

    private func rate(_ rate: Double?) -> String {
        guard let rate, rate.isFinite else { return "" }
        return rate < 9.95 && rate > 0 ? "\((rate * 10).rounded() / 10)/s" : "\(Self.grouped(Int(min(rate, 1e15).rounded())))/s"
    }

    private func rest(_ row: Row) -> String {
        var parts: [String] = []
        if let goal = row.row.goal {
            if row.row.done >= goal {
                parts.append("done")
            } else if let rate = row.rate, rate > 0 {
                parts.append("\(Self.span(.seconds(min(1e9, Double(goal - row.row.done) / rate)))) left")
            }
        }
        if let lag = row.row.lag { parts.append("lag \(Self.grouped(lag))") }
        return parts.joined(separator: ", ")
    }

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

    /// 1234567 as `1,234,567`.
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `12 s`, `3 min 20 s`, `2 h 5 min`.
    static func span(_ duration: Duration) -> String {
        let whole = max(0, duration.components.seconds + (duration.components.attoseconds >= 500_000_000_000_000_000 ? 1 : 0))
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole / 60 % 60) min"
    }
}
