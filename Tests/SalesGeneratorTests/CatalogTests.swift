import SalesModel
import Testing

@testable import SalesGenerator

@Suite("Catalogs")
struct CatalogTests {
    @Test("The standard catalog holds what every catalog must")
    func standard() throws {
        let catalog = Catalog.standard
        #expect(catalog.countries.map(\.code.description) == ["US", "UK", "DE", "FR", "IT"])
        #expect(
            try Catalog(products: catalog.products, demand: catalog.demand, countries: catalog.countries) == catalog)
        #expect(catalog.canonicalText.hasPrefix("hours 1 2 2 2 3 3 3 4 4 5 5 5 7 5 3 4 5 6 7 8 7 5 3 1\nweekdays 20.8 16.6 "))
        #expect(catalog.canonicalText.contains("\nproduct frequency 17 4.99 9.99 p1\n"))
        #expect(catalog.canonicalText.hasSuffix("country IT EUR 2 60 eu 1 1\n"))
    }

    @Test("Reads all that a file can say")
    func reads() throws {
        let catalog = try Self.read(
            """
            # ours
            products:
              - code: "tea, green"
                weight: 3
                price-from: 1.00
                price-to: 20
              - {code: x, weight: 1, price-from: 0.5, price-to: 0.50}
            countries:
              - code: JP
                currency: JPY
                digits: 0
                offset: +09:00
                share: 1.5
                price-factor: 150
              - {code: IN, currency: INR, offset: 05:30}
              - {code: CL, currency: CLP, offset: -03:00, summer-time: none}
            months: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
            """)
        #expect(
            catalog.canonicalText.split(separator: "\n").dropFirst(2).joined(separator: "\n") == """
                months 1 1 1 1 1 1 1 1 1 1 1 1
                product weight 3 1 20 tea, green
                product weight 1 0.5 0.5 x
                country JP JPY 0 540 none 1.5 150
                country IN INR 2 330 none 1 1
                country CL CLP 2 -180 none 1 1
                """)
        #expect(catalog.hours == Catalog.standardHours)
    }

    @Test(
        "A wrong file is refused with place and reason",
        arguments: [
            ("", "c.yaml:1:1: a catalog is a mapping of the keys products, countries, hours, weekdays, months"),
            ("- a", "c.yaml:1:1: a catalog is a mapping of the keys products, countries, hours, weekdays, months"),
            ("products: [", "c.yaml:2:1: did not find expected node content (while parsing a flow node that begins in line 2)"),
            ("hours: []\nproduct: []", "c.yaml:2:1: unknown key \"product\"; did you mean \"products\"?"),
            ("colour: red", "c.yaml:1:1: unknown key \"colour\"; a catalog has products, countries, hours, weekdays, months"),
            ("products: 3", "c.yaml:1:11: products must be a list"),
            ("products: []", "c.yaml:1:1: there are no products; at least one is needed"),
            ("countries: []", "c.yaml:1:1: there are no countries; at least one is needed"),
            ("hours: [1, 2]", "c.yaml:1:8: hours must be a list of 24 weights; there are 2"),
            ("weekdays: [0, 0, 0, 0, 0, 0, 0]", "c.yaml:1:11: weekdays are all 0; at least one weight must be more"),
            (
                "weekdays: [0, 0, 0, -1, 0, 0, 0]",
                "c.yaml:1:21: a weight under weekdays must be a number of digits with at most one point (15 digits, 9 behind the point); "
                    + "\"-1\" is not"
            ),
            ("months: [1,1,1,1,1,1,1,1,1,1,1,1000000001]", "c.yaml:1:9: a weight under months is more than 1000000000"),
        ])
    func refusals(text: String, message: String) {
        Self.expect(message, text)
    }

    @Test(
        "A wrong product is refused with place and reason",
        arguments: [
            ("code: a, frequncy: 3", "2:15: unknown key \"frequncy\"; did you mean \"frequency\"?"),
            ("code: a, frequency: 3, price-from: 1", "2:5: this is a product without the key price-to"),
            ("frequency: 3, price-from: 1, price-to: 2", "2:5: this is a product without the key code"),
            ("code: a, price-from: 1, price-to: 2", "2:5: a product has a frequency or a weight"),
            ("code: a, frequency: 1, weight: 1, price-from: 1, price-to: 2", "2:5: a product has a frequency or a weight, not both"),
            ("code: a, frequency: 1.5, price-from: 1, price-to: 2", "2:26: frequency must be a whole number; \"1.5\" is not"),
            ("code: a, frequency: [], price-from: 1, price-to: 2", "2:26: frequency must be a whole number; it is a list"),
            (
                "code: a, frequency: 0, price-from: 1, price-to: 2",
                "2:5: a frequency or weight is a whole number from 1 to 1000000000; \"a\" has 0"
            ),
            (
                "code: a, frequency: 1000001, price-from: 1, price-to: 2",
                "2:5: the frequencies add up to more than 1000000, the longest iteration; use smaller ones, or weights"
            ),
            ("code: '', frequency: 1, price-from: 1, price-to: 2", "2:5: a product code has 1 to 64 characters; this one has 0"),
            ("code: \"a\\tb\", frequency: 1, price-from: 1, price-to: 2", "2:5: the product code holds a control character"),
            ("code: a, frequency: 1, price-from: 0, price-to: 2", "2:5: the lowest price of \"a\" must be more than 0"),
            ("code: a, frequency: 1, price-from: 2, price-to: 1.5", "2:5: the prices of \"a\" go from 2 down to 1.5; turn them round"),
            (
                "code: a, frequency: 1, price-from: 1e3, price-to: 2",
                "2:41: price-from must be a number of digits with at most one point (15 digits, 9 behind the point); \"1e3\" is not"
            ),
        ])
    func products(text: String, message: String) {
        Self.expect("c.yaml:" + message, "products:\n  - {\(text)}")
    }

    @Test(
        "A wrong country is refused with place and reason",
        arguments: [
            ("code: usa, currency: USD", "2:12: a country's code is two capital letters, such as US; not \"usa\""),
            ("code: US", "2:5: this is a country without the key currency"),
            ("code: US, currency: usd", "2:26: a currency is three capital letters, such as USD; not \"usd\""),
            ("code: US, currency: USD, digits: 5", "2:39: a currency has 0 to 4 digits"),
            ("code: US, currency: USD, offset: 5", "2:39: offset must be from -18:00 to +18:00, such as +01:00; \"5\" is not"),
            ("code: US, currency: USD, offset: -19:00", "2:39: offset must be from -18:00 to +18:00, such as +01:00; \"-19:00\" is not"),
            ("code: US, currency: USD, summer-time: always", "2:44: summer-time must be none, eu or us; \"always\" is not"),
            ("code: US, currency: USD, share: 0", "2:5: the share of US must be more than 0 and at most 1000000000"),
            ("code: US, currency: USD, price-factor: 0", "2:5: the price factor of US must be more than 0 and at most 1000000"),
            (
                "code: US, currency: USD, price-factor: 0.000000001",
                "2:5: between 4.99 and 9.99 (times 0.000000001) USD has no amount with 2 digits for \"p1\"; widen the range or change the "
                    + "factor"
            ),
            (
                "code: US, currency: USD}\n  - {code: US, currency: USD",
                "3:5: the country US stands twice: countries 1 and 2"
            ),
        ])
    func countries(text: String, message: String) {
        Self.expect("c.yaml:" + message, "countries:\n  - {\(text)}")
    }

    @Test("What is wrong between two products is told of the second")
    func between() {
        let one = "products:\n  - {code: a, frequency: 1, price-from: 1, price-to: 2}\n"
        Self.expect(
            "c.yaml:3:5: the product code \"a\" stands twice: products 1 and 2",
            one + "  - {code: a, frequency: 1, price-from: 1, price-to: 2}")
        Self.expect(
            "c.yaml:3:5: this product has a weight, the first one a frequency; use one of them for all",
            one + "  - {code: b, weight: 1, price-from: 1, price-to: 2}")
    }

    @Test("Decimals keep their value and lose only needless zeros")
    func decimals() throws {
        let texts = [
            "0": "0", "00.50": "0.5", "10": "10", "4.990": "4.99", "0.000000001": "0.000000001", "999999999999999": "999999999999999",
        ]
        for (text, canonical) in texts { #expect(ExactDecimal(text)?.description == canonical) }
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,000", "1.2.3", "0.0000000001", "1000000000000000", "٣"] {
            #expect(ExactDecimal(text) == nil, "\(text)")
        }
        #expect(try decimal("0.5") < decimal("0.51") && decimal("2") < decimal("10"))
    }

    @Test(
        "Prices end as shops like them, in currencies with any number of digits",
        arguments: [
            (499, 999, 2, [499, 595, 599, 695, 699, 795, 799, 895, 899, 995, 999]),
            (500, 594, 2, [505, 509, 515, 519, 525, 529, 535, 539, 545, 549, 555, 559, 565, 569, 575, 579, 585, 589]),
            (501, 504, 2, [501, 502, 503, 504]), (96, 99, 2, [99]), (1000, 1300, 0, [1095, 1099, 1195, 1199, 1295, 1299]),
            (10, 30, 1, [15, 19, 25, 29]), (1000, 2000, 3, [1950, 1990]), (10000, 20000, 4, [19500, 19900]), (1, 1, 2, [1]),
        ] as [(UInt64, UInt64, Int, [UInt64])])
    func endings(lowest: UInt64, highest: UInt64, digits: Int, expected: [UInt64]) {
        let range = PriceRange(lowest: lowest, highest: highest, digits: digits)
        #expect((0..<range.count).map { range[$0] } == expected)
    }

    private static func read(_ text: String) throws(CatalogError) -> Catalog { try Catalog(yaml: Array(text.utf8), file: "c.yaml") }

    private static func expect(_ message: String, _ text: String) {
        let error = #expect(throws: CatalogError.self) { try read(text) }
        #expect(error?.description == message)
    }
}
