/// A set of ordinals, a bit each, in pages of 4,096: what is dense costs 12.5 MB for 100 million, what is sparse half a kilobyte a page.
struct OrdinalSet: Sendable, Equatable {
    private static let wordsPerPage = 64
    private var pages: [UInt64: [UInt64]] = [:]
    private(set) var count = 0
    // The page that was touched last, out of the dictionary: neighbours follow each other.
    private var currentPage = UInt64.max
    private var current: [UInt64] = []

    /// Whether it was not there before.
    mutating func insert(_ ordinal: UInt64) -> Bool {
        let page = ordinal >> 12
        if page != currentPage { turn(to: page) }
        let (word, bit) = (Int(ordinal >> 6 & 63), UInt64(1) << (ordinal & 63))
        guard current[word] & bit == 0 else { return false }
        current[word] |= bit
        count += 1
        return true
    }

    func contains(_ ordinal: UInt64) -> Bool {
        guard let words = words(ordinal >> 12) else { return false }
        return words[Int(ordinal >> 6 & 63)] & 1 << (ordinal & 63) != 0
    }

    private mutating func turn(to page: UInt64) {
        if currentPage != .max { pages[currentPage] = current }
        current = pages.removeValue(forKey: page) ?? [UInt64](repeating: 0, count: Self.wordsPerPage)
        currentPage = page
    }

    private func words(_ page: UInt64) -> [UInt64]? { page == currentPage ? current : pages[page] }

    private var pageNumbers: [UInt64] { (pages.keys + (currentPage == .max ? [] : [currentPage])).sorted() }

    /// The ordinals of this set that `other` does not have, as closed ranges in rising order.
    func ranges(without other: OrdinalSet) -> [ClosedRange<UInt64>] {
        var ranges: [ClosedRange<UInt64>] = []
        for page in pageNumbers {
            guard let mine = words(page) else { continue }
            let theirs = other.words(page)
            for word in 0..<Self.wordsPerPage {
                var rest = mine[word] & ~(theirs?[word] ?? 0)
                while rest != 0 {
                    let first = rest.trailingZeroBitCount
                    let run = (~(rest >> UInt64(first))).trailingZeroBitCount
                    let from = page << 12 | UInt64(word << 6 + first)
                    ranges.append(joining: from...(from + UInt64(run) - 1))
                    rest = first + run >= 64 ? 0 : rest & ~0 << UInt64(first + run)
                }
            }
        }
        return ranges
    }

    /// The ordinals between its lowest and its highest that are missing, as closed ranges in rising order.
    var gaps: [ClosedRange<UInt64>] {
        let held = ranges(without: OrdinalSet())
        return zip(held, held.dropFirst()).map { $0.upperBound + 1...$1.lowerBound - 1 }
    }

    /// Adds all of `other`.
    mutating func formUnion(_ other: OrdinalSet) {
        for range in other.ranges(without: self) { for ordinal in range { _ = insert(ordinal) } }
    }

    static func == (one: OrdinalSet, other: OrdinalSet) -> Bool {
        one.count == other.count && one.ranges(without: other).isEmpty
    }
}

extension [ClosedRange<UInt64>] {
    /// Appends a range that lies behind the last, or continues it.
    fileprivate mutating func append(joining range: ClosedRange<UInt64>) {
        if let last, last.upperBound + 1 == range.lowerBound {
            self[count - 1] = last.lowerBound...range.upperBound
        } else {
            append(range)
        }
    }
}
