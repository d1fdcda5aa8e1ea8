/// What is bound to a parameter.
enum SQLiteValue {
    case int(Int64)
    case text(String)
}

extension Database {
    /// Runs a prepared statement for its effect.
    func run(_ sql: String, _ values: SQLiteValue...) throws(SQLiteFailure) {
        let statement = try prepared(sql, values)
        defer { statement.reset() }
        try statement.run()
    }

    /// Gives each row of a prepared statement to `body`, until it says false.
    func each(_ sql: String, _ values: SQLiteValue..., body: (Statement) throws -> Bool) throws {
        let statement = try prepared(sql, values)
        defer { statement.reset() }
        while try statement.step() {
            if try !body(statement) { return }
        }
    }

    /// What `body` makes of each row.
    func all<Element>(_ sql: String, _ values: SQLiteValue..., body: (Statement) throws -> Element) throws -> [Element] {
        let statement = try prepared(sql, values)
        defer { statement.reset() }
        var elements: [Element] = []
        while try statement.step() { elements.append(try body(statement)) }
        return elements
    }

    /// What `body` makes of the first row; nil where there is none.
    func first<Element>(_ sql: String, _ values: SQLiteValue..., body: (Statement) throws -> Element) throws -> Element? {
        let statement = try prepared(sql, values)
        defer { statement.reset() }
        return try statement.step() ? try body(statement) : nil
    }

    private func prepared(_ sql: String, _ values: [SQLiteValue]) throws(SQLiteFailure) -> Statement {
        let statement = try statement(sql)
        statement.reset()
        for (index, value) in values.enumerated() {
            switch value {
            case .int(let number): statement.bind(Int32(index + 1), number)
            case .text(let text): statement.bind(Int32(index + 1), text)
            }
        }
        return statement
    }
}
