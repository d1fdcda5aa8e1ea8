internal import SalesModel

/// The prices that a product can have in a country, in minor units of its currency, numbered from 0 upwards.
///
/// Prices end as shops like them: .99 or .95. For a currency without digits that is 99 or 95 in the last two places of the amount, for one
/// digit .9 or .5, for three .990 or .950, for four .9900 or .9500. A range without such an amount takes those that end in 9 or 5 in the
/// last place, and one without those any amount.
struct PriceRange {
    /// The lowest and the highest amount of the range, ending or not.
    let lowest: UInt64
    let highest: UInt64
    /// How many prices there are; at least 1.
    let count: UInt64

    // Prices lie at `base + i * period + low` and `base + i * period + high`; `skip` is 1 where the first of them lies under the range.
    private let base: UInt64
    private let period: UInt64
    private let low: UInt64
    private let high: UInt64
    private let skip: UInt64

    /// Nil where no amount with the currency's digits lies inside the range.
    init?(_ product: Catalog.Product, in country: Catalog.Country) {
        let digits = ExactDecimal.powers[country.currency.digits]
        func minor(_ price: ExactDecimal) -> (whole: UInt128, isExact: Bool) {
            let divisor = UInt128(ExactDecimal.powers[price.scale]) * UInt128(ExactDecimal.powers[country.priceFactor.scale])
            let product = UInt128(price.units) * UInt128(country.priceFactor.units) * UInt128(digits)
            return (product / divisor, product % divisor == 0)
        }
        let from = minor(product.lowestPrice)
        guard let lowest = UInt64(exactly: from.isExact ? from.whole : from.whole + 1),
            let highest = UInt64(exactly: minor(product.highestPrice).whole), lowest > 0, lowest <= highest
        else { return nil }
        self.init(lowest: lowest, highest: highest, digits: country.currency.digits)
    }

    /// All prices from `lowest` to `highest` (at least 1, at most 10^19 / 2) minor units of a currency with so many digits.
    init(lowest: UInt64, highest: UInt64, digits: Int) {
        self.lowest = lowest
        self.highest = highest
        let unit = ExactDecimal.powers[max(digits - 2, 0)]
        let shopEndings: (period: UInt64, low: UInt64, high: UInt64) = digits == 1 ? (10, 5, 9) : (100 * unit, 95 * unit, 99 * unit)
        for (period, low, high) in [shopEndings, (10, 5, 9)] {
            let base = lowest / period * period
            // Of the endings in the first period, those under the range are skipped; behind both the next period begins.
            let skip: UInt64 = base + low >= lowest ? 0 : base + high >= lowest ? 1 : 2
            let last = highest / period
            let upTo = (last - base / period) * 2 + (highest % period >= high ? 2 : highest % period >= low ? 1 : 0)
            if upTo > skip {
                (self.base, self.period, self.low, self.high, self.skip, count) = (base, period, low, high, skip, upTo - skip)
                return
            }
        }
        (base, period, low, high, skip, count) = (lowest, 2, 0, 1, 0, highest - lowest + 1)
    }

    /// The price with this number, from 0 up to but not including `count`, in minor units.
    subscript(index: UInt64) -> UInt64 {
        let place = index + skip
        return base + (place >> 1) * period + (place & 1 == 0 ? low : high)
    }
}
