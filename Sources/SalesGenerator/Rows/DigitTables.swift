/// The digits of all small numbers, ready to be stored as they stand in memory.
struct DigitTables {
    /// Two hexadecimal digits of each byte.
    let hex: [UInt16]
    /// `MM:SS.` of each second of an hour, in the first six of eight bytes.
    let seconds: [UInt64]
    /// `mmmZ` of each millisecond of a second.
    let milliseconds: [UInt32]

    static let shared = DigitTables()

    private init() {
        let digits = Array("0123456789abcdef".utf8)
        hex = (0..<256).map { Self.integer([digits[$0 >> 4], digits[$0 & 15]]) }
        seconds = (0..<3600).map { second in
            let (minute, rest) = second.quotientAndRemainder(dividingBy: 60)
            return Self.integer([
                digits[minute / 10], digits[minute % 10], 0x3A, digits[rest / 10], digits[rest % 10], 0x2E, 0, 0,
            ])
        }
        milliseconds = (0..<1000).map { Self.integer([digits[$0 / 100], digits[$0 / 10 % 10], digits[$0 % 10], 0x5A]) }
    }

    /// The number whose bytes in memory are these.
    private static func integer<Number: FixedWidthInteger>(_ bytes: [UInt8]) -> Number {
        Number(littleEndian: bytes.reversed().reduce(0) { $0 << 8 | Number($1) })
    }
}
