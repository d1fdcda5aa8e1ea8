/// How a record becomes one line.
public enum LogFormat: Sendable {
    /// `2026-11-22T15:47:00.123Z INFO stream: file is up rows=10000 name="a b"`
    case text
    /// `{"time":"2026-11-22T15:47:00.123Z","level":"info","component":"stream","message":"file is up","rows":10000}`
    ///
    /// A key of the metadata that is one of the first four gets an underscore behind it.
    case json

    /// The line in UTF-8 with its line feed, and no other. Control characters and those that turn the direction of
    /// text are escaped, so that nothing in a value can look like a line of its own.
    public func line(_ record: LogRecord) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(160)
        switch self {
        case .text: Self.appendText(record, to: &line)
        case .json: Self.appendJSON(record, to: &line)
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private static func appendText(_ record: LogRecord, to line: inout [UInt8]) {
        record.time.append(to: &line)
        line.append(contentsOf: " \(record.level.description.uppercased()) ".utf8)
        Escape.text(record.component, to: &line)
        line.append(contentsOf: ": ".utf8)
        Escape.text(record.message, to: &line)
        for pair in record.metadata.pairs {
            line.append(UInt8(ascii: " "))
            Escape.key(pair.key, to: &line)
            line.append(UInt8(ascii: "="))
            switch pair.value {
            case .string(let text): Escape.value(text, to: &line)
            case .integer(let number): line.append(contentsOf: "\(number)".utf8)
            case .decimal(let number): line.append(contentsOf: "\(number)".utf8)
            case .boolean(let flag): line.append(contentsOf: "\(flag)".utf8)
            }
        }
    }

    private static func appendJSON(_ record: LogRecord, to line: inout [UInt8]) {
        line.append(contentsOf: "{\"time\":\"".utf8)
        record.time.append(to: &line)
        line.append(contentsOf: "\",\"level\":\"\(record.level)\",\"component\":".utf8)
        Escape.json(record.component, to: &line)
        line.append(contentsOf: ",\"message\":".utf8)
        Escape.json(record.message, to: &line)
        for pair in record.metadata.pairs {
            line.append(UInt8(ascii: ","))
            let taken = ["time", "level", "component", "message"].contains(pair.key)
            Escape.json(taken ? pair.key + "_" : pair.key, to: &line)
            line.append(UInt8(ascii: ":"))
            switch pair.value {
            case .string(let text): Escape.json(text, to: &line)
            case .integer(let number): line.append(contentsOf: "\(number)".utf8)
            case .decimal(let number) where number.isFinite: line.append(contentsOf: "\(number)".utf8)
            case .decimal(let number): Escape.json("\(number)", to: &line)
            case .boolean(let flag): line.append(contentsOf: "\(flag)".utf8)
            }
        }
        line.append(UInt8(ascii: "}"))
    }
}
