internal import SalesModel

/// What each product costs in a country, and since when: prices change about three times a year, at an hour that differs by product.
///
/// A price holds for an epoch of a third of a year, so a calendar year sees about four. Neighbouring epochs never have the same price
/// where a product has more than three: even epochs draw from all, odd ones from those that neither neighbour has.
struct PriceBook {
    /// Hours that a price holds: a third of 365 days.
    static let epoch = 2920

    private let ranges: [PriceRange]
    private let changeKey: UInt64
    private let priceKey: UInt64

    init(country: Catalog.Country, products: [Catalog.Product], changeKey: UInt64, priceKey: UInt64) {
        ranges = products.map { product in
            PriceRange(product, in: country) ?? PriceRange(lowest: 1, highest: 1, digits: country.currency.digits)
        }
        self.changeKey = changeKey
        self.priceKey = priceKey
    }

    /// The price of a product in an hour since 1970 UTC, in minor units, and the first hour of the epoch in which that lies.
    func price(of product: Int, hour: Int) -> (amount: UInt64, since: Int) {
        var change = Draws(key: changeKey, sequence: UInt64(product))
        let phase = Int(change.below(UInt64(Self.epoch)))
        let epoch = (hour + phase) / Self.epoch
        return (ranges[product][index(of: product, epoch: UInt64(epoch))], epoch * Self.epoch - phase)
    }

    /// The highest price that any product can have.
    var highest: UInt64 { ranges.reduce(0) { max($0, $1.highest) } }

    private func index(of product: Int, epoch: UInt64) -> UInt64 {
        let count = ranges[product].count
        func draw(_ epoch: UInt64, below bound: UInt64) -> UInt64 {
            var draws = Draws(key: priceKey &+ UInt64(product) &* 0x9E6C_63D0_876A_68EE, sequence: epoch)
            return draws.below(bound)
        }
        guard epoch & 1 == 1, count > 3 else { return draw(epoch, below: count) }
        let one = draw(epoch - 1, below: count)
        let other = draw(epoch + 1, below: count)
        let (low, high) = (min(one, other), max(one, other))
        var index = draw(epoch, below: count - (low == high ? 1 : 2))
        if index >= low { index += 1 }
        if low != high, index >= high { index += 1 }
        return index
    }
}
