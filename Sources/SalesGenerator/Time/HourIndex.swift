/// Where in time the ordinals of a country's stream lie: running sums of the hours' counts, kept for every 32nd hour.
///
/// The stream begins inside an hour; sales of that hour before the start belong to no ordinal.
struct HourIndex {
    /// An hour of the stream and its first ordinal.
    struct Hour: Equatable {
        /// Hours since 1970 UTC.
        var number: Int
        /// The ordinal of the first sale that belongs to the stream.
        var firstOrdinal: UInt64
        /// How many of the hour's sales lie before the stream's start.
        var skipped: UInt64
        /// How many sales of the hour belong to the stream.
        var count: UInt64

        var ordinals: Range<UInt64> { firstOrdinal..<firstOrdinal + count }
    }

    private static let stride = 32

    private let firstHour: Int
    private let lastHour = endOfTime / 3600
    private let skipped: UInt64
    private var counts: HourCounts
    // Sales of the stream before the hour `firstHour + 32 i`.
    private var sums: [UInt64] = [0]

    /// - Parameter skipped: how many sales of the first hour lie before the stream's start.
    init(firstHour: Int, skipped: UInt64, counts: HourCounts) {
        self.firstHour = firstHour
        self.skipped = skipped
        self.counts = counts
    }

    /// The first hour of the stream.
    mutating func first() -> Hour { hour(firstHour, firstOrdinal: 0) }

    /// The hour after another; nil after the last of the year 9999.
    mutating func next(after hour: Hour) -> Hour? {
        guard hour.number + 1 < lastHour else { return nil }
        return self.hour(hour.number + 1, firstOrdinal: hour.firstOrdinal + hour.count)
    }

    /// The hour in which an ordinal is sold; nil where that would be after the year 9999.
    mutating func hour(of ordinal: UInt64) -> Hour? {
        while sums[sums.count - 1] <= ordinal, extend() {}
        var low = 0
        var high = sums.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if sums[middle] <= ordinal { low = middle } else { high = middle }
        }
        var hour = hour(firstHour + low * Self.stride, firstOrdinal: sums[low])
        while !hour.ordinals.contains(ordinal) {
            guard let next = next(after: hour) else { return nil }
            hour = next
        }
        return hour
    }

    /// An hour by its number, which is not before the stream's first and not after the year 9999.
    mutating func hour(number: Int) -> Hour {
        let block = (number - firstHour) / Self.stride
        while sums.count <= block, extend() {}
        var hour = hour(firstHour + block * Self.stride, firstOrdinal: sums[block])
        while hour.number < number, let next = next(after: hour) { hour = next }
        return hour
    }

    private mutating func hour(_ number: Int, firstOrdinal: UInt64) -> Hour {
        let skipped = number == firstHour ? self.skipped : 0
        return Hour(number: number, firstOrdinal: firstOrdinal, skipped: skipped, count: counts.count(hour: number) - skipped)
    }

    /// Adds a sum, and says whether there was time left for one.
    private mutating func extend() -> Bool {
        let from = firstHour + (sums.count - 1) * Self.stride
        guard from + Self.stride < lastHour else { return false }
        var sum = sums[sums.count - 1]
        for number in from..<from + Self.stride { sum += counts.count(hour: number) }
        if from == firstHour { sum -= skipped }
        sums.append(sum)
        return true
    }
}
