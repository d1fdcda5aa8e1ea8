/// Logarithm and exponential by + - x / alone, so that every machine gets the same bits; a platform's own may differ in the last.
enum Series {
    private static let ln2 = 0.693147180559945309417232121458

    /// The natural logarithm of a positive, normal number; the error is a few units in the last place.
    static func ln(_ value: Double) -> Double {
        var mantissa = value.significand
        var exponent = Double(value.exponent)
        if mantissa > 1.4142135623730951 {
            mantissa *= 0.5
            exponent += 1
        }
        // ln m = 2 artanh((m - 1) / (m + 1)); the argument is under 0.172, so eleven terms are enough for 53 bits.
        let x = (mantissa - 1) / (mantissa + 1)
        let square = x * x
        var sum = 1.0 / 21
        sum = sum * square + 1.0 / 19
        sum = sum * square + 1.0 / 17
        sum = sum * square + 1.0 / 15
        sum = sum * square + 1.0 / 13
        sum = sum * square + 1.0 / 11
        sum = sum * square + 1.0 / 9
        sum = sum * square + 1.0 / 7
        sum = sum * square + 1.0 / 5
        sum = sum * square + 1.0 / 3
        sum = sum * square + 1
        return exponent * ln2 + 2 * x * sum
    }

    /// e to the power of a number from -700 to 0.
    static func exp(_ value: Double) -> Double {
        let halvings = Int(value / ln2 - 0.5)
        let rest = value - Double(halvings) * ln2
        // The rest is within 0.347 of 0: fourteen terms of Taylor's series are enough for 53 bits.
        var sum = 1.0
        var divisor = 14.0
        while divisor > 0 {
            sum = 1 + sum * rest / divisor
            divisor -= 1
        }
        return Double(sign: .plus, exponent: halvings, significand: 1) * sum
    }
}
