internal import SalesModel

extension Catalog {
    /// All that decides what is sold, as text: two catalogs with the same text sell the same.
    ///
    /// A line for each list of weights, product (the code comes last: it may hold blanks, but no line feed) and country. Numbers are
    /// written in their shortest form, so that `5.00` and `5` are the same catalog.
    public var canonicalText: String {
        func list(_ name: String, _ weights: [ExactDecimal]) -> String {
            "\(name) \(weights.map(\.description).joined(separator: " "))\n"
        }
        var text = list("hours", hours) + list("weekdays", weekdays) + list("months", months)
        for product in products {
            text += "product \(demand.rawValue) \(product.share) \(product.lowestPrice) \(product.highestPrice) \(product.code)\n"
        }
        for country in countries {
            text += "country \(country.code) \(country.currency) \(country.currency.digits) \(country.localTime.standardOffset) "
            text += "\(country.localTime.summerTime.rawValue) \(country.share) \(country.priceFactor)\n"
        }
        return text
    }
}
