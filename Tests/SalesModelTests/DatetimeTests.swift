import SalesModel
import Testing

@Suite struct DatetimeTests {
    /// What becomes of a timestamp in a message; the position is an offset from its first byte.
    private func outcome(_ time: String) throws -> Outcome {
        let text = Given.message.replacing("2026-11-22T15:47:00.123Z", with: time)
        switch try Outcome(text) {
        case .refused(let field, let position, let reason): return .refused(field, position - 105, reason)
        case let row: return row
        }
    }

    @Test(arguments: [
        "2026-11-22T15:47:00.123Z", "2026-11-22T15:47:00Z", "2026-11-22T15:47:00.1Z", "2026-11-22T15:47:00.123456789Z",
        "2026-11-22T15:47:00.123+05:30", "2026-11-22T15:47:00-00:00", "2026-11-22t15:47:00.123z", "2024-02-29T00:00:00.000Z",
        "2000-02-29T23:59:59.999Z", "2026-12-31T23:59:59.999Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59+23:59",
        "2016-12-31T23:59:60Z", "2015-06-30T23:59:60.5Z", "2017-01-01T05:29:60+05:30", "2016-12-31T15:59:60-08:00",
    ])
    func valid(time: String) throws {
        #expect(try outcome(time) == .row(Given.row.replacing("2026-11-22T15:47:00.123Z", with: time)))
    }

    @Test(
        arguments: [
            ("", 0, .emptyValue), ("2026-02-30T00:00:00.000Z", 8, .noSuchDay), ("2026-02-29T00:00:00.000Z", 8, .noSuchDay),
            ("1900-02-29T00:00:00.000Z", 8, .noSuchDay), ("2026-04-31T00:00:00.000Z", 8, .noSuchDay),
            ("2026-11-00T00:00:00.000Z", 8, .noSuchDay),
            ("2026-12-32T00:00:00.000Z", 8, .noSuchDay), ("2026-00-10T00:00:00.000Z", 5, .noSuchMonth),
            ("2026-13-10T00:00:00.000Z", 5, .noSuchMonth),
            ("2026-11-22T24:00:00.000Z", 11, .noSuchHour), ("2026-11-22T15:60:00.000Z", 14, .noSuchMinute),
            ("2026-11-22T15:47:61.000Z", 17, .noSuchSecond), ("2026-11-22T23:59:60.000Z", 17, .noSuchLeapSecond),
            ("2026-12-31T23:59:60+01:00", 17, .noSuchLeapSecond), ("2026-11-22T15:47:00.1234567890Z", 29, .tooFineASecond),
            ("2026-11-22T15:47:00.Z", 20, .notADatetime), ("2026-11-22T15:47:00", 19, .noOffset),
            ("2026-11-22T15:47:00.123", 23, .noOffset),
            ("2026-11-22T15:47:00.123 ", 23, .noOffset), ("2026-11-22T15:47:00.123+24:00", 23, .noSuchOffset),
            ("2026-11-22T15:47:00.123+0530", 23, .noSuchOffset), ("2026-11-22T15:47:00.123+05:60", 23, .noSuchOffset),
            ("2026-11-22T15:47:00.123ZZ", 24, .notADatetime), ("2026-11-22 15:47:00.123Z", 10, .notADatetime),
            ("2026-11-22", 10, .notADatetime), ("2026/11/22T15:47:00.123Z", 4, .notADatetime), ("2026-11-22T15:47:00,123Z", 19, .noOffset),
            ("20é6-11-22T15:47:00.12Z", 2, .notADatetime), ("1763826420", 4, .notADatetime),
        ] as [(String, Int, InvalidSale.Reason)])
    func invalid(time: String, position: Int, reason: InvalidSale.Reason) throws {
        #expect(try outcome(time) == .refused(.datetime, position, reason))
    }

    /// Against a calendar of the test's own.
    @Test func everyDayOfManyYears() throws {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        for year in [1900, 1996, 2000, 2023, 2024, 2100] {
            let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
            for month in 0...13 {
                for day in 0...32 {
                    let time = "\(year)-\(two(month))-\(two(day))T00:00:00.000Z"
                    let length = (1...12).contains(month) ? lengths[month - 1] + (isLeap && month == 2 ? 1 : 0) : 0
                    let outcome = try outcome(time)
                    if length > 0, day >= 1, day <= length {
                        #expect(outcome == .row(Given.row.replacing("2026-11-22T15:47:00.123Z", with: time)))
                    } else {
                        #expect(outcome == .refused(.datetime, length == 0 ? 5 : 8, length == 0 ? .noSuchMonth : .noSuchDay))
                    }
                }
            }
        }
    }
}
