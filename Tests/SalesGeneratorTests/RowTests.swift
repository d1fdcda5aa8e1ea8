import SalesModel
import Testing

@testable import SalesGenerator

@Suite("Rows and messages")
struct RowTests {
    @Test("Every sale_id decodes to stream, country and ordinal, across the bounds of 16 and 48 bits")
    func identity() throws {
        let configuration = try configure(rate: "10000000")
        for ordinals in [0..<10, 65_530..<65_540, 0xFFFF_FFF0..<0x1_0000_0010] as [Range<UInt64>] {
            let rows = try lines(makeGenerator("FR", configuration), ordinals)
            for (ordinal, row) in zip(ordinals, rows) {
                let id = Array(Array(row.utf8)[RowFormat.csv.saleIDRange])
                let identity = SaleIdentity(text: id.span.bytes)
                #expect(try identity == SaleIdentity(stream: configuration.streamID, country: country("FR"), ordinal: ordinal))
            }
            #expect(rows.count == ordinals.count)
        }
    }

    @Test("Messages are the JSON lines without line feeds, with an end and a key each")
    func messages() throws {
        var generator = try makeGenerator("DE", configure())
        var bytes: [UInt8] = Array("before".utf8)
        var ends = [6]
        try generator.appendMessages(65_000..<67_000, to: &bytes, ends: &ends)
        let messages = zip(ends, ends.dropFirst()).map { String(decoding: bytes[$0..<$1], as: UTF8.self) }
        #expect(try messages == lines(generator, 65_000..<67_000, .json))
        #expect(ends.last == bytes.count)
        let ids = messages.map { String(decoding: Array($0.utf8)[RowFormat.json.saleIDRange], as: UTF8.self) }
        let csv = try lines(generator, 65_000..<67_000)
        #expect(ids == csv.map { String($0.prefix(36)) })
    }

    @Test("Codes that need it are quoted in CSV and escaped in JSON; long ones are whole")
    func codes() throws {
        let price = try decimal("4.99")
        let long = String(repeating: "é", count: 64)
        let codes = ["a,b", "say \"hi\"", "back\\slash", long, "x"]
        let catalog = try Catalog(
            products: codes.map { Catalog.Product(code: $0, share: 1, lowestPrice: price, highestPrice: price) }, demand: .frequency,
            countries: Catalog.standard.countries)
        let generator = try makeGenerator("US", configure(catalog: catalog))
        func fields(_ rows: [String], from: Int, to: Int) -> Set<String> {
            Set(rows.map { row in row.dropFirst(from).prefix { _ in true }.dropLast(to) }.map(String.init))
        }
        #expect(
            try fields(lines(generator, 0..<5), from: 37, to: ",US,2026-01-01T00:00:00.000Z,4.99,USD".count) == [
                "\"a,b\"", "\"say \"\"hi\"\"\"", "back\\slash", long, "x",
            ])
        let tail = "\",\"country_of_sale\":\"US\",\"datetime\":\"2026-01-01T00:00:00.000Z\",\"selling_price\":4.99,\"currency\":\"USD\"}"
        #expect(
            try fields(lines(generator, 0..<5, .json), from: 48 + "\",\"product_code\":\"".count, to: tail.count) == [
                "a,b", "say \\\"hi\\\"", "back\\\\slash", long, "x",
            ])
    }

    @Test(
        "Prices are written with the currency's digits",
        arguments: [(5, 0, "5"), (5, 2, "0.05"), (123_456, 3, "123.456"), (9, 1, "0.9")] as [(UInt64, Int, String)])
    func price(amount: UInt64, digits: Int, text: String) {
        #expect(RowSyntax.price(amount, digits: digits) == text)
    }

    @Test("A catalog of 100,000 products with weights works, in any split")
    func large() throws {
        let (lowest, highest) = (try decimal("1"), try decimal("100"))
        let products = (0..<100_000 as Range<UInt64>).map {
            Catalog.Product(code: "product-\($0)", share: 1 + $0 % 100, lowestPrice: lowest, highestPrice: highest)
        }
        let catalog = try Catalog(products: products, demand: .weight, countries: Catalog.standard.countries)
        let generator = try makeGenerator("US", configure(catalog: catalog))
        let whole = try rows(generator, 0..<5000)
        #expect(try whole == rows(generator, 0..<1234) + rows(generator, 1234..<5000))
        let sold = Set(String(decoding: whole, as: UTF8.self).split(separator: "\n").map { $0.split(separator: ",")[1] })
        #expect(sold.count > 4500)
    }

    @Test("A country that the catalog lacks is refused, with those it has")
    func unknownCountry() throws {
        let error = #expect(throws: GeneratorError.self) { try makeGenerator("XX", configure()) }
        #expect(error?.description == "the catalog has no country XX; it has US, UK, DE, FR, IT")
    }

    @Test("Rates and starts out of their bounds are refused")
    func bounds() throws {
        let slow = #expect(throws: GeneratorError.self) { try configure(rate: "0.0000001") }
        #expect(slow?.description == "the rate must be 0.000001 to 10000000 sales a second, not 0.0000001")
        let late = #expect(throws: GeneratorError.self) { try configure(start: 1 << 36) }
        #expect(late?.description == "the start must be a second from 1970 to 4147, not 68719476736 seconds after 1970")
    }
}
