/// Where one of the six values of a message stands.
struct MessageValue: Sendable {
    /// The value, in the message or (`isDecoded`) in the parser's ``MessageParser/decoded``.
    var start = 0
    var end = 0
    /// Its first byte in the message.
    var origin = 0
    /// It was written with escapes.
    var isDecoded = false
    var isPlain = false
    /// Its bytes make a price already: it was a JSON number.
    var isNumber = false
    var needsQuotes = false
}

/// Reads a message of any form: keys in any order, white space, escapes, keys of others with values of any kind.
/// Without recursion, so nesting costs no stack; kept by its owner, so that it allocates nothing after the first escapes.
struct MessageParser: Sendable {
    /// Values that were written with escapes, one behind the other.
    private(set) var decoded: [UInt8] = []
    /// By ``SaleField/index``.
    private(set) var values: InlineArray<6, MessageValue> = .init(repeating: MessageValue())
    private var seen: UInt8 = 0
    private var at = 0

    /// Finds the six values and checks each.
    /// - Throws: ``InvalidSale`` with the first fault of the JSON text; where there is none, that of the first column at fault.
    mutating func parse(_ message: RawSpan, country: CountryCode?) throws(InvalidSale) {
        decoded.removeAll(keepingCapacity: true)
        seen = 0
        at = 0
        try openObject(message)
        if message.byte(at) == 0x7D {
            at += 1
        } else {
            repeat { try readMember(message) } while try goesOn(message)
        }
        let close = at - 1
        skipSpace(message)
        guard at == message.byteCount else { throw InvalidSale(field: nil, position: at, reason: .trailingBytes) }
        for field in SaleField.allCases where seen & 1 << field.rawValue == 0 {
            throw InvalidSale(field: field, position: close, reason: .missing)
        }
        try check(message, country: country)
    }

    /// Stops at the first key or at the closing brace.
    private mutating func openObject(_ message: RawSpan) throws(InvalidSale) {
        skipSpace(message)
        guard at < message.byteCount else { throw InvalidSale(field: nil, position: at, reason: .empty) }
        if message.byteCount >= 3, message.byte(0) == 0xEF, message.byte(1) == 0xBB, message.byte(2) == 0xBF {
            throw InvalidSale(field: nil, position: 0, reason: .byteOrderMark)
        }
        guard message.byte(at) == 0x7B else { throw InvalidSale(field: nil, position: at, reason: .notAnObject) }
        at += 1
        _ = try next(message)
    }

    /// Skips white space, then tells the byte that `at` stands at.
    private mutating func next(_ message: RawSpan) throws(InvalidSale) -> UInt8 {
        skipSpace(message)
        guard at < message.byteCount else { throw InvalidSale(field: nil, position: at, reason: .unexpectedEnd) }
        return message.byte(at)
    }

    @inline(__always) private mutating func skipSpace(_ message: RawSpan) {
        while at < message.byteCount {
            let byte = message.byte(at)
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            at &+= 1
        }
    }

    /// Behind a member: true at a comma (then passed), false at the object's end (passed too).
    private mutating func goesOn(_ message: RawSpan) throws(InvalidSale) -> Bool {
        let byte = try next(message)
        guard byte == 0x2C || byte == 0x7D else { throw InvalidSale(field: nil, position: at, reason: .commaExpected) }
        at += 1
        return byte == 0x2C
    }

    private mutating func readMember(_ message: RawSpan) throws(InvalidSale) {
        let keyPosition = at
        guard let field = try readKey(message) else { return try skipValue(message) }
        guard seen & 1 << field.rawValue == 0 else {
            throw InvalidSale(field: field, position: keyPosition, reason: .duplicateKey)
        }
        seen |= 1 << field.rawValue
        let byte = try next(message)
        if byte == 0x22 { return try readText(message, of: field) }
        guard field == .sellingPrice else { throw InvalidSale(field: field, position: at, reason: .notText) }
        let start = at
        if let fault = PriceCheck.jsonNumber(message, from: at, end: &at) {
            throw InvalidSale(field: field, position: start + fault.offset, reason: fault.reason)
        }
        values[field.index] = MessageValue(start: start, end: at, origin: start, isPlain: true, isNumber: true)
    }

    /// Reads a key and its colon; nil where it is none of the six.
    private mutating func readKey(_ message: RawSpan) throws(InvalidSale) -> SaleField? {
        guard try next(message) == 0x22 else { throw InvalidSale(field: nil, position: at, reason: .keyExpected) }
        let start = at + 1
        let key = try readString(message, of: nil)
        guard try next(message) == 0x3A else { throw InvalidSale(field: nil, position: at, reason: .colonExpected) }
        at += 1
        guard key.hasEscapes else { return SaleField(text: message, from: start, to: key.end) }
        let count = decoded.count
        JSONText.unescape(message, from: start, to: key.end, into: &decoded)
        let field = SaleField(text: decoded.span.bytes, from: count, to: decoded.count)
        decoded.removeLast(decoded.count - count)
        return field
    }

