/// What a value must be, field by field, wherever it comes from. The text must be valid UTF-8 already.
enum FieldCheck {
    /// Nil where the bytes from `start` to `end` are a value for `field`.
    /// - Parameters:
    ///   - isPlain: all bytes are known to be plain (``RawSpan/endOfPlainText(from:before:)``), so each is a character.
    ///   - country: where the sale must be from; nil for anywhere.
    @inline(__always) static func fault(
        _ field: SaleField, _ text: RawSpan, from start: Int, to end: Int, isPlain: Bool, country: CountryCode?
    ) -> Fault? {
        switch field {
        case .saleID: return isPlain ? lengthFault(end - start, 128) : textFault(text, from: start, to: end, limit: 128)
        case .productCode: return isPlain ? lengthFault(end - start, 64) : textFault(text, from: start, to: end, limit: 64)
        case .countryOfSale:
            if end - start == 2, let country, text.byte(start) == country.first, text.byte(start + 1) == country.second { return nil }
            return countryFault(text, from: start, to: end, isFixed: country != nil)
        case .datetime: return DatetimeCheck.fault(text, from: start, to: end)
        case .sellingPrice: return PriceCheck.fault(text, from: start, to: end)
        case .currency:
            if end - start == 3, text.byte(start).isCapital, text.byte(start + 1).isCapital, text.byte(start + 2).isCapital { return nil }
            return Fault(start == end ? .emptyValue : .notACurrency, at: 0)
        }
    }

    @inline(__always) private static func lengthFault(_ length: Int, _ limit: Int) -> Fault? {
        if length == 0 { return Fault(.emptyValue, at: 0) }
        return length > limit ? Fault(.tooLong, at: limit) : nil
    }

    /// One to `limit` scalars, none of them a control character (C0, DEL, C1).
    private static func textFault(_ text: RawSpan, from start: Int, to end: Int, limit: Int) -> Fault? {
        if start == end { return Fault(.emptyValue, at: 0) }
        var scalars = 0
        for index in start..<end {
            let byte = text.byte(index)
            if byte & 0xC0 == 0x80 { continue }
            scalars += 1
            if scalars > limit { return Fault(.tooLong, at: index - start) }
            let isC1 = byte == 0xC2 && text.byte(index + 1) < 0xA0
            if byte < 0x20 || byte == 0x7F || isC1 { return Fault(.controlCharacter, at: index - start) }
        }
        return nil
    }

    private static func countryFault(_ text: RawSpan, from start: Int, to end: Int, isFixed: Bool) -> Fault? {
        if start == end { return Fault(.emptyValue, at: 0) }
        guard end - start == 2, text.byte(start).isCapital, text.byte(start + 1).isCapital else { return Fault(.notACountry, at: 0) }
        return isFixed ? Fault(.otherCountry, at: 0) : nil
    }
}
