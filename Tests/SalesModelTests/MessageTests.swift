import SalesModel
import Testing

/// A message with one member's text replaced, in the six keys' order.
private func message(
    id: String = #""x""#, product: String = #""p1""#, country: String = #""US""#, time: String = #""2026-11-22T15:47:00.123Z""#,
    price: String = "9.99", currency: String = #""USD""#, more: String = ""
) -> String {
    #"{"sale_id":\#(id),"product_code":\#(product),"country_of_sale":\#(country),"datetime":\#(time),"selling_price":\#(price),"currency":\#(currency)\#(more)}"#
}

/// The offset of the first place where the text stands.
private func offset(of part: String, in text: String) throws -> Int {
    let (part, text) = (Array(part.utf8), Array(text.utf8))
    return try #require((0...(text.count - part.count)).first { text[$0...].starts(with: part) })
}

@Suite struct MessageTests {
    @Test func ourOwnForm() throws {
        #expect(Given.message.utf8.count == 169)
        #expect(try Outcome(Given.message) == .row(Given.row))
    }

    @Test func anyOrderWhiteSpaceEscapesAndOtherKeys() throws {
        let text = """
             \t{"currency" : "USD", "note":{"a":[1,-2.5e+7,{"b":null,"sale_id":"no"}],"c":[]}, "selling_price":\r
              "9.990" ,"\\u0073ale_id":"a\\"b,c\\u00e9\\uD83D\\uDE00é", "product_code":"p,1","datetime":"2026-11-22t15:47:00+05:30",
              "empty":{},"t":true,"f":false,"country_of_sale":"\\u0055S"}
            """
        #expect(try Outcome(text) == .row("\"a\"\"b,cé😀é\",\"p,1\",US,2026-11-22t15:47:00+05:30,9.990,USD\n"))
    }

    @Test func canonicalMessageCutAtEveryByteIsRefused() throws {
        let bytes = Array(Given.message.utf8)
        var transcoder = try Given.transcoder()
        for length in 0..<bytes.count {
            let outcome = Outcome(Array(bytes[..<length]), with: &transcoder)
            #expect(outcome == .refused(length == 0 ? nil : field(at: length), length, length == 0 ? .empty : .unexpectedEnd))
        }
    }

    /// Within a value (not at its first quote) an end too early is told of the value's field.
    private func field(at length: Int) -> SaleField? {
        let inside: [(SaleField, ClosedRange<Int>)] = [
            (.saleID, 12...48), (.productCode, 66...68), (.countryOfSale, 89...91), (.datetime, 105...129), (.sellingPrice, 148...151),
            (.currency, 164...167),
        ]
        return inside.first { $0.1.contains(length) }?.0
    }

