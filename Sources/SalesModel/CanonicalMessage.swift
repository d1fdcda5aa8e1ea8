/// A message in exactly the form that ours have: the six keys in their order, no white space, plain values, the timestamp with
/// milliseconds and `Z`, the price a number of at most seven bytes. Found by comparing what stands between the values, eight
/// bytes at a time. Any other message, valid or not, is left to ``MessageParser``.
struct CanonicalMessage {
    static let idStart = 12
    let idEnd: Int
    let productEnd: Int
    let priceEnd: Int

    @inline(__always) var productStart: Int { idEnd &+ 18 }
    @inline(__always) var countryStart: Int { productEnd &+ 21 }
    @inline(__always) var datetimeStart: Int { productEnd &+ 37 }
    @inline(__always) var datetimeEnd: Int { productEnd &+ 61 }
    @inline(__always) var priceStart: Int { productEnd &+ 79 }
    @inline(__always) var currencyStart: Int { priceEnd &+ 13 }

    /// Nil where the message has another form, or a value that needs a closer look.
    @inline(__always) init?(_ message: RawSpan, country: CountryCode?) {
        let count = message.byteCount
        // The shortest of our form: all between the values, and the values that have a fixed length.
        guard count >= 131 else { return nil }
        guard message.word(0) == 0x695f_656c_6173_227b, message.word(4) == 0x223a_2264_695f_656c else { return nil }

        idEnd = message.endOfPlainText(from: Self.idStart, before: count)
        guard idEnd &+ 18 &+ 98 < count, idEnd &- Self.idStart &- 1 < 128, idEnd > Self.idStart,
            message.word(idEnd) == 0x7564_6f72_7022_2c22, message.word(idEnd &+ 8) == 0x2265_646f_635f_7463,
            message.word(idEnd &+ 10) == 0x223a_2265_646f_635f
        else { return nil }

        let product = idEnd &+ 18
        productEnd = message.endOfPlainText(from: product, before: count)
        guard productEnd &+ 98 <= count, productEnd &- product &- 1 < 64, productEnd > product,
            message.word(productEnd) == 0x746e_756f_6322_2c22, message.word(productEnd &+ 8) == 0x6173_5f66_6f5f_7972,
            message.word(productEnd &+ 13) == 0x223a_2265_6c61_735f
        else { return nil }

        let letters = message.half(productEnd &+ 21)
        if let country {
            guard letters == country.littleEndianLetters else { return nil }
        } else {
            guard UInt8(truncatingIfNeeded: letters).isCapital, UInt8(truncatingIfNeeded: letters &>> 8).isCapital else { return nil }
        }
        guard message.word(productEnd &+ 23) == 0x7465_7461_6422_2c22, message.word(productEnd &+ 29) == 0x223a_2265_6d69_7465,
            DatetimeCheck.isOurs(message, at: productEnd &+ 37),
            message.word(productEnd &+ 61) == 0x696c_6c65_7322_2c22, message.word(productEnd &+ 69) == 0x6563_6972_705f_676e,
            message.word(productEnd &+ 71) == 0x3a22_6563_6972_705f
        else { return nil }

        priceEnd = PriceCheck.endOfUsual(message, from: productEnd &+ 79)
        guard priceEnd > 0, priceEnd &+ 18 == count,
            message.word(priceEnd) == 0x6e65_7272_7563_222c, message.word(priceEnd &+ 5) == 0x223a_2279_636e_6572,
            message.byte(count &- 5).isCapital, message.byte(count &- 4).isCapital, message.byte(count &- 3).isCapital,
            message.half(count &- 2) == 0x7D22
        else { return nil }
    }

    /// The six values in the message.
    var fields: SaleFields {
        var fields = SaleFields()
        fields[.saleID] = Self.idStart..<idEnd
        fields[.productCode] = productStart..<productEnd
        fields[.countryOfSale] = countryStart..<countryStart + 2
        fields[.datetime] = datetimeStart..<datetimeEnd
        fields[.sellingPrice] = priceStart..<priceEnd
        fields[.currency] = currencyStart..<currencyStart + 3
        return fields
    }

    /// Appends the row of a message that has this form. Values are copied eight bytes at a time, past their end: the next one
    /// overwrites what was too much, and the last eight bytes are taken back.
    @inline(__always) func appendRow(of message: RawSpan, to rows: inout [UInt8]) {
        let length = (idEnd &- Self.idStart) &+ (productEnd &- productStart) &+ (priceEnd &- priceStart) &+ 35
        rows.append(addingCapacity: length &+ 8) { output in
            output.append(repeating: 0, count: length &+ 8)
            var elements = output.mutableSpan
            var bytes = elements.mutableBytes
            var at = 0
            func copy(_ message: RawSpan, _ bytes: inout MutableRawSpan, from start: Int, to end: Int) {
                var index = start
                while index < end {
                    bytes.storeBytes(of: message.word(index).littleEndian, toByteOffset: at &+ (index &- start), as: UInt64.self)
                    index &+= 8
                }
                at &+= end &- start
            }
            copy(message, &bytes, from: Self.idStart, to: idEnd)
            bytes.storeBytes(of: 0x2C, toByteOffset: at, as: UInt8.self)
            at &+= 1
            copy(message, &bytes, from: productStart, to: productEnd)
            let country = 0x2C00_002C | UInt32(message.half(countryStart)) &<< 8
            bytes.storeBytes(of: country.littleEndian, toByteOffset: at, as: UInt32.self)
            at &+= 4
            copy(message, &bytes, from: datetimeStart, to: datetimeEnd)
            bytes.storeBytes(of: 0x2C, toByteOffset: at, as: UInt8.self)
            at &+= 1
            copy(message, &bytes, from: priceStart, to: priceEnd)
            // A comma, the currency's three letters, a line feed: the letters are bytes 3 to 5 of the message's last eight.
            let letters = message.word(message.byteCount &- 8) &>> 24 & 0xFF_FFFF
            let tail: UInt64 = 0x2C | letters &<< 8 | 0x0A &<< 32
            bytes.storeBytes(of: tail.littleEndian, toByteOffset: at, as: UInt64.self)
            output.removeLast(8)
        }
    }
}

extension CountryCode {
    /// The first letter in the low byte, as it is loaded from memory.
    @inline(__always) var littleEndianLetters: UInt16 { letters.byteSwapped }
}
