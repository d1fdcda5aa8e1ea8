internal import SalesModel

/// The parts of a country's rows that do not change from sale to sale: before `datetime` one a product, behind it one a price.
///
/// They are padded, so that a fragment can be copied in pieces of 16 bytes.
struct RowFragments {
    /// Where the fragments of a product stand.
    struct Slot {
        /// The first byte of the head in `heads`.
        var head: UInt32
        /// Bytes of the head.
        var headCount: UInt16
        /// Bytes of the tail, which begins at the product's index times `tailStride` in `tails`.
        var tailCount: UInt16
    }

    let syntax: RowSyntax
    private(set) var slots: [Slot] = []
    private(set) var heads: [UInt8] = []
    private(set) var tails: [UInt8]
    let tailStride: Int
    /// The most bytes that a row can have.
    let longestRow: Int

    private let digits: Int
    private let currency: String
    // The first hour of the epoch for which a product's tail holds.
    private var since: [Int32]

    init(syntax: RowSyntax, catalog: Catalog, country: Catalog.Country, highestPrice: UInt64) {
        self.syntax = syntax
        digits = country.currency.digits
        currency = country.currency.code
        let longestTail = syntax.tail(price: RowSyntax.price(highestPrice, digits: digits), currency: currency).count
        tailStride = (longestTail + 15) / 16 * 16
        tails = Array(repeating: 0, count: tailStride * catalog.products.count)
        since = Array(repeating: .min, count: catalog.products.count)
        slots.reserveCapacity(catalog.products.count)
        var longestHead = 0
        for product in catalog.products {
            let head = syntax.head(product: product.code, country: country.code.description)
            slots.append(Slot(head: UInt32(heads.count), headCount: UInt16(head.count), tailCount: 0))
            heads += head
            longestHead = max(longestHead, head.count)
        }
        heads += repeatElement(0, count: 16)
        longestRow = syntax.opening.count + 36 + longestHead + 24 + longestTail
    }

    /// Brings the prices of the first `count` of these products up to an hour since 1970 UTC.
    mutating func refresh(_ products: [UInt32], count: Int, hour: Int, from book: PriceBook) {
        let hour32 = Int32(truncatingIfNeeded: hour)
        for index in 0..<count {
            let product = Int(products[index])
            if UInt32(bitPattern: hour32 &- since[product]) >= UInt32(PriceBook.epoch) { renew(product, hour: hour, from: book) }
        }
    }

    /// Appends where the rows of the first `count` of these products end, if the first begins at `begin`.
    func ends(_ products: [UInt32], count: Int, from begin: Int, to ends: inout [Int]) {
        let constant = syntax.opening.count + 36 + 24
        var end = begin
        for index in 0..<count {
            let slot = slots[Int(products[index])]
            end += constant + Int(slot.headCount) + Int(slot.tailCount)
            ends.append(end)
        }
    }

    @inline(never) private mutating func renew(_ product: Int, hour: Int, from book: PriceBook) {
        let (amount, since) = book.price(of: product, hour: hour)
        let tail = syntax.tail(price: RowSyntax.price(amount, digits: digits), currency: currency)
        for (offset, byte) in tail.enumerated() { tails[product * tailStride + offset] = byte }
        slots[product].tailCount = UInt16(tail.count)
        self.since[product] = Int32(since)
    }
}
