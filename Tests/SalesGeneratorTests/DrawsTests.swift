import Testing

@testable import SalesGenerator

@Suite("Random numbers by counting, and their distributions")
struct DrawsTests {
    @Test("The mixing has its published values: SplitMix64 from seed 1234567")
    func published() {
        var draws = Draws(key: 1_234_567)
        #expect(draws.next() == 6_457_827_717_110_365_317)
        #expect(draws.next() == 3_203_168_211_198_807_973)
        #expect(draws.next() == 9_817_491_932_198_370_423)
    }

    @Test("Logarithm and exponential are right to 15 digits")
    func series() {
        let logarithms: [(Double, Double)] = [
            (1, 0), (2, 0.6931471805599453), (10, 2.302585092994046), (1e-300, -690.7755278982137), (0.5, -0.6931471805599453),
            (1.4142135623730951, 0.34657359027997264), (0.9999999999999999, -1.1102230246251565e-16),
        ]
        for (value, expected) in logarithms { #expect(abs(Series.ln(value) - expected) <= 4e-16 * max(abs(expected), 1e-15)) }
        let exponentials: [(Double, Double)] = [
            (0, 1), (-1, 0.36787944117144233), (-64, 1.603810890548638e-28), (-0.3, 0.7408182206817179), (-12.5, 3.726653172078671e-06),
        ]
        for (value, expected) in exponentials { #expect(abs(Series.exp(value) - expected) <= 4e-15 * expected) }
    }

    @Test("Poisson's distribution has its mean and variance on both sides of the bound", arguments: [0.01, 1, 20, 63.9, 64.1, 1000])
    func poisson(mean: Double) {
        var draws = Draws(key: 42)
        let count = 40_000.0
        var sum = 0.0
        var squares = 0.0
        for _ in 0..<Int(count) {
            let value = Double(draws.poisson(mean))
            sum += value
            squares += (value - mean) * (value - mean)
        }
        #expect(abs(sum / count - mean) < 4 * (mean / count).squareRoot())
        #expect(abs(squares / count / mean - 1) < 4 * ((2 + 1 / mean) / count).squareRoot())
    }

    @Test(
        "Coins show heads half of the time, with a binomial's variance",
        arguments: [9, 63, 64, 65, 1000, 4096, 4097, 1_000_000] as [UInt64])
    func heads(coins: UInt64) {
        var draws = Draws(key: 17)
        let count = 20_000.0
        let mean = Double(coins) / 2
        var sum = 0.0
        var squares = 0.0
        for _ in 0..<Int(count) {
            let value = Double(draws.heads(coins))
            sum += value - mean
            squares += (value - mean) * (value - mean)
        }
        let variance = Double(coins) / 4
        #expect(abs(sum / count) < 4 * (variance / count).squareRoot())
        #expect(abs(squares / count / variance - 1) < 4 * (2 / count).squareRoot())
    }
}
