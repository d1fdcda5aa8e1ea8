// For linking: the square root is one exact instruction, but what checks its argument refers to the C library's function.
internal import Glibc

extension Draws {
    /// A number from the standard normal distribution, by Marsaglia's polar method (1964).
    mutating func normal() -> Double {
        while true {
            let u = unit() * 2 - 1
            let v = unit() * 2 - 1
            let square = u * u + v * v
            if square < 1, square > 0x1p-100 { return u * (-2 * Series.ln(square) / square).squareRoot() }
        }
    }

    /// A number from the gamma distribution of a whole shape (at most 18, so that the product of uniform numbers stays normal), with mean 1.
    mutating func gamma(shape: Int) -> Double {
        var product = 1.0
        for _ in 0..<shape { product *= unit() }
        return -Series.ln(product) / Double(shape)
    }

    /// A number from Poisson's distribution.
    ///
    /// Exact (by inversion) up to a mean of 64. Above it a rounded normal number with the correction for skewness of Cornish and Fisher
    /// (1938); mean, variance and skewness are right to within 1/mean, which the gamma mixing of the hours hides many times over.
    mutating func poisson(_ mean: Double) -> UInt64 {
        guard mean > 0 else { return 0 }
        guard mean <= 64 else {
            let z = normal()
            return Self.nearest(mean + mean.squareRoot() * z + (z * z - 1) / 6)
        }
        let target = unit()
        var probability = Series.exp(-mean)
        var sum = probability
        var count = 0.0
        // 64 + 40 standard deviations: the bound is only reached when rounding keeps the sum under the target.
        while target > sum, count < 400 {
            count += 1
            probability *= mean / count
            sum += probability
        }
        return UInt64(count)
    }

    /// How many of `count` coins show heads.
    ///
    /// Exact (by counting random bits) up to 4,096 coins; above, a rounded normal number, whose kurtosis is wrong by less than 1/2,000.
    @inline(__always) mutating func heads(_ count: UInt64) -> UInt64 {
        guard count <= 4096 else { return manyHeads(count) }
        var left = count
        var heads: UInt64 = 0
        while left >= 64 {
            heads &+= UInt64(truncatingIfNeeded: next().nonzeroBitCount)
            left &-= 64
        }
        if left > 0 { heads &+= UInt64(truncatingIfNeeded: (next() >> (64 &- left)).nonzeroBitCount) }
        return heads
    }

    @inline(never) private mutating func manyHeads(_ count: UInt64) -> UInt64 {
        let half = Double(count) / 2
        return min(Self.nearest(half + Double(count).squareRoot() / 2 * normal()), count)
    }

    /// The nearest whole number that is not below 0.
    private static func nearest(_ value: Double) -> UInt64 { UInt64(max(0, value) + 0.5) }
}
