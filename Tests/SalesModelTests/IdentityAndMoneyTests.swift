import SalesModel
import Testing

@Suite struct IdentityTests {
    private func identity(_ text: String) -> SaleIdentity? {
        let bytes = Array(text.utf8)
        return SaleIdentity(text: bytes.span.bytes)
    }

    @Test func theDocumentedExample() throws {
        let stream = try #require(StreamID(start: 1_767_225_600, fingerprint: 0xABCDEF))
        let country = try #require(Given.us)
        let sale = try #require(SaleIdentity(stream: stream, country: country, ordinal: 0x44B))
        #expect(sale.description == "06955b90-0abc-8def-a920-00000000044b")
        #expect(identity(sale.description) == sale)
    }

    @Test func roundTrips() throws {
        var random = SplitMix64(state: 7)
        for _ in 0..<2000 {
            let stream = try #require(StreamID(start: random.next() >> 28, fingerprint: UInt32(random.next() >> 40)))
            let letters = (UInt8.random(in: 65...90, using: &random), UInt8.random(in: 65...90, using: &random))
            let country = try #require(CountryCode(letters.0, letters.1))
            let sale = try #require(SaleIdentity(stream: stream, country: country, ordinal: random.next() >> 12))
            #expect(identity(sale.description) == sale)
            #expect(SaleIdentity(high: sale.high, low: sale.low) == sale)
        }
    }

    @Test(arguments: [
        "", "06955b90-0abc-8def-a920-00000000044", "06955b90-0abc-8def-a920-00000000044b0", "06955B90-0abc-8def-a920-00000000044b",
        "06955b90-0abc-4def-a920-00000000044b", "06955b90-0abc-8def-e920-00000000044b", "06955b90-0abc-8def-bfff-00000000044b",
        "06955b9000abc-8def-a920-00000000044b", "06955b90-0abc-8def-a920-00000000044g",
    ])
    func whatIsNotOurs(text: String) { #expect(identity(text) == nil) }

    @Test func bounds() throws {
        #expect(StreamID(start: 1 << 36, fingerprint: 0) == nil)
        #expect(StreamID(start: 0, fingerprint: 1 << 24) == nil)
        let stream = try #require(StreamID(start: 1 << 36 - 1, fingerprint: 1 << 24 - 1))
        let country = try #require(CountryCode("ZZ"))
        #expect(SaleIdentity(stream: stream, country: country, ordinal: 1 << 52) == nil)
        let last = try #require(SaleIdentity(stream: stream, country: country, ordinal: SaleIdentity.maximumOrdinal))
        #expect(last.description == "ffffffff-ffff-8fff-b39f-ffffffffffff")
    }
}

@Suite struct MoneyTests {
    @Test(arguments: [
        (999, 2, "9.99"), (0, 2, "0.00"), (5, 2, "0.05"), (100, 0, "100"), (0, 0, "0"), (-1, 2, "-0.01"), (1, 4, "0.0001"),
        (123_456, 3, "123.456"),
        (Int.max, 18, "9.223372036854775807"), (Int.min, 2, "-92233720368547758.08"), (7, 18, "0.000000000000000007"),
    ])
    func text(minorUnits: Int, digits: Int, text: String) throws {
        let money = try #require(Money(minorUnits: minorUnits, digits: digits))
        #expect(money.description == text)
        #expect(text.utf8.count <= Money.maximumTextLength)
    }

    @Test func digitsFollowTheCurrency() throws {
        #expect(Money(minorUnits: 1, digits: 19) == nil)
        #expect(Money(minorUnits: 1, digits: -1) == nil)
        let (dollar, yen) = (try #require(Currency("USD", digits: 2)), try #require(Currency("JPY", digits: 0)))
        #expect(Money(minorUnits: 1050, in: dollar).description == "10.50")
        #expect(Money(minorUnits: 1050, in: yen).description == "1050")
    }
}
