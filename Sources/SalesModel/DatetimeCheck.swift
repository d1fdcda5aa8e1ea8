/// Timestamps of RFC 3339, section 5.6: `2026-11-22T15:47:00.123Z`, with any offset and up to nine digits of a second.
/// `t` and `z` may be lower case, as the RFC says; a blank instead of the `T` is refused. A second 60 is taken only where a leap
/// second can be, at the end of 30 June or 31 December in UTC. Years are 0000 to 9999 of the Gregorian calendar.
enum DatetimeCheck {
    /// Nil where the bytes from `start` to `end` are a timestamp.
    static func fault(_ text: RawSpan, from start: Int, to end: Int) -> Fault? {
        if end - start == 24, isOurs(text, at: start) { return nil }
        return generalFault(text, from: start, to: end)
    }

    /// Whether 24 bytes are a day and a time that exist in the form of our own messages, milliseconds and a capital `Z`.
    /// Eight bytes at a time: what differs from `0` in a digit's place is the digit, from the sign in a sign's place is 0.
    @inline(__always) static func isOurs(_ text: RawSpan, at start: Int) -> Bool {
        let date = text.word(start) ^ 0x2D30_302D_3030_3030  // 0000-00-
        let hours = text.word(start &+ 8) ^ 0x3030_3A30_3054_3030  // 00T00:00
        let seconds = text.word(start &+ 16) ^ 0x5A30_3030_2E30_303A  // :00.000Z
        // A byte keeps its high bit clear when at most 9 (digit) or 0 (sign) was there.
        let marks =
            (date &+ 0x7F76_767F_7676_7676) | date | (hours &+ 0x7676_7F76_767F_7676) | hours
            | (seconds &+ 0x7F76_7676_7F76_767F) | seconds
        guard marks & Word.repeating(0x80) == 0 else { return false }
        // In the byte of each tens digit: ten times itself and the next.
        let dates = date &* 10 &+ date &>> 8
        let times = hours &* 10 &+ hours &>> 8
        let month = Int(truncatingIfNeeded: dates &>> 40 & 0xFF)
        let day = Int(truncatingIfNeeded: times & 0xFF)
        let hour = times &>> 24 & 0xFF
        let minute = times &>> 48 & 0xFF
        let second = (seconds &* 10 &+ seconds &>> 8) &>> 8 & 0xFF
        guard month &- 1 < 12, month > 0, day > 0, hour < 24, minute < 60, second < 60 else { return false }
        if day <= 28 { return true }
        let year = Int(truncatingIfNeeded: (dates & 0xFF) &* 100 &+ dates &>> 16 & 0xFF)
        return day <= days(in: month, of: year)
    }

    /// Days of a month, 1 to 12.
    static func days(in month: Int, of year: Int) -> Int {
        if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
        return 30 + (month + month >> 3) & 1
    }

    private static func generalFault(_ text: RawSpan, from start: Int, to end: Int) -> Fault? {
        if start == end { return Fault(.emptyValue, at: 0) }
        for index in 0..<19 {
            guard start + index < end else { return Fault(.notADatetime, at: end - start) }
            if !fits(text.byte(start + index), at: index) { return Fault(.notADatetime, at: index) }
        }
        let (month, day, hour, minute, second) = (
            two(text, start + 5), two(text, start + 8), two(text, start + 11), two(text, start + 14), two(text, start + 17)
        )
        if !(1...12).contains(month) { return Fault(.noSuchMonth, at: 5) }
        if day < 1 || day > days(in: month, of: two(text, start) * 100 + two(text, start + 2)) { return Fault(.noSuchDay, at: 8) }
        if hour > 23 { return Fault(.noSuchHour, at: 11) }
        if minute > 59 { return Fault(.noSuchMinute, at: 14) }
        if second > 60 { return Fault(.noSuchSecond, at: 17) }

        var index = start + 19
        if index < end, text.byte(index) == 0x2E {
            index += 1
            let fraction = index
            while index < end, text.byte(index).isDigit { index += 1 }
            if index == fraction { return Fault(.notADatetime, at: index - start) }
            if index - fraction > 9 { return Fault(.tooFineASecond, at: fraction + 9 - start) }
        }
        guard index < end else { return Fault(.noOffset, at: index - start) }
        var offset = 0
        switch text.byte(index) {
        case 0x5A, 0x7A: index += 1
        case 0x2B, 0x2D:
            guard index + 6 <= end, text.byte(index + 3) == 0x3A, text.byte(index + 1).isDigit, text.byte(index + 2).isDigit,
                text.byte(index + 4).isDigit, text.byte(index + 5).isDigit
            else { return Fault(.noSuchOffset, at: index - start) }
            let (hours, minutes) = (two(text, index + 1), two(text, index + 4))
            if hours > 23 || minutes > 59 { return Fault(.noSuchOffset, at: index - start) }
            offset = (hours * 60 + minutes) * (text.byte(index) == 0x2D ? -1 : 1)
            index += 6
        default: return Fault(.noOffset, at: index - start)
        }
        if index < end { return Fault(.notADatetime, at: index - start) }
        if second == 60, !canBeLeap(month: month, day: day, minuteOfDay: hour * 60 + minute - offset) {
            return Fault(.noSuchLeapSecond, at: 17)
        }
        return nil
    }

    /// Whether a byte can stand `index` bytes behind the beginning, as in `0000-00-00T00:00:00`.
    private static func fits(_ byte: UInt8, at index: Int) -> Bool {
        switch index {
        case 4, 7: byte == 0x2D
        case 10: byte | 0x20 == 0x74
        case 13, 16: byte == 0x3A
        default: byte.isDigit
        }
    }

    /// The number that two digits make.
    private static func two(_ text: RawSpan, _ offset: Int) -> Int {
        Int(text.byte(offset)) * 10 + Int(text.byte(offset + 1)) - 11 * 0x30
    }

    /// `minuteOfDay` is in UTC, counted from midnight of the local `day`: -1 is 23:59 of the day before in UTC.
    private static func canBeLeap(month: Int, day: Int, minuteOfDay: Int) -> Bool {
        switch minuteOfDay {
        case 1439: (month == 6 && day == 30) || (month == 12 && day == 31)
        case -1: (month == 7 || month == 1) && day == 1
        default: false
        }
    }
}
