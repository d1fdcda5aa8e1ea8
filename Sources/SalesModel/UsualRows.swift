extension RowBatch {
    /// Takes rows as ours are from `start` on - six plain values in our order, the timestamp with milliseconds and `Z` -
    /// until one is not, is longer than `limit`, or is not there to its end. That one is left to the general way, which accepts
    /// or refuses it.
    /// - Returns: where the row begins that was not taken.
    mutating func appendUsualRows(
        from start: Int, to end: Int, limit: Int, country: CountryCode?, line: inout Int, inputShift: Int
    ) -> Int {
        let source = bytes
        let text = source.span.bytes
        var at = start
        while true {
            guard let row = UsualRow(text, from: at, to: end, country: country), row.textEnd &- at <= limit else { return at }
            rows.append(
                PlacedRow(
                    fields: row.fields, original: FieldPlace(start: at, end: row.textEnd), line: line,
                    inputEnd: row.next &+ inputShift))
            line &+= 1
            at = row.next
        }
    }
}

/// A row as ours are, found and checked in one go.
private struct UsualRow {
    var fields = SaleFields()
    var textEnd = 0
    var next = 0

    @inline(__always) init?(_ text: RawSpan, from start: Int, to end: Int, country: CountryCode?) {
        let idEnd = text.endOfPlainText(from: start, before: end)
        guard idEnd < end, text.byte(idEnd) == 0x2C, idEnd &- start &- 1 < 128, idEnd > start else { return nil }
        let product = idEnd &+ 1
        let productEnd = text.endOfPlainText(from: product, before: end)
        // Behind the product: `,US,` and 24 bytes of a timestamp, then at least `,5,USD` and the line feed.
        guard productEnd &+ 36 <= end, text.byte(productEnd) == 0x2C, productEnd &- product &- 1 < 64, productEnd > product else {
            return nil
        }
        let letters = text.half(productEnd &+ 1)
        if let country {
            guard letters == country.littleEndianLetters else { return nil }
        } else {
            guard UInt8(truncatingIfNeeded: letters).isCapital, UInt8(truncatingIfNeeded: letters &>> 8).isCapital else { return nil }
        }
        let price = productEnd &+ 29
        guard text.byte(productEnd &+ 3) == 0x2C, DatetimeCheck.isOurs(text, at: productEnd &+ 4), text.byte(price &- 1) == 0x2C,
            price &+ 8 <= end
        else { return nil }
        let priceEnd = PriceCheck.endOfUsual(text, from: price)
        guard priceEnd > 0, priceEnd &+ 5 <= end, text.byte(priceEnd) == 0x2C, text.byte(priceEnd &+ 1).isCapital,
            text.byte(priceEnd &+ 2).isCapital, text.byte(priceEnd &+ 3).isCapital
        else { return nil }
        textEnd = priceEnd &+ 4
        if text.byte(textEnd) == 0x0A {
            next = textEnd &+ 1
        } else if textEnd &+ 2 <= end, text.half(textEnd) == 0x0A0D {
            next = textEnd &+ 2
        } else {
            return nil
        }
        fields[.saleID] = Range(uncheckedBounds: (start, idEnd))
        fields[.productCode] = Range(uncheckedBounds: (product, productEnd))
        fields[.countryOfSale] = Range(uncheckedBounds: (productEnd &+ 1, productEnd &+ 3))
        fields[.datetime] = Range(uncheckedBounds: (productEnd &+ 4, productEnd &+ 28))
        fields[.sellingPrice] = Range(uncheckedBounds: (price, priceEnd))
        fields[.currency] = Range(uncheckedBounds: (priceEnd &+ 1, priceEnd &+ 4))
    }
}
