/// A price: digits with at most one point, at most 38 digits (the precision of DynamoDB's numbers), no sign, no exponent.
/// In a string or a CSV field `007`, `.5` and `5.` are such digits and are carried as they are; as a JSON number they are not
/// valid JSON.
enum PriceCheck {
    static let maximumDigits = 38

    /// Nil where the bytes from `start` to `end` are a price.
    static func fault(_ text: RawSpan, from start: Int, to end: Int) -> Fault? {
        if start == end { return Fault(.emptyValue, at: 0) }
        var digits = 0
        var point = false
        for index in start..<end {
            let byte = text.byte(index)
            if byte.isDigit {
                digits &+= 1
                if digits > maximumDigits { return Fault(.tooManyDigits, at: index - start) }
            } else if byte == 0x2E {
                if point { return Fault(.secondPoint, at: index - start) }
                point = true
            } else {
                return Fault(reason(byte), at: index - start)
            }
        }
        return digits == 0 ? Fault(.noDigits, at: 0) : nil
    }

    /// Reads a price that is written as a JSON number; `end` is behind its last byte. The caller looks at what follows.
    static func jsonNumber(_ text: RawSpan, from start: Int, end: inout Int) -> Fault? {
        var index = start
        var digits = 0
        var fractionStart = -1
        scan: while index < text.byteCount {
            let byte = text.byte(index)
            switch byte {
            case 0x30...0x39:
                if digits == 1, fractionStart < 0, text.byte(start) == 0x30 { return Fault(.leadingZero, at: 0) }
                digits += 1
                if digits > maximumDigits { return Fault(.tooManyDigits, at: index - start) }
            case 0x2E:
                if fractionStart >= 0 { return Fault(.secondPoint, at: index - start) }
                if digits == 0 { return Fault(.malformedNumber, at: 0) }
                fractionStart = index + 1
            case 0x2B, 0x2D: return Fault(.sign, at: index - start)
            case 0x45, 0x65:
                return Fault(digits == 0 ? .notANumber : .exponent, at: index - start)
            default: break scan
            }
            index += 1
        }
        if index == text.byteCount { return Fault(.unexpectedEnd, at: index - start) }
        if index == start { return Fault(.notANumber, at: 0) }
        if fractionStart == index { return Fault(.malformedNumber, at: index - start) }
        end = index
        return nil
    }

    /// The end of a price of at most seven bytes that is a JSON number too, in most prices found without a branch a byte;
    /// -1 for any other, which need not be wrong. Reads eight bytes from `start` on.
    @inline(__always) static func endOfUsual(_ text: RawSpan, from start: Int) -> Int {
        let difference = text.word(start) ^ Word.repeating(0x30)
        let marks = Word.notDigits(difference)
        guard marks != 0 else { return -1 }
        let whole = marks.trailingZeroBitCount &>> 3
        let first = difference & 0xFF
        if whole == 0 || (first == 0 && whole > 1) { return -1 }
        // 0x1E is what a point differs in from `0`.
        guard difference &>> UInt64(truncatingIfNeeded: whole &<< 3) & 0xFF == 0x1E else { return start &+ whole }
        let later = marks & (marks &- 1)
        let length = later.trailingZeroBitCount &>> 3
        return later == 0 || length == whole &+ 1 ? -1 : start &+ length
    }

    /// Whether a valid price is also a valid JSON number, so that a writer can do without quotes.
    static func isJSONNumber(_ text: RawSpan, from start: Int, to end: Int) -> Bool {
        guard start < end, text.byte(start).isDigit, text.byte(end - 1).isDigit else { return false }
        return text.byte(start) != 0x30 || end - start == 1 || text.byte(start + 1) == 0x2E
    }

    private static func reason(_ byte: UInt8) -> InvalidSale.Reason {
        switch byte {
        case 0x2B, 0x2D: .sign
        case 0x45, 0x65: .exponent
        default: .notADigit
        }
    }
}
