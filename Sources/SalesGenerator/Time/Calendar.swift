/// A day of the Gregorian calendar, and its number since 1 January 1970.
struct CivilDate: Equatable {
    let year: Int
    /// 1 to 12.
    let month: Int
    /// 1 to 31.
    let day: Int

    /// From a number of days since 1970; years 0 to 9999.
    init(daysSince1970 days: Int) {
        // Counted from 1 March of year 0, the leap day is the last of a year and months follow the pattern 31 30 31 30 31.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970 of a date.
    static func days(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let shiftedMonth = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
        return shiftedYear * 365 + shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400 + dayOfYear - 719_468
    }

    /// 0 for Monday to 6 for Sunday; also for 1969, in which western clocks stand when 1970 begins in UTC.
    static func weekday(daysSince1970 days: Int) -> Int { (days + 53 * 7 + 3) % 7 }
}

/// What is dated lies before this: 1 January 10000, in seconds since 1970; `datetime` has four digits for the year.
let endOfTime: Int = 253_402_300_800
