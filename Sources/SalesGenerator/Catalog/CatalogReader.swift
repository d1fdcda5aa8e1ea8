internal import SalesModel
internal import YAML

extension Catalog {
    /// Reads a catalog from YAML.
    ///
    ///     products:                     # without this key: the standard ten
    ///       - code: p1                  # 1 to 64 characters
    ///         frequency: 17             # times an iteration; or `weight: 17`, the same for all products
    ///         price-from: 4.99
    ///         price-to: 9.99
    ///     countries:                    # without this key: the standard five
    ///       - code: US
    ///         currency: USD
    ///         digits: 2                 # of the currency; 2 when left out
    ///         offset: -05:00            # standard time against UTC; 00:00 when left out
    ///         summer-time: us           # none, eu or us; none when left out
    ///         share: 1                  # of the rate, against the other countries; 1 when left out
    ///         price-factor: 1           # of all prices; 1 when left out
    ///     hours: [1, 2, 2, ...]         # 24 weights from midnight, local time; standard when left out
    ///     weekdays: [20.8, 16.6, ...]   # 7 weights from Monday; standard when left out
    ///     months: [29, 29, ...]         # 12 weights of a day from January; standard when left out
    ///
    /// - Parameter file: the name of the file, for errors; nothing is read from it.
    /// - Throws: `CatalogError` with the place and the reason; a mistyped key comes with the nearest known one.
    public init(yaml: [UInt8], file: String) throws(CatalogError) {
        let root: YAMLNode
        do {
            root = try YAML.parse(bytes: yaml, file: file, limits: YAML.Limits(bytes: 256 << 20, nodes: 20_000_000))
        } catch {
            throw CatalogError(.catalog, error.reason, place: "\(file):\(error.line):\(error.column)")
        }
        try self.init(CatalogReader(root, file: file))
    }

    private init(_ reader: CatalogReader) throws(CatalogError) {
        do {
            try self.init(
                products: reader.products, demand: reader.demand, countries: reader.countries, hours: reader.hours,
                weekdays: reader.weekdays, months: reader.months)
        } catch {
            throw CatalogError(error.subject, error.reason, place: reader.place(of: error.subject))
        }
    }
}

/// A catalog file, taken apart; what goes beyond one value is left to `Catalog`'s own checks.
private struct CatalogReader {
    private(set) var products = Catalog.standard.products
    private(set) var demand = Catalog.standard.demand
    private(set) var countries = Catalog.standard.countries
    private(set) var hours = Catalog.standardHours
    private(set) var weekdays = Catalog.standardWeekdays
    private(set) var months = Catalog.standardMonths

    private let file: String
    private let root: YAMLNode

    init(_ root: YAMLNode, file: String) throws(CatalogError) {
        self.file = file
        self.root = root
        let top = try CatalogSection(
            root, file: file, subject: .catalog, named: "a catalog",
            keys: [
                "products", "countries", "hours", "weekdays", "months",
            ])
        if let node = top["products"] { (products, demand) = try Self.products(top.items(of: node, named: "products"), file: file) }
        if let node = top["countries"] { countries = try Self.countries(top.items(of: node, named: "countries"), file: file) }
        hours = try top.weights("hours") ?? hours
        weekdays = try top.weights("weekdays") ?? weekdays
        months = try top.weights("months") ?? months
    }

    func place(of subject: CatalogError.Subject) -> String {
        let node: YAMLNode? =
            switch subject {
            case .catalog: root
            case .product(let index): Self.item(index, of: root["products"])
            case .country(let index): Self.item(index, of: root["countries"])
            case .hours: root["hours"]
            case .weekdays: root["weekdays"]
            case .months: root["months"]
            }
        return "\(file):\((node ?? root).line):\((node ?? root).column)"
    }

    private static func item(_ index: Int, of list: YAMLNode?) -> YAMLNode? {
        guard let items = list?.items, items.indices.contains(index) else { return list }
        return items[index]
    }

    private static func products(_ nodes: [YAMLNode], file: String) throws(CatalogError) -> ([Catalog.Product], Catalog.Demand) {
        var products: [Catalog.Product] = []
        var demand = Catalog.Demand.frequency
        products.reserveCapacity(nodes.count)
        for (index, node) in nodes.enumerated() {
            let section = try CatalogSection(
                node, file: file, subject: .product(index), named: "a product",
                keys: [
                    "code", "frequency", "weight", "price-from", "price-to",
                ])
            let frequency = try section.whole("frequency")
            let weight = try section.whole("weight")
            guard (frequency == nil) != (weight == nil) else {
                throw section.fail(node, "a product has a frequency or a weight\(frequency == nil ? "" : ", not both")")
            }
            let own: Catalog.Demand = frequency == nil ? .weight : .frequency
            if index == 0 { demand = own }
            guard own == demand else {
                throw section.fail(node, "this product has a \(own.rawValue), the first one a \(demand.rawValue); use one of them for all")
            }
            products.append(
                Catalog.Product(
                    code: try section.text("code"), share: frequency ?? weight ?? 0,
                    lowestPrice: try section.needed("price-from", try section.decimal("price-from")),
                    highestPrice: try section.needed("price-to", try section.decimal("price-to"))))
        }
        return (products, demand)
    }

    private static func countries(_ nodes: [YAMLNode], file: String) throws(CatalogError) -> [Catalog.Country] {
        var countries: [Catalog.Country] = []
        for (index, node) in nodes.enumerated() {
            let section = try CatalogSection(
                node, file: file, subject: .country(index), named: "a country",
                keys: [
                    "code", "currency", "digits", "offset", "summer-time", "share", "price-factor",
                ])
            let code = try section.text("code")
            guard let letters = CountryCode(code) else {
                throw section.fail(
                    section["code"], "a country's code is two capital letters, such as US; not \"\(CatalogSection.shown(code))\"")
            }
            let currency = try section.text("currency")
            guard let digits = Int(exactly: try section.whole("digits") ?? 2), (0...4).contains(digits) else {
                throw section.fail(section["digits"], "a currency has 0 to 4 digits")
            }
            guard let money = Currency(currency, digits: digits) else {
                throw section.fail(
                    section["currency"], "a currency is three capital letters, such as USD; not \"\(CatalogSection.shown(currency))\"")
            }
            countries.append(
                Catalog.Country(
                    code: letters, currency: money,
                    localTime: LocalTime(standardOffset: try section.offset("offset"), summerTime: try section.summerTime("summer-time")),
                    share: try section.decimal("share") ?? .one, priceFactor: try section.decimal("price-factor") ?? .one))
        }
        return countries
    }
}
