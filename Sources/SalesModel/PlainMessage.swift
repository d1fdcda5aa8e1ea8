/// A message of nothing but the six keys, in any order, with a blank at most behind colons and commas as many writers put it, and
/// plain values: what most programs other than ours write. Any other message, valid or not, is left to ``MessageParser``.
struct PlainMessage {
    /// The six values in the message.
    var fields = SaleFields()

    /// Nil where the message has another form, or a value that is none.
    @inline(__always) init?(_ message: RawSpan, country: CountryCode?) {
        let count = message.byteCount
        guard count > 24, message.byte(0) == 0x7B else { return nil }
        var seen: UInt8 = 0
        var at = 1
        while true {
            // A key needs three bytes and its value two; where fewer are left, the message ends too early.
            guard at &+ 16 < count, message.byte(at) == 0x22 else { return nil }
            let keyEnd = message.endOfPlainText(from: at &+ 1, before: count)
            guard keyEnd &+ 5 < count, message.half(keyEnd) == 0x3A22,
                let field = SaleField(text: message, from: at &+ 1, to: keyEnd), seen & 1 &<< field.rawValue == 0
            else { return nil }
            seen |= 1 &<< field.rawValue
            at = keyEnd &+ (message.byte(keyEnd &+ 2) == 0x20 ? 3 : 2)

            let start: Int
            let end: Int
            if message.byte(at) == 0x22 {
                start = at &+ 1
                end = message.endOfPlainText(from: start, before: count)
                guard end &+ 1 < count, message.byte(end) == 0x22 else { return nil }
                at = end &+ 1
            } else {
                guard field == .sellingPrice, at &+ 8 < count else { return nil }
                start = at
                end = PriceCheck.endOfUsual(message, from: at)
                guard end > 0 else { return nil }
                at = end
            }
            guard FieldCheck.fault(field, message, from: start, to: end, isPlain: true, country: country) == nil else { return nil }
            fields.places[field.index] = FieldPlace(start: start, end: end)

            if message.byte(at) == 0x2C {
                at &+= at &+ 1 < count && message.byte(at &+ 1) == 0x20 ? 2 : 1
            } else {
                guard message.byte(at) == 0x7D, at &+ 1 == count, seen == 0x3F else { return nil }
                return
            }
        }
    }
}

extension SaleRow {
    /// Appends one row whose values need no quotes: in one piece, eight bytes at a time.
    @inline(__always) static func appendUnquoted(_ fields: SaleFields, in text: RawSpan, to rows: inout [UInt8]) {
        var length = 6
        for index in 0..<6 { length &+= fields.places[index].end &- fields.places[index].start }
        // Eight bytes more than needed, so that whole words can be stored; what is too much is overwritten or taken back.
        rows.append(addingCapacity: length &+ 8) { output in
            output.append(repeating: 0, count: length &+ 8)
            var elements = output.mutableSpan
            var bytes = elements.mutableBytes
            var at = 0
            for field in 0..<6 {
                let place = fields.places[field]
                var index = place.start
                while index < place.end, index &+ 8 <= text.byteCount {
                    bytes.storeBytes(of: text.word(index).littleEndian, toByteOffset: at &+ (index &- place.start), as: UInt64.self)
                    index &+= 8
                }
                while index < place.end {
                    bytes.storeBytes(of: text.byte(index), toByteOffset: at &+ (index &- place.start), as: UInt8.self)
                    index &+= 1
                }
                at &+= place.end &- place.start
                bytes.storeBytes(of: field == 5 ? 0x0A : 0x2C, toByteOffset: at, as: UInt8.self)
                at &+= 1
            }
            output.removeLast(8)
        }
    }
}
