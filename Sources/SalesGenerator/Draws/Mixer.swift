/// Random numbers by counting: the n-th number of a sequence is a mix of its key and n, so any of them is had without those before it.
///
/// The mixing is the finaliser of SplitMix64 with the constants of its variant 13 (Stafford; Steele, Lea, Flood: "Fast splittable
/// pseudorandom number generators", 2014), over steps of the golden ratio.
struct Draws {
    private var state: UInt64

    /// The sequence of a key.
    @inline(__always) init(key: UInt64) { state = key }

    /// The sequence with a number of those that belong to a key.
    @inline(__always) init(key: UInt64, sequence: UInt64) { state = key &+ sequence &* 0xD1B5_4A32_D192_ED03 }

    /// The next 64 random bits.
    @inline(__always) mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// The next real number above 0 and up to 1, in steps of 2^-53.
    @inline(__always) mutating func unit() -> Double { Double(next() >> 11 &+ 1) * 0x1p-53 }

    /// The next whole number under `bound`; no probability is wrong by more than 2^-64.
    @inline(__always) mutating func below(_ bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }

    @inline(__always) static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// What random numbers are drawn for; each has its own key, so that a change to one never shifts another.
enum Purpose: UInt64 {
    case hourCounts = 1
    case arrivals
    case order
    case priceChange
    case prices
}

extension Purpose {
    /// The key of this purpose for a country under a configuration's key.
    func key(_ configuration: UInt64, country: UInt64) -> UInt64 {
        Draws.mix(Draws.mix(configuration &+ country &* 0x9E37_79B9_7F4A_7C15) ^ rawValue &* 0xD6E8_FEB8_6659_FD93)
    }
}
