internal import SalesModel

extension Catalog {
    /// Everything that must hold before sales can be drawn from a catalog.
    func check() throws(CatalogError) {
        try checkWeights(hours, count: 24, of: .hours, named: "hours")
        try checkWeights(weekdays, count: 7, of: .weekdays, named: "weekdays")
        try checkWeights(months, count: 12, of: .months, named: "months")
        try checkProducts()
        try checkCountries()
    }

    private func checkWeights(
        _ weights: [ExactDecimal], count: Int, of subject: CatalogError.Subject, named name: String
    ) throws(CatalogError) {
        guard weights.count == count else {
            throw CatalogError(subject, "\(name) must be a list of \(count) weights; there are \(weights.count)")
        }
        guard weights.contains(where: { $0.units > 0 }) else {
            throw CatalogError(subject, "\(name) are all 0; at least one weight must be more")
        }
        guard weights.allSatisfy({ $0.real <= 1e9 }) else {
            throw CatalogError(subject, "a weight under \(name) is more than 1000000000")
        }
    }

    private func checkProducts() throws(CatalogError) {
        guard !products.isEmpty else { throw CatalogError(.catalog, "there are no products; at least one is needed") }
        guard products.count <= Self.maximumProducts else {
            throw CatalogError(.catalog, "there are \(products.count) products; at most \(Self.maximumProducts) are possible")
        }
        var seen: [String: Int] = [:]
        seen.reserveCapacity(products.count)
        var sum: UInt64 = 0
        for (index, product) in products.enumerated() {
            try Self.check(product, index: index)
            if let earlier = seen.updateValue(index, forKey: product.code) {
                throw CatalogError(
                    .product(index), "the product code \"\(product.code)\" stands twice: products \(earlier + 1) and \(index + 1)")
            }
            sum += product.share
            if demand == .frequency, sum > Self.maximumIteration {
                throw CatalogError(
                    .product(index),
                    "the frequencies add up to more than \(Self.maximumIteration), the longest iteration; use smaller ones, or weights")
            }
        }
    }

    private static func check(_ product: Product, index: Int) throws(CatalogError) {
        func fail(_ reason: String) -> CatalogError { CatalogError(.product(index), reason) }
        let scalars = product.code.unicodeScalars
        guard (1...64).contains(scalars.count) else {
            throw fail("a product code has 1 to 64 characters; this one has \(scalars.count)")
        }
        guard scalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }) else {
            throw fail("the product code holds a control character")
        }
        guard (1...1_000_000_000).contains(product.share) else {
            throw fail("a frequency or weight is a whole number from 1 to 1000000000; \"\(product.code)\" has \(product.share)")
        }
        guard product.lowestPrice.units > 0 else { throw fail("the lowest price of \"\(product.code)\" must be more than 0") }
        guard product.highestPrice >= product.lowestPrice else {
            throw fail("the prices of \"\(product.code)\" go from \(product.lowestPrice) down to \(product.highestPrice); turn them round")
        }
        guard product.highestPrice.real <= 1e9 else { throw fail("the highest price of \"\(product.code)\" is more than 1000000000") }
    }

    private func checkCountries() throws(CatalogError) {
        guard !countries.isEmpty else { throw CatalogError(.catalog, "there are no countries; at least one is needed") }
        var seen: [CountryCode: Int] = [:]
        for (index, country) in countries.enumerated() {
            func fail(_ reason: String) -> CatalogError { CatalogError(.country(index), reason) }
            if let earlier = seen.updateValue(index, forKey: country.code) {
                throw fail("the country \(country.code) stands twice: countries \(earlier + 1) and \(index + 1)")
            }
            guard (-18 * 60...18 * 60).contains(country.localTime.standardOffset) else {
                throw fail("the offset of \(country.code) must lie between -18:00 and +18:00")
            }
            guard country.share.units > 0, country.share.real <= 1e9 else {
                throw fail("the share of \(country.code) must be more than 0 and at most 1000000000")
            }
            guard country.priceFactor.units > 0, country.priceFactor.real <= 1e6 else {
                throw fail("the price factor of \(country.code) must be more than 0 and at most 1000000")
            }
            for product in products where PriceRange(product, in: country) == nil {
                throw fail(
                    "between \(product.lowestPrice) and \(product.highestPrice) (times \(country.priceFactor)) \(country.currency) has no "
                        + "amount with \(country.currency.digits) digits for \"\(product.code)\"; widen the range or change the factor")
            }
        }
    }
}
