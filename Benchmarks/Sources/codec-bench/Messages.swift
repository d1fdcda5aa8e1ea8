import SalesModel

/// Messages to measure with: our own form, products, prices and times as various as real ones, from a fixed seed.
struct Messages {
    /// One message a line.
    var bytes: [UInt8] = []
    /// Where each stands, without its line feed.
    var ranges: [Range<Int>] = []

    init(lines: [UInt8]) {
        bytes = lines
        var start = 0
        for (index, byte) in lines.enumerated() where byte == 0x0A {
            ranges.append(start..<index)
            start = index + 1
        }
    }

    static func make(count: Int, reversed: Bool) -> Messages {
        var random = SplitMix64(state: 42)
        let lowest = [499, 999, 1499, 1999, 2499, 3999, 5999, 8999, 14999, 24999]
        var lines: [UInt8] = []
        for ordinal in 0..<count {
            guard let stream = StreamID(start: 1_767_225_600, fingerprint: 0xABCDEF), let country = CountryCode("US"),
                let identity = SaleIdentity(stream: stream, country: country, ordinal: UInt64(ordinal)),
                let product = (0..<10).randomElement(using: &random),
                let money = Money(minorUnits: lowest[product] + Int.random(in: 0...lowest[product], using: &random), digits: 2)
            else { continue }
            func two(_ range: Range<Int>) -> String {
                let value = Int.random(in: range, using: &random)
                return value < 10 ? "0\(value)" : "\(value)"
            }
            let time =
                "2026-\(two(1..<13))-\(two(1..<29))T\(two(0..<24)):\(two(0..<60)):\(two(0..<60)).\(Int.random(in: 100..<1000, using: &random))Z"
            let members = [
                #""sale_id":"\#(identity)""#, #""product_code":"p\#(product + 1)""#, #""country_of_sale":"US""#,
                #""datetime":"\#(time)""#, #""selling_price":\#(money)"#, #""currency":"USD""#,
            ]
            lines += Array("{\((reversed ? members.reversed() : members).joined(separator: ","))}\n".utf8)
        }
        return Messages(lines: lines)
    }
}

/// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators (2014).
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
