/// A small generator of random numbers (SplitMix64): the same seed gives the same numbers everywhere.
public struct SimRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins at `seed`.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A number from 0 up to `bound`, exclusive; 0 where `bound` is not positive.
    public mutating func below(_ bound: Int) -> Int {
        bound > 0 ? Int(next().multipliedFullWidth(by: UInt64(bound)).high) : 0
    }

    /// A number of `range`.
    public mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(below(Int(range.upperBound - range.lowerBound) + 1))
    }

    /// True `share` times out of 10,000.
    public mutating func chance(_ share: Int) -> Bool { share > 0 && below(10_000) < share }

    /// One of `choices`; nil where there are none.
    public mutating func pick<Choice>(_ choices: [Choice]) -> Choice? {
        choices.isEmpty ? nil : choices[below(choices.count)]
    }
}
