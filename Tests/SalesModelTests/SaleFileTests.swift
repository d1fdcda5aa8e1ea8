import SalesModel
import Testing

@Suite struct SaleFileTests {
    private let values = ["06955b90-0abc-8def-a920-00000000044b", "p1", "US", "2026-11-22T15:47:00.123Z", "9.99", "USD"]

    private func content(_ text: String, country: CountryCode? = Given.us, limit: Int = 65_536) throws -> FileContent {
        try FileContent(csv: Array(text.utf8), country: country, limit: limit)
    }

    @Test func ourOwnFile() throws {
        let content = try content(Given.header + Given.row + Given.row)
        #expect(content.rows == [values, values])
        #expect(content.lines == [2, 3])
        #expect(content.originals == [String(Given.row.dropLast()), String(Given.row.dropLast())])
        #expect(content.inputEnds == [69 + 77, 69 + 2 * 77])
        #expect(content.rejections.isEmpty)
    }

    @Test func otherPeoplesFiles() throws {
        let text = """
            \u{FEFF}"currency",note,selling_price,datetime,country_of_sale,product_code,sale_id\r\n\
            USD,"a ""b""\r\nc, d",007,2026-11-22T15:47:00+01:00,US,"p""1",é\r\n\r\n\
            "USD",,"5.",2026-11-22T15:47:00z,"US","p,1","x"
            """
        let content = try content(text)
        #expect(
            content.rows == [
                ["é", "p\"1", "US", "2026-11-22T15:47:00+01:00", "007", "USD"], ["x", "p,1", "US", "2026-11-22T15:47:00z", "5.", "USD"],
            ])
        #expect(content.lines == [2, 5])
        #expect(content.rejections.isEmpty)
    }

    @Test func emptyFileWithHeader() throws {
        #expect(try content(Given.header).rows.isEmpty)
        #expect(try content(String(Given.header.dropLast())).rows.isEmpty)
    }

    @Test(
        arguments: [
            ("", .absent), ("\n\n", .absent), ("\u{FEFF}\n", .absent), ("a,b\n", .missing(.saleID)), (Given.row, .missing(.saleID)),
            ("sale_id,sale_id\n", .duplicate(.saleID)), ("\"sale_id", .malformed(.quoteNotClosed)),
            ("sale\"id\n", .malformed(.quoteInText)),
        ] as [(String, InvalidHeader)])
    func headers(text: String, error: InvalidHeader) {
        #expect(throws: error) { try FileContent(csv: Array(text.utf8)) }
        #expect(!error.description.isEmpty)
    }

    @Test func aHeaderThatIsTooLong() {
        #expect(throws: InvalidHeader.malformed(.rowTooLong)) { try content(String(repeating: "x,", count: 40_000)) }
    }

    @Test(arguments: [
        ("x,p1,US,2026-11-22T15:47:00Z,1e5,USD", "selling_price at byte 30: an exponent is not allowed"),
        ("x,p1,DE,2026-11-22T15:47:00Z,9.99,USD", "country_of_sale at byte 5: the sale belongs to another country"),
        ("x,p1,US,2026-02-30T15:47:00.123Z,9.99,USD", "datetime at byte 16: there is no such day"),
        (",p1,US,2026-11-22T15:47:00Z,9.99,USD", "sale_id at byte 0: the value is empty"),
        ("x,\"p\"\"\n1\",US,2026-11-22T15:47:00Z,9.99,USD", "product_code at byte 3: control characters are not allowed"),
        ("x,\"p\n1\",US,2026-11-22T15:47:00Z,9.99,USD", "product_code at byte 4: control characters are not allowed"),
        ("x,p1,US,2026-11-22T15:47:00Z,9.99", "byte 33: the row has more or fewer fields than the header"),
        ("x,p1,US,2026-11-22T15:47:00Z,9.99,USD,", "byte 38: the row has more or fewer fields than the header"),
        ("x,p\"1,US,2026-11-22T15:47:00Z,9.99,USD", "product_code at byte 3: a quote within a field that is not quoted"),
        (
            "x,\"p\"1,US,2026-11-22T15:47:00Z,9.99,USD",
            "product_code at byte 5: a comma or the end of the row is expected behind a quoted field"
        ),
        (
            "x,p1,US,2026-11-22T15:47:00Z,9.99,\"US\"D",
            "currency at byte 38: a comma or the end of the row is expected behind a quoted field"
        ),
        ("x,p1,US,2026-11-22T15:47:00Z,9.99,USD ", "currency at byte 34: three capital letters are expected"),
        ("x,p\u{0},US,2026-11-22T15:47:00Z,9.99,USD", "product_code at byte 3: control characters are not allowed"),
        ("x,p1,US,2026-11-22T15:47:00Z,9.99\r,USD", "selling_price at byte 33: only digits and one point are allowed"),
    ])
    func rejections(row: String, why: String) throws {
        for ending in ["\n", "\r\n"] {
            let content = try content(Given.header + Given.row + row + ending + Given.row)
            #expect(content.rows == [values, values])
            #expect(content.rejections == ["line 3, \(why), to \(146 + row.utf8.count + ending.utf8.count): \(row)"])
            #expect(content.lines == [2, row.utf8.contains(0x0A) ? 5 : 4])
        }
    }

    @Test func invalidUTF8() throws {
        let row = Array("x,p".utf8) + [0xC3, 0x28] + Array(",US,2026-11-22T15:47:00Z,9.99,USD\n".utf8)
        var reader = SaleFileReader(country: Given.us)
        var batch = RowBatch()
        let file = Array(Given.header.utf8) + row
        try reader.read(file.span.bytes, into: &batch)
        let rejection = try #require(batch.rejections.first)
        #expect(rejection.fault == InvalidSale(field: .productCode, position: 3, reason: .invalidUTF8))
        #expect(Array(batch.bytes[rejection.original]) == row.dropLast())
    }

    @Test func aStrayQuoteCostsOneLine() throws {
        let stray = "\"x,p1,US,2026-11-22T15:47:00Z,9.99,USD"
        let content = try content(Given.header + stray + "\n" + Given.row + Given.row)
        #expect(content.rows == [values, values])
        #expect(content.lines == [3, 4])
        #expect(content.rejections == ["line 2, byte 0: a quoted field is not closed, to 108: \(stray)"])
        let many = String(repeating: Given.row, count: 2000)
        let long = try self.content(Given.header + stray + "\n" + many)
        #expect(long.rows.count == 2000)
        #expect(long.rejections.count == 1)
    }

    @Test func aRowThatIsTooLongIsCutAndRefused() throws {
        for (length, isRefused) in [(256, false), (257, true), (258, true), (259, true), (5000, true)] {
            for ending in ["\n", "\r\n"] {
                let rest = ",p1,US,2026-11-22T15:47:00Z,9.99,USD"
                let row = String(repeating: "x", count: length - rest.utf8.count) + rest
                let text = Array((Given.header + row + ending + Given.row).utf8)
                let whole = try FileContent(csv: text, limit: 256)
                #expect(whole.rejections.count == 1)
                #expect(whole.rejections[0].contains("the row is too long") == isRefused)
                #expect(whole.rows == [values])
                #expect(whole.lines == [3])
                for pieces in [1, 7, 100, 256, 257, 258] { #expect(try FileContent(csv: text, pieces: pieces, limit: 256) == whole) }
            }
        }
    }

    @Test func cutAtEveryByte() throws {
        let text = """
            \(Given.header)\(Given.row)"x","p ""1""\",US,2026-11-22T15:47:00Z,"9.99",USD\r\n\nbad"x,1\r\n"a\nb",p,US,2026-11-22T15:47:00Z,1,USD\n\
            é,p1,US,2026-11-22T15:47:00Z,1e5,USD\n\(Given.row)"open,\(Given.row)\(Given.row.dropLast())
            """
        let bytes = Array(text.utf8)
        let whole = try FileContent(csv: bytes)
        #expect(whole.rows.count == 4)
        #expect(whole.rejections.count == 4)
        for size in 1...bytes.count {
            #expect(try FileContent(csv: bytes, pieces: size) == whole)
            #expect(try FileContent(csv: bytes, pieces: size, emptying: true).rows == whole.rows)
        }
    }

    @Test func anyCountryIsTakenWhereNoneIsNamed() throws {
        let german = Given.row.replacing(",US,", with: ",DE,")
        let content = try content(Given.header + german + Given.row + Given.row.replacing(",US,", with: ",us,"), country: nil)
        #expect(content.rows.map { $0[2] } == ["DE", "US"])
        #expect(content.rejections.count == 1)
    }

    @Test func linesOfMessages() throws {
        let escaped = Given.message.replacing("p1", with: #"\u0070\"1"#)
        let text = "\(Given.message)\r\n\n\(escaped)\nnonsense\n\(Given.message.replacing("9.99", with: "\"9.990\""))"
        let bytes = Array(text.utf8)
        let whole = FileContent(lines: bytes)
        #expect(whole.rows.map { $0[1] } == ["p1", "p\"1", "p1"])
        #expect(whole.rows.map { $0[4] } == ["9.99", "9.99", "9.990"])
        #expect(whole.lines == [1, 3, 5])
        #expect(whole.originals[1] == escaped)
        #expect(whole.rejections == ["line 4, byte 0: a JSON object is expected, to \(172 + escaped.utf8.count + 10): nonsense"])
        for size in 1...bytes.count { #expect(FileContent(lines: bytes, pieces: size) == whole) }
    }

    @Test func aLineThatIsTooLongIsCutAndRefused() {
        for length in [256, 257, 258, 259, 3000] {
            let text = Array((String(repeating: "x", count: length) + "\r\n" + Given.message + "\n").utf8)
            let whole = FileContent(lines: text, limit: 256)
            #expect(whole.rows == [values])
            #expect(whole.rejections.count == 1)
            #expect(whole.rejections[0].contains("the row is too long") == (length > 256))
            for pieces in [1, 100, 256, 257, 258, 259] { #expect(FileContent(lines: text, pieces: pieces, limit: 256) == whole) }
        }
    }
}