    private mutating func readText(_ message: RawSpan, of field: SaleField) throws(InvalidSale) {
        let origin = at + 1
        let text = try readString(message, of: field)
        var value = MessageValue(start: origin, end: text.end, origin: origin, isPlain: text.isPlain, needsQuotes: text.needsQuotes)
        if text.hasEscapes {
            value.isDecoded = true
            value.start = decoded.count
            JSONText.unescape(message, from: origin, to: text.end, into: &decoded)
            value.end = decoded.count
            value.needsQuotes = CSVText.needsQuotes(decoded.span.bytes, from: value.start, to: value.end)
        }
        values[field.index] = value
    }

    /// At an opening quote; passes the closing one.
    private mutating func readString(_ message: RawSpan, of field: SaleField?) throws(InvalidSale) -> JSONString {
        var string = JSONString()
        if let fault = JSONText.scanString(message, from: at + 1, into: &string) {
            throw InvalidSale(field: field, position: fault.offset, reason: fault.reason)
        }
        at = string.end + 1
        return string
    }

    private func check(_ message: RawSpan, country: CountryCode?) throws(InvalidSale) {
        let other = decoded.span.bytes
        for field in SaleField.allCases {
            let value = values[field.index]
            if value.isNumber { continue }
            let fault =
                value.isDecoded
                ? FieldCheck.fault(field, other, from: value.start, to: value.end, isPlain: false, country: country)
                : FieldCheck.fault(field, message, from: value.start, to: value.end, isPlain: value.isPlain, country: country)
            if let fault {
                throw InvalidSale(field: field, position: value.origin + (value.isDecoded ? 0 : fault.offset), reason: fault.reason)
            }
        }
    }
}

extension MessageParser {
    /// How deep the values of other people's keys may be nested: a bit a level in one word.
    static let maximumDepth = 64

    /// Passes a value of any kind. A stack of one bit a level says which containers are objects.
    private mutating func skipValue(_ message: RawSpan) throws(InvalidSale) {
        var depth = 0
        var objects: UInt64 = 0
        while true {
            let byte = try next(message)
            switch byte {
            case 0x22: _ = try readString(message, of: nil)
            case 0x7B, 0x5B:
                guard depth < Self.maximumDepth else { throw InvalidSale(field: nil, position: at, reason: .nestedTooDeeply) }
                depth += 1
                let isObject = byte == 0x7B
                objects = objects << 1 | (isObject ? 1 : 0)
                at += 1
                if try next(message) != byte + 2 {
                    if isObject { _ = try readKey(message) }
                    continue
                }
                at += 1
                depth -= 1
                objects >>= 1
            default:
                let fault =
                    byte.isDigit || byte == 0x2D
                    ? JSONText.scanNumber(message, from: at, end: &at) : JSONText.scanLiteral(message, from: at, end: &at)
                if let fault { throw InvalidSale(field: nil, position: fault.offset, reason: fault.reason) }
            }
            if try !entersNextValue(message, depth: &depth, objects: &objects) { return }
        }
    }

    /// Behind a value: closes what ends here; true where another value of the innermost container follows.
    private mutating func entersNextValue(_ message: RawSpan, depth: inout Int, objects: inout UInt64) throws(InvalidSale) -> Bool {
        while depth > 0 {
            let isObject = objects & 1 == 1
            let byte = try next(message)
            if byte == 0x2C {
                at += 1
                if isObject { _ = try readKey(message) }
                return true
            }
            guard byte == (isObject ? 0x7D : 0x5D) else { throw InvalidSale(field: nil, position: at, reason: .commaExpected) }
            at += 1
            depth -= 1
            objects >>= 1
        }
        return false
    }
}

extension SaleField {
    /// The field whose name is exactly these bytes. A name has at most 15 bytes: two words, compared as numbers.
    @inline(__always) init?(text: RawSpan, from start: Int, to end: Int) {
        let length = end - start
        guard length >= 7, length <= 15 else { return nil }
        var low: UInt64 = 0
        var high: UInt64 = 0
        if start + 16 <= text.byteCount {
            low = text.word(start)
            high = text.word(start + 8)
            if length < 8 { low &= 1 << UInt64(length * 8) - 1 }
            high &= length > 8 ? 1 << UInt64((length - 8) * 8) - 1 : 0
        } else {
            for index in 0..<length {
                let byte = UInt64(text.byte(start + index)) << UInt64((index & 7) * 8)
                if index < 8 { low |= byte } else { high |= byte }
            }
        }
        switch (low, high) {
        case (0x0064_695f_656c_6173, 0): self = .saleID
        case (0x5f74_6375_646f_7270, 0x6564_6f63): self = .productCode
        case (0x5f79_7274_6e75_6f63, 0x0065_6c61_735f_666f): self = .countryOfSale
        case (0x656d_6974_6574_6164, 0): self = .datetime
        case (0x5f67_6e69_6c6c_6573, 0x0065_6369_7270): self = .sellingPrice
        case (0x7963_6e65_7272_7563, 0): self = .currency
        default: return nil
        }
    }
}
