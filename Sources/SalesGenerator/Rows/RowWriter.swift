internal import SalesModel

/// What all rows of a batch share: sales of one hour whose ordinals differ in their last 16 bits only.
struct RowFrame {
    /// All before the last four digits of the `sale_id`, in the first `openingCount` bytes.
    var opening: (SIMD16<UInt8>, SIMD16<UInt8>, SIMD16<UInt8>)
    /// At most 48.
    var openingCount: Int
    /// `YYYY-MM-DDTHH:` in the first 14 bytes.
    var dateHour: SIMD16<UInt8>

    init() {
        opening = (SIMD16(), SIMD16(), SIMD16())
        openingCount = 0
        dateHour = SIMD16()
    }

    mutating func begin(_ syntax: RowSyntax, at identity: SaleIdentity) {
        let bytes = syntax.opening + Array(identity.description.utf8.prefix(32))
        openingCount = bytes.count
        opening = (Self.vector(bytes, from: 0), Self.vector(bytes, from: 16), Self.vector(bytes, from: 32))
    }

    mutating func begin(hour: Int) {
        let (day, hourOfDay) = hour.quotientAndRemainder(dividingBy: 24)
        let date = CivilDate(daysSince1970: day)
        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: count - text.count) + text
        }
        let text = "\(digits(date.year, 4))-\(digits(date.month, 2))-\(digits(date.day, 2))T\(digits(hourOfDay, 2)):"
        dateHour = Self.vector(Array(text.utf8), from: 0)
    }

    private static func vector(_ bytes: [UInt8], from start: Int) -> SIMD16<UInt8> {
        var vector = SIMD16<UInt8>()
        for (lane, byte) in bytes.dropFirst(start).prefix(16).enumerated() { vector[lane] = byte }
        return vector
    }
}

extension RowFrame {
    /// Appends `count` rows, whose ordinals begin with one that ends in `ordinal`.
    ///
    /// The rows are written through a pointer, overlapping stores of 16 bytes, into room for the longest rows; what is read is read with
    /// bounds checked. The same stores into a checked `MutableRawSpan` made a row of CSV, draws included, in 27 ns instead of 21, and one
    /// of JSON in 36 instead of 25 (`generator-bench`).
    func append(
        _ count: Int, from ordinal: UInt64, products: [UInt32], milliseconds: [UInt32], fragments: RowFragments, tables: DigitTables,
        to output: inout [UInt8]
    ) {
        let products = products.span
        let milliseconds = milliseconds.span
        let slots = fragments.slots.span
        let heads = fragments.heads.span.bytes
        let tails = fragments.tails.span.bytes
        let tailStride = fragments.tailStride
        let hex = tables.hex.span
        let seconds = tables.seconds.span
        let thousandths = tables.milliseconds.span
        output.append(addingCapacity: count * fragments.longestRow + 64) { (span: inout OutputSpan<UInt8>) in
            span.withUnsafeMutableBufferPointer { buffer, initialized in
                guard let base = buffer.baseAddress else { return }
                var at = UnsafeMutableRawPointer(base + initialized)
                for index in 0..<count {
                    store(opening.0, at)
                    store(opening.1, at + 16)
                    store(opening.2, at + 32)
                    at += openingCount
                    let last = Int(truncatingIfNeeded: (ordinal &+ UInt64(index)) & 0xFFFF)
                    store(hex[last >> 8], at)
                    store(hex[last & 0xFF], at + 2)
                    at += 4
                    let product = Int(products[index])
                    let slot = slots[product]
                    copy(heads, Int(slot.head), Int(slot.headCount), &at)
                    store(dateHour, at)
                    let (second, rest) = milliseconds[index].quotientAndRemainder(dividingBy: 1000)
                    store(seconds[Int(second)], at + 14)
                    store(thousandths[Int(rest)], at + 20)
                    at += 24
                    copy(tails, product &* tailStride, Int(slot.tailCount), &at)
                }
                initialized = at - UnsafeMutableRawPointer(base)
            }
        }
    }

    @inline(__always) private func store<Value: BitwiseCopyable>(_ value: Value, _ at: UnsafeMutableRawPointer) {
        at.storeBytes(of: value, as: Value.self)
    }

    /// In pieces of 16 bytes; the last may write up to 15 bytes behind the fragment, which the next store covers.
    @inline(__always) private func copy(_ source: RawSpan, _ offset: Int, _ count: Int, _ at: inout UnsafeMutableRawPointer) {
        var done = 0
        repeat {
            store(source.unsafeLoadUnaligned(fromByteOffset: offset &+ done, as: SIMD16<UInt8>.self), at + done)
            done &+= 16
        } while done < count
        at += count
    }
}
