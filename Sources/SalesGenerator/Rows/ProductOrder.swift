/// Which product each ordinal of a country sells, as an index into the catalog.
///
/// With frequencies, a block of as many ordinals as they add up to holds each product exactly its frequency times, in an order drawn for
/// the block by Fisher and Yates' shuffle (Durstenfeld, 1964). With weights, each ordinal draws for itself by Walker's alias method (1977).
struct ProductOrder {
    private let key: UInt64
    private let isBlocked: Bool
    // With frequencies: each product as often as its frequency, and the shuffled block with its number.
    private let block: [UInt32]
    private var shuffled: [UInt32]
    private var number: UInt64 = .max
    // With weights: of each product the part of its cell that is its own, out of 2^32, and whose the rest is.
    private let cells: [UInt64]

    init(catalog: Catalog, key: UInt64) {
        self.key = key
        isBlocked = catalog.demand == .frequency
        if isBlocked {
            block = catalog.products.indices.flatMap { repeatElement(UInt32($0), count: Int(catalog.products[$0].share)) }
            cells = []
        } else {
            block = []
            cells = Self.cells(catalog.products.map(\.share))
        }
        shuffled = block
    }

    /// Writes the products of `amount` ordinals from `ordinal` on to the front of `output`.
    mutating func fill(_ output: inout [UInt32], from ordinal: UInt64, count amount: Int) {
        guard isBlocked else { return drawEach(&output, from: ordinal, count: amount) }
        let length = block.count
        var (number, offset) = ordinal.quotientAndRemainder(dividingBy: UInt64(length))
        var written = 0
        while written < amount {
            if number != self.number { shuffle(number) }
            let from = Int(offset)
            let take = min(amount &- written, length &- from)
            for step in 0..<take { output[written &+ step] = shuffled[from &+ step] }
            written &+= take
            number &+= 1
            offset = 0
        }
    }

    private mutating func shuffle(_ number: UInt64) {
        self.number = number
        var draws = Draws(key: key, sequence: number)
        let length = block.count
        // Inside out: each place takes what stands at a drawn one before it, and leaves its own product there.
        var bits: UInt64 = 0
        for place in 0..<length {
            bits = place & 1 == 0 ? draws.next() : bits >> 32
            let other = Int(truncatingIfNeeded: ((bits & 0xFFFF_FFFF) &* UInt64(truncatingIfNeeded: place &+ 1)) >> 32)
            shuffled[place] = shuffled[other]
            shuffled[other] = block[place]
        }
    }

    private func drawEach(_ output: inout [UInt32], from ordinal: UInt64, count amount: Int) {
        let products = UInt64(cells.count)
        for step in 0..<amount {
            let bits = Draws.mix(key &+ (ordinal &+ UInt64(step)) &* 0x9E37_79B9_7F4A_7C15)
            let (cell, fraction) = bits.multipliedFullWidth(by: products)
            let own = cells[Int(cell)]
            output[step] = fraction >> 32 < own >> 32 ? UInt32(truncatingIfNeeded: cell) : UInt32(truncatingIfNeeded: own)
        }
    }

    /// In the high half of each cell the part of it that is its product's own (2^32 - 1 stands for all of it but one part in 2^32), in the
    /// low half the product that gets the rest. Weights are at most 10^9 and products 10^6, so the products of both fit 64 bits.
    private static func cells(_ weights: [UInt64]) -> [UInt64] {
        let sum = weights.reduce(0, +)
        var left = weights.map { $0 * UInt64(weights.count) }
        var small = left.indices.filter { left[$0] < sum }
        var large = left.indices.filter { left[$0] >= sum }
        var cells = left.indices.map { 0xFFFF_FFFF << 32 | UInt64($0) }
        while let poor = small.popLast(), let rich = large.last {
            let own = sum.dividingFullWidth((left[poor] >> 32, left[poor] << 32)).quotient
            cells[poor] = own << 32 | UInt64(rich)
            left[rich] -= sum - left[poor]
            if left[rich] < sum {
                large.removeLast()
                small.append(rich)
            }
        }
        return cells
    }
}
