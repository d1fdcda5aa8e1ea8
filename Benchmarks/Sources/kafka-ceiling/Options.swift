/// What was asked for on the command line.
struct Options {
    enum Verb: String { case produce, consume }

    struct Wrong: Error, CustomStringConvertible { let description: String }

    let verb: Verb
    var brokers = "127.0.0.1:9092"
    var topics: [String] = []
    var properties: [(name: String, value: String)] = []
    /// Messages a topic.
    var count = 1_000_000
    var partitions = 1
    /// Messages a transaction; 0 for none.
    var transaction = 131_072
    /// Messages a call.
    var batch = 1_024
    /// A quarter of the program's --memory: bytes that are not acknowledged, all topics together. What was fetched and not yet taken has as much,
    /// but 32 MiB at the most.
    var memory = 64 << 20
    var group = "ceiling"
    /// Nanoseconds of work a message, done by the consumer.
    var work = 0

    init(_ arguments: [String]) throws {
        guard let verb = arguments.first.flatMap(Verb.init) else { throw Wrong(description: "produce or consume?") }
        self.verb = verb
        var rest = arguments.dropFirst()
        while let flag = rest.popFirst() {
            guard let value = rest.popFirst() else { throw Wrong(description: "\(flag) wants a value") }
            func number() throws -> Int {
                guard let number = Int(value), number >= 0 else { throw Wrong(description: "\(flag) wants a number") }
                return number
            }
            switch flag {
            case "--brokers": brokers = value
            case "--topics": topics = value.split(separator: ",").map(String.init)
            case "--group": group = value
            case "--count": count = try number()
            case "--partitions": partitions = try number()
            case "--transaction": transaction = try number()
            case "--batch": batch = try number()
            case "--memory": memory = try number()
            case "--work": work = try number()
            case "--set":
                guard let sign = value.firstIndex(of: "=") else { throw Wrong(description: "--set wants name=value") }
                properties.append((String(value[..<sign]), String(value[value.index(after: sign)...])))
            default: throw Wrong(description: "there is no \(flag)")
            }
        }
        guard !topics.isEmpty else { throw Wrong(description: "--topics is missing") }
    }
}
