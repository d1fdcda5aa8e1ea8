/// What the clocks of a country show, by a rule that a catalog holds, so that it is the same on every machine.
///
/// One rule is applied to all years; where a country changed its law in the past, or will, this does not follow.
public struct LocalTime: Hashable, Sendable {
    /// When clocks are an hour ahead of standard time.
    public enum SummerTime: String, Hashable, Sendable, CaseIterable {
        /// Never.
        case none
        /// Last Sunday of March to last Sunday of October, both at 01:00 UTC (Directive 2000/84/EC).
        case eu
        /// Second Sunday of March to first Sunday of November, both at 02:00 of the clock in force (Energy Policy Act of 2005).
        case us
    }

    /// Minutes that standard time is ahead of UTC; negative in the west.
    public let standardOffset: Int
    /// When clocks are an hour ahead of that.
    public let summerTime: SummerTime

    /// A rule; a catalog refuses offsets of more than 18 hours.
    public init(standardOffset: Int, summerTime: SummerTime = .none) {
        self.standardOffset = standardOffset
        self.summerTime = summerTime
    }

    /// From when until when, in seconds since 1970, clocks are an hour ahead in a year; empty where they never are.
    func summer(ofYear year: Int) -> Range<Int> {
        switch summerTime {
        case .none: return 0..<0
        case .eu:
            let from = Self.lastSunday(ofYear: year, month: 3) * 86_400 + 3600
            return from..<Self.lastSunday(ofYear: year, month: 10) * 86_400 + 3600
        case .us:
            // 02:00 of standard time in spring; 02:00 of summer time, 01:00 of standard time, in autumn.
            let from = (Self.firstSunday(ofYear: year, month: 3) + 7) * 86_400 + 7200 - standardOffset * 60
            return from..<Self.firstSunday(ofYear: year, month: 11) * 86_400 + 3600 - standardOffset * 60
        }
    }

    private static func firstSunday(ofYear year: Int, month: Int) -> Int {
        let first = CivilDate.days(year: year, month: month, day: 1)
        return first + 6 - CivilDate.weekday(daysSince1970: first)
    }

    private static func lastSunday(ofYear year: Int, month: Int) -> Int {
        let last = CivilDate.days(year: year, month: month, day: 31)
        return last - (CivilDate.weekday(daysSince1970: last) + 1) % 7
    }
}
