extension SettingType where Value == Duration {
    /// A span of time: `250ms`, `45s`, `10m`, `1.5h`, `7d`; a number without unit is seconds.
    public static func duration(_ range: ClosedRange<Duration> = .zero ... .seconds(10 * 365 * 86_400)) -> SettingType {
        let bounds = "\(text(range.lowerBound)) to \(text(range.upperBound))"
        return .single(
            "DURATION", bounds: bounds,
            parse: { (text) throws(ValueError) in
                guard let value = Self.duration(text) else { throw ValueError("must be a span of time such as 45s, 10m or 250ms") }
                guard range.contains(value) else { throw ValueError("must be \(bounds)") }
                return value
            },
            show: { .text(Self.text($0)) })
    }

    private static let units: [(name: String, nanoseconds: Int)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("ms", 1_000_000), ("us", 1000), ("ns", 1),
        ("s", 1_000_000_000),
    ]

    private static func duration(_ text: String) -> Duration? {
        let name = text.drop { $0.isNumber || $0 == "." || $0 == "_" }
        guard let unit = name.isEmpty ? units.last : units.first(where: { $0.name == name }) else { return nil }
        return DecimalNumber(String(text.dropLast(name.count)))?.times(unit.nanoseconds).map { .nanoseconds($0) }
    }

    /// A span in the largest unit that leaves no fraction: `90s`, `10m`.
    static func text(_ duration: Duration) -> String {
        let parts = duration.components
        let (product, overflow) = parts.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return "\(parts.seconds)s" }
        let nanoseconds = Int(product &+ parts.attoseconds / 1_000_000_000)
        if nanoseconds == 0 { return "0s" }
        let order = ["d", "h", "m", "s", "ms", "us", "ns"]
        for name in order {
            if let unit = units.first(where: { $0.name == name }), nanoseconds % unit.nanoseconds == 0 {
                return "\(nanoseconds / unit.nanoseconds)\(name)"
            }
        }
        return "\(nanoseconds)ns"
    }
}

/// A moment in UTC to the nanosecond, as settings give it.
public struct SettingInstant: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Whole seconds since 1970-01-01T00:00:00Z; negative before.
    public let seconds: Int64
    /// The rest, 0 to 999,999,999.
    public let nanoseconds: Int32

    /// A moment; `nanoseconds` outside its bounds is brought to the nearest of them.
    public init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = min(max(nanoseconds, 0), 999_999_999)
    }

    /// RFC 3339 with any offset and up to nine digits of a second: `2026-01-01T00:00:00Z`. `nil` for any other text,
    /// and for a day or an hour that does not exist; a leap second is none of ours.
    public init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        func number(_ digits: Int, then end: [UInt8] = []) -> Int64? {
            guard rest.count >= digits + (end.isEmpty ? 0 : 1) else { return nil }
            var value: Int64 = 0
            for byte in rest.prefix(digits) {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            rest = rest.dropFirst(digits)
            guard !end.isEmpty else { return value }
            return end.contains(rest.removeFirst()) ? value : nil
        }
        guard let year = number(4, then: [0x2D]), let month = number(2, then: [0x2D]), let day = number(2, then: [0x54, 0x74, 0x20]),
            let hour = number(2, then: [0x3A]), let minute = number(2, then: [0x3A]), let second = number(2),
            (1...12).contains(month), day >= 1, day <= Calendar.days(inMonth: month, of: year), hour < 24, minute < 60, second < 60
        else { return nil }
        var nanoseconds: Int32 = 0
        if rest.first == 0x2E {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard (1...9).contains(digits.count) else { return nil }
            nanoseconds = digits.reduce(0) { $0 * 10 + Int32($1 - 0x30) }
            for _ in digits.count..<9 { nanoseconds *= 10 }
            rest = rest.dropFirst(digits.count + 1)
        }
        var offset: Int64 = 0
        switch rest.popFirst() {
        case 0x5A, 0x7A: break
        case let sign? where sign == 0x2B || sign == 0x2D:
            guard let hours = number(2, then: [0x3A]), let minutes = number(2), hours < 24, minutes < 60 else { return nil }
            offset = (hours * 3600 + minutes * 60) * (sign == 0x2D ? -1 : 1)
        default: return nil
        }
        guard rest.isEmpty else { return nil }
        seconds = Calendar.days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second - offset
        self.nanoseconds = nanoseconds
    }

    /// Earlier is smaller.
    public static func < (left: SettingInstant, right: SettingInstant) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// RFC 3339 in UTC with as many digits of a second as there are.
    public var description: String {
        func padded(_ value: Int64, _ digits: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let second = seconds - day * 86_400
        let date = Calendar.date(ofDay: day)
        var fraction = nanoseconds == 0 ? "" : "." + padded(Int64(nanoseconds), 9)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T\(padded(second / 3600, 2)):"
            + "\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))\(fraction)Z"
    }
}

extension SettingType where Value == SettingInstant {
    /// A moment in RFC 3339: `2026-01-01T00:00:00Z`, or with an offset.
    public static func instant() -> SettingType {
        .single(
            "INSTANT",
            parse: { (text) throws(ValueError) in
                guard let value = SettingInstant(text) else { throw ValueError("must be a moment such as 2026-01-01T00:00:00Z") }
                return value
            },
            show: { .text($0.description) })
    }
}
