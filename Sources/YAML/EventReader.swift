import CYAML

/// What libyaml finds in a document, piece by piece, with the place of each.
enum Event {
    case documentStart
    case documentEnd
    case alias
    case scalar(String, quoted: Bool)
    case sequenceStart
    case sequenceEnd
    case mappingStart
    case mappingEnd
    case streamEnd
}

/// One event with its place, both counted from 1, and whether an explicit tag stands before it.
struct PlacedEvent {
    let event: Event
    let line: Int
    let column: Int
    let tagged: Bool
}

/// libyaml's parser over bytes that stay where they are while it lives.
///
/// Events rather than libyaml's own tree: an alias is seen where it stands, the bounds hold while reading, and the
/// document is in memory once.
final class EventReader {
    // The parser keeps a pointer to itself, so it needs an address that does not change.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let bytes: UnsafeBufferPointer<UInt8>
    private let file: String

    init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) throws(YAMLError) {
        self.bytes = bytes
        self.file = file
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else {
            throw YAMLError(file: file, line: 1, column: 1, reason: "there is not enough memory to read the file")
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    func next() throws(YAMLError) -> PlacedEvent {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
            defer { yaml_event_delete(&event) }
            if let placed = Self.placed(event) { return placed }
        }
    }

    private static func placed(_ event: yaml_event_t) -> PlacedEvent? {
        var tagged = false
        let found: Event
        switch event.type {
        case YAML_STREAM_START_EVENT: return nil
        case YAML_DOCUMENT_START_EVENT: found = .documentStart
        case YAML_DOCUMENT_END_EVENT: found = .documentEnd
        case YAML_ALIAS_EVENT: found = .alias
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            tagged = scalar.tag != nil
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            found = .scalar(text, quoted: scalar.style != YAML_PLAIN_SCALAR_STYLE)
        case YAML_SEQUENCE_START_EVENT:
            tagged = event.data.sequence_start.tag != nil
            found = .sequenceStart
        case YAML_SEQUENCE_END_EVENT: found = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            tagged = event.data.mapping_start.tag != nil
            found = .mappingStart
        case YAML_MAPPING_END_EVENT: found = .mappingEnd
        default: found = .streamEnd
        }
        return PlacedEvent(
            event: found, line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1, tagged: tagged)
    }

    private func failure() -> YAMLError {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "cannot be read"
        switch state.error {
        case YAML_MEMORY_ERROR:
            return YAMLError(file: file, line: 1, column: 1, reason: "there is not enough memory to read the file")
        case YAML_READER_ERROR:
            let place = place(ofByte: Int(state.problem_offset))
            return YAMLError(file: file, line: place.line, column: place.column, reason: Self.unreadable(problem))
        default:
            let context = state.context.map { " (\(String(cString: $0)) that begins in line \(state.context_mark.line + 1))" } ?? ""
            return YAMLError(
                file: file, line: Int(state.problem_mark.line) + 1, column: Int(state.problem_mark.column) + 1,
                reason: problem + context)
        }
    }

    private static func unreadable(_ problem: String) -> String {
        problem.contains("control") ? "a control character stands here" : "the text is not UTF-8 from here on"
    }

    private func place(ofByte offset: Int) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for byte in bytes.prefix(offset) {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }
}