    @Test(
        arguments: [
            ("", nil, 0, .empty), (" \n", nil, 2, .empty), ("\u{FEFF}{}", nil, 0, .byteOrderMark), ("[]", nil, 0, .notAnObject),
            ("null", nil, 0, .notAnObject), ("{", nil, 1, .unexpectedEnd), ("{}", .saleID, 1, .missing), ("{} x", nil, 3, .trailingBytes),
            ("{\"a\":1,}", nil, 7, .keyExpected), ("{a:1}", nil, 1, .keyExpected), ("{\"a\"1}", nil, 4, .colonExpected),
            ("{\"a\":1 \"b\":2}", nil, 7, .commaExpected), ("{\"a\":[1}", nil, 7, .commaExpected),
            ("{\"a\":{\"b\":1]}", nil, 11, .commaExpected),
            ("{\"a\":[1,]}", nil, 8, .malformedJSON), ("{\"a\":tru}", nil, 5, .malformedJSON), ("{\"a\":nul", nil, 8, .unexpectedEnd),
            ("{\"a\":01}", nil, 7, .malformedNumber), ("{\"a\":1.}", nil, 7, .malformedNumber), ("{\"a\":-}", nil, 6, .malformedNumber),
            ("{\"a\":1e}", nil, 7, .malformedNumber), ("{\"a\":\"\u{1}\"}", nil, 6, .rawControlCharacter),
            ("{\"a\":\"\u{0}\"}", nil, 6, .rawControlCharacter), ("{\"a\":\"\\x\"}", nil, 6, .invalidEscape),
            ("{\"a\":\"\\u12G4\"}", nil, 6, .invalidEscape), ("{\"a\":\"\\uD800\"}", nil, 6, .loneSurrogate),
            ("{\"a\":\"\\uDC00\"}", nil, 6, .loneSurrogate), ("{\"a\":\"\\uD800\\u0041\"}", nil, 6, .loneSurrogate),
            ("{\"\\uD800\":1}", nil, 2, .loneSurrogate), ("\u{0}", nil, 0, .notAnObject),
        ] as [(String, SaleField?, Int, InvalidSale.Reason)])
    func malformed(text: String, field: SaleField?, position: Int, reason: InvalidSale.Reason) throws {
        #expect(try Outcome(text) == .refused(field, position, reason))
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0xAF], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xFF],
            [0xE2, 0x82],
        ] as [[UInt8]])
    func invalidUTF8(sequence: [UInt8]) throws {
        var transcoder = try Given.transcoder()
        let head = Array(#"{"a":"b"#.utf8)
        let unknown = head + sequence + Array("\"}".utf8)
        #expect(Outcome(unknown, with: &transcoder) == .refused(nil, head.count, .invalidUTF8))
        let ours = Array(#"{"sale_id":""#.utf8) + sequence + Array("\"}".utf8)
        #expect(Outcome(ours, with: &transcoder) == .refused(.saleID, 12, .invalidUTF8))
    }

    @Test func nesting() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(try Outcome(message(more: #","n":"# + deep)) == .row("x,p1,US,2026-11-22T15:47:00.123Z,9.99,USD\n"))
        #expect(try Outcome(#"{"n":"# + String(repeating: "[", count: 65)) == .refused(nil, 69, .nestedTooDeeply))
        var transcoder = try Given.transcoder()
        let brackets = [UInt8](repeating: 0x5B, count: 10_000_000)
        #expect(Outcome(brackets, with: &transcoder) == .refused(nil, 0, .notAnObject))
        #expect(Outcome(Array(#"{"n":"#.utf8) + brackets, with: &transcoder) == .refused(nil, 69, .nestedTooDeeply))
    }

    @Test(arguments: SaleField.allCases)
    func aKeyOfOursTwiceOrNotAtAll(field: SaleField) throws {
        let whole = Given.message
        let twice = String(whole.dropLast()) + #","\#(field)":null}"#
        #expect(try Outcome(twice) == .refused(field, 169, .duplicateKey))
        let without = whole.replacing("\"\(field)\"", with: "\"other\"")
        #expect(try Outcome(without) == .refused(field, without.utf8.count - 1, .missing))
        #expect(try Outcome(String(whole.dropLast()) + #","x":1,"x":2}"#) == .row(Given.row))
    }

    @Test(arguments: [
        "9.99", "0", "0.5", "100", "0.00", "12345678901234567890123456789012345678", "1.2345678901234567890123456789012345678",
    ])
    func priceIsCarriedDigitForDigit(price: String) throws {
        let row = Outcome.row("x,p1,US,2026-11-22T15:47:00.123Z,\(price),USD\n")
        #expect(try Outcome(message(price: price)) == row)
        #expect(try Outcome(message(price: "\"\(price)\"")) == row)
    }

    @Test(arguments: ["007", ".5", "5.", "00"]) func priceThatIsNoNumberOfJSONMayBeAString(price: String) throws {
        #expect(try Outcome(message(price: "\"\(price)\"")) == .row("x,p1,US,2026-11-22T15:47:00.123Z,\(price),USD\n"))
    }

    @Test(
        arguments: [
            ("1e5", 1, .exponent), ("1E5", 1, .exponent), ("-0", 0, .sign), ("-9.99", 0, .sign), ("+1", 0, .sign), ("007", 0, .leadingZero),
            ("1.", 2, .malformedNumber), (".5", 0, .malformedNumber), ("1.2.3", 3, .secondPoint), ("null", 0, .notANumber),
            ("{}", 0, .notANumber), ("true", 0, .notANumber), ("NaN", 0, .notANumber),
            (String(repeating: "9", count: 400), 38, .tooManyDigits),
            ("\"\"", 1, .emptyValue), ("\"1e5\"", 2, .exponent), ("\"-1\"", 1, .sign), ("\".\"", 1, .noDigits),
            ("\"1.2.3\"", 4, .secondPoint),
            ("\" 1\"", 1, .notADigit), ("\"1,5\"", 2, .notADigit), ("\"١\"", 1, .notADigit), ("\"0x1\"", 2, .notADigit),
            ("\"" + String(repeating: "0", count: 39) + "\"", 39, .tooManyDigits), ("\"1\\u0065\"", 1, .exponent),
        ] as [(String, Int, InvalidSale.Reason)])
    func prices(price: String, position: Int, reason: InvalidSale.Reason) throws {
        let text = message(price: price)
        let start = try offset(of: #""selling_price":"#, in: text) + 16
        #expect(try Outcome(text) == .refused(.sellingPrice, start + position, reason))
    }

    @Test(arguments: ["\"\"", "\"é\\u0001\"", "\"a\\u0000\"", "\"\u{7F}\"", "\"\u{85}\"", "\"\\u009f\"", "\"a\\n\""])
    func identitiesAndProducts(value: String) throws {
        let reason: InvalidSale.Reason = value == "\"\"" ? .emptyValue : .controlCharacter
        guard case .refused(.saleID, 12, reason) = try Outcome(message(id: value)) else {
            Issue.record("\(try Outcome(message(id: value)))")
            return
        }
        guard case .refused(.productCode, _, reason) = try Outcome(message(product: value)) else {
            Issue.record("\(try Outcome(message(product: value)))")
            return
        }
    }

    @Test(arguments: ["x", "é", "😀"]) func lengthsAreInScalars(scalar: String) throws {
        let size = scalar.utf8.count
        for (limit, field) in [(128, SaleField.saleID), (64, .productCode)] {
            func text(_ count: Int) -> String {
                let value = "\"\(String(repeating: scalar, count: count))\""
                return field == .saleID ? message(id: value) : message(product: value)
            }
            guard case .row = try Outcome(text(limit)) else {
                Issue.record("\(limit) are allowed")
                return
            }
            let start = field == .saleID ? 12 : 31
            #expect(try Outcome(text(limit + 1)) == .refused(field, start + limit * size, .tooLong))
        }
    }

    @Test(
        arguments: [
            (#""UK""#, .otherCountry), (#""us""#, .notACountry), (#""USA""#, .notACountry), (#""""#, .emptyValue), ("1", .notText),
            ("null", .notText),
        ] as [(String, InvalidSale.Reason)])
    func countries(value: String, reason: InvalidSale.Reason) throws {
        let text = message(country: value)
        let start = try offset(of: #""country_of_sale":"#, in: text) + 18
        #expect(try Outcome(text) == .refused(.countryOfSale, reason == .notText ? start : start + 1, reason))
    }

    @Test(arguments: [#""usd""#, #""US""#, #""USDX""#, #""US1""#, #""€UR""#])
    func currencies(value: String) throws {
        let text = message(currency: value)
        #expect(try Outcome(text) == .refused(.currency, try offset(of: #""currency":"#, in: text) + 12, .notACurrency))
    }

    @Test func reasonsSpeak() {
        let fault = InvalidSale(field: .sellingPrice, position: 97, reason: .exponent)
        #expect(fault.description == "selling_price at byte 97: an exponent is not allowed")
        #expect(InvalidSale(field: nil, position: 0, reason: .byteOrderMark).description == "byte 0: a byte order mark is not allowed")
        #expect(Set(InvalidSale.Reason.allCases.map(\.description)).count == InvalidSale.Reason.allCases.count)
    }
}
