import SalesModel
import Testing

@Suite struct WriterTests {
    private func batch(_ rows: String) throws -> RowBatch {
        var reader = SaleFileReader(country: nil)
        var batch = RowBatch()
        let file = Array((Given.header + rows).utf8)
        try reader.read(file.span.bytes, into: &batch)
        try reader.finish(into: &batch)
        #expect(batch.rejections.isEmpty)
        return batch
    }

    private func message(_ batch: RowBatch) -> String {
        var bytes: [UInt8] = []
        SaleMessage.append(batch.fields(of: 0), in: batch.bytes.span.bytes, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func aRowOfOursBecomesAMessageOfOurs() throws { #expect(message(try batch(Given.row)) == Given.message) }

    @Test(arguments: ["1", "0", "0.5", "10.00", "100"]) func pricesThatAreNumbers(price: String) throws {
        #expect(message(try batch("x,p1,US,2026-11-22T15:47:00Z,\(price),USD")).contains(#""selling_price":\#(price),"#))
    }

    @Test(arguments: ["007", ".5", "5.", "00.5"]) func pricesThatAreNot(price: String) throws {
        #expect(message(try batch("x,p1,US,2026-11-22T15:47:00Z,\(price),USD")).contains(#""selling_price":"\#(price)","#))
    }

    @Test func quotesBackslashesAndTheRest() throws {
        let row = "\"a\"\"b\\c, d\",é/😀,US,2026-11-22T15:47:00Z,1,USD\n"
        let batch = try batch(row)
        #expect(message(batch).hasPrefix(#"{"sale_id":"a\"b\\c, d","product_code":"é/😀","#))
        var rows: [UInt8] = []
        SaleRow.append(batch.fields(of: 0), in: batch.bytes.span.bytes, to: &rows)
        #expect(String(decoding: rows, as: UTF8.self) == row)
    }

    @Test func rejectFilesRoundTrip() throws {
        let records = [
            RejectRecord(line: 3, column: .sellingPrice, reason: "an exponent is not allowed", original: Array("x,\"p\"\"1\",1e5".utf8)),
            RejectRecord(line: 70_000, column: nil, reason: "one, \"two\"", original: Array("a\r\nb\n".utf8) + [0xFF, 0x00]),
            RejectRecord(line: 1, column: .saleID, reason: "", original: []),
        ]
        var bytes = Array("\(RejectFile.header)\n".utf8)
        for record in records { RejectFile.append(record, to: &bytes) }
        #expect(
            String(decoding: bytes, as: UTF8.self).hasPrefix("line,column,reason,original\n3,selling_price,an exponent is not allowed,"))
        for size in 1...bytes.count {
            var reader = RejectFileReader()
            var read: [RejectRecord] = []
            for piece in bytes.cut(size) { try reader.read(piece.span.bytes, into: &read) }
            try reader.finish(into: &read)
            #expect(read == records)
        }
    }

    @Test func rejectionsGoToTheFileAsTheyStood() throws {
        var reader = SaleFileReader(country: Given.us)
        var batch = RowBatch()
        let row = "x,\"p\"\"1\",US,2026-11-22T15:47:00Z,-1,USD"
        let file = Array((Given.header + row + "\n").utf8)
        try reader.read(file.span.bytes, into: &batch)
        var bytes = Array("\(RejectFile.header)\n".utf8)
        RejectFile.append(try #require(batch.rejections.first), of: batch, to: &bytes)
        var records: [RejectRecord] = []
        var rejects = RejectFileReader()
        try rejects.read(bytes.span.bytes, into: &records)
        #expect(records == [RejectRecord(line: 2, column: .sellingPrice, reason: "a sign is not allowed", original: Array(row.utf8))])
    }

    @Test(arguments: [
        ("", 1), ("line,column\n", 1), ("line,column,reason,original\nx,,,\n", 2), ("line,column,reason,original\n1,price,,\n", 2),
        ("line,column,reason,original\n1,,,\"\n\"\n1,,\n", 4), ("line,column,reason,original\n1,,,\"open", 2),
    ])
    func whatIsNoRejectFile(text: String, line: Int) {
        let bytes = Array(text.utf8)
        var reader = RejectFileReader()
        var records: [RejectRecord] = []
        do throws(InvalidRejectFile) {
            try reader.read(bytes.span.bytes, into: &records)
            try reader.finish(into: &records)
            Issue.record("was read")
        } catch {
            #expect(error.line == line)
        }
    }
}
