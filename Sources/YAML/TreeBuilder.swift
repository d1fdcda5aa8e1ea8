/// Puts events together to a tree, with a stack of its own instead of recursion.
struct TreeBuilder {
    private struct Open {
        let line: Int
        let column: Int
        let isMapping: Bool
        var items: [YAMLNode] = []
        var pairs: [YAMLPair] = []
        var key: (text: String, line: Int, column: Int)?
        // Filled once a mapping is long; a short one is searched faster than hashed.
        var lines: [String: Int] = [:]

        mutating func lineOfEarlier(_ key: String) -> Int? {
            if pairs.count < 16 { return pairs.first { $0.key == key }?.line }
            if lines.count != pairs.count {
                for pair in pairs { lines[pair.key] = pair.line }
            }
            return lines.updateValue(self.key?.line ?? 0, forKey: key)
        }
    }

    /// The finished document; null until there is one.
    private(set) var document = YAMLNode(line: 1, column: 1, kind: .scalar("", quoted: false))

    private let file: String
    private let limits: YAML.Limits
    private var open: [Open] = []
    private var nodes = 0
    private var documents = 0

    init(file: String, limits: YAML.Limits) {
        self.file = file
        self.limits = limits
    }

    mutating func take(_ placed: PlacedEvent) throws(YAMLError) {
        if placed.tagged { throw error(placed, "tags (!...) are not used here; leave it out") }
        switch placed.event {
        case .documentStart:
            documents += 1
            if documents > 1 { throw error(placed, "a second document begins here; the file may hold only one") }
        case .alias:
            throw error(placed, "aliases (*...) are not used here; write the value out")
        case .scalar(let text, let quoted):
            try add(YAMLNode(line: placed.line, column: placed.column, kind: .scalar(text, quoted: quoted)), placed)
        case .sequenceStart, .mappingStart:
            try begin(placed)
        case .sequenceEnd, .mappingEnd:
            guard let done = open.popLast() else { return }
            let kind: YAMLNode.Kind = done.isMapping ? .mapping(done.pairs) : .sequence(done.items)
            attach(YAMLNode(line: done.line, column: done.column, kind: kind))
        case .documentEnd, .streamEnd:
            break
        }
    }

    private mutating func begin(_ placed: PlacedEvent) throws(YAMLError) {
        if let last = open.last, last.isMapping, last.key == nil {
            throw error(placed, "a key must be text, not a list or a mapping")
        }
        guard open.count < limits.depth else {
            throw error(placed, "lists and mappings are nested more than \(limits.depth) deep")
        }
        try count(placed)
        let isMapping = if case .mappingStart = placed.event { true } else { false }
        open.append(Open(line: placed.line, column: placed.column, isMapping: isMapping))
    }

    private mutating func add(_ node: YAMLNode, _ placed: PlacedEvent) throws(YAMLError) {
        try count(placed)
        let top = open.count - 1
        guard top >= 0, open[top].isMapping, open[top].key == nil, let text = node.text else { return attach(node) }
        open[top].key = (text, node.line, node.column)
        if let earlier = open[top].lineOfEarlier(text) {
            throw error(placed, "the key \"\(Self.shown(text))\" stands twice: here and in line \(earlier)")
        }
    }

    private mutating func attach(_ node: YAMLNode) {
        let top = open.count - 1
        guard top >= 0 else {
            document = node
            return
        }
        if let key = open[top].key {
            open[top].pairs.append(YAMLPair(key: key.text, line: key.line, column: key.column, value: node))
            open[top].key = nil
        } else {
            open[top].items.append(node)
        }
    }

    private mutating func count(_ placed: PlacedEvent) throws(YAMLError) {
        nodes += 1
        if nodes > limits.nodes { throw error(placed, "the file holds more than \(limits.nodes) values") }
    }

    private func error(_ placed: PlacedEvent, _ reason: String) -> YAMLError {
        YAMLError(file: file, line: placed.line, column: placed.column, reason: reason)
    }

    /// A key as an error message can bear it: one line, not too long.
    private static func shown(_ key: String) -> String {
        let plain = String(
            String.UnicodeScalarView(key.unicodeScalars.prefix(60).map { $0.properties.generalCategory == .control ? "?" : $0 }))
        return key.unicodeScalars.count > 60 ? plain + "..." : plain
    }
}
