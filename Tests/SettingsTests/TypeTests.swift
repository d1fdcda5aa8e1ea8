import Testing

@testable import Settings

/// What a type makes of a text, shown; `nil` where it refuses.
private func shown<Value>(_ type: SettingType<Value>, _ text: String) -> String? {
    (try? type.parse([text])).map { type.show($0).plain }
}

@Suite("Types of settings")
struct TypeTests {
    @Test("Whole numbers keep to their bounds")
    func integers() {
        let type = SettingType<Int>.integer(1...10_000)
        let cases = [
            ("1", "1"), ("10000", "10000"), ("10_000", "10000"), ("007", "7"), ("0", nil), ("10001", nil), ("-1", nil), ("+1", nil),
            ("1.0", nil), ("1e3", nil),
            ("_1", nil), ("1_", nil), ("1__0", nil), (" 1", nil), ("", nil), ("99999999999999999999", nil), ("0x10", nil),
        ]
        for (text, expected) in cases { #expect(shown(type, text) == expected, "\(text)") }
        #expect(shown(.integer(.min ... .max), "-9223372036854775808") == "-9223372036854775808")
    }

    @Test("Decimals are exact")
    func decimals() {
        let type = SettingType<DecimalNumber>.decimal(0.001...1_000_000, fractionDigits: 3)
        let cases = [
            ("10", "10"), ("0.5", "0.5"), ("0.50", "0.5"), ("00.001", "0.001"), ("1_000.25", "1000.25"), ("1000000", "1000000"), ("0", nil),
            ("0.0001", nil),
            ("1000000.001", nil), (".5", nil), ("5.", nil), ("1e3", nil), ("-1", nil), ("1.2.3", nil), ("nan", nil), ("", nil), ("٣", nil),
        ]
        for (text, expected) in cases { #expect(shown(type, text) == expected, "\(text)") }
        #expect(DecimalNumber("0.10")?.coefficient == 1 && DecimalNumber("0.10")?.fractionDigits == 1)
        #expect(DecimalNumber("0.000") == DecimalNumber(0))
    }

    @Test("Spans of time")
    func durations() {
        let type = SettingType<Duration>.duration(.zero ... .seconds(7 * 86_400))
        let cases = [
            ("45s", "45s"), ("45", "45s"), ("250ms", "250ms"), ("1.5h", "90m"), ("10m", "10m"), ("7d", "7d"), ("0", "0s"), ("0.5", "500ms"),
            ("60s", "1m"),
            ("3us", "3us"), ("1ns", "1ns"), ("8d", nil), ("0.5ns", nil), ("-1s", nil), ("s", nil), ("1 s", nil), ("1h30m", nil),
            ("99999999999999999d", nil),
            ("½s", nil), ("", nil),
        ]
        for (text, expected) in cases { #expect(shown(type, text) == expected, "\(text)") }
    }

    @Test("Sizes in bytes")
    func sizes() {
        let type = SettingType<Int>.bytes(0 ... .max)
        let cases = [
            ("256MiB", "256MiB"), ("1024MiB", "1GiB"), ("1.5KiB", "1536B"), ("10MB", "10000000B"), ("4096", "4KiB"), ("1 GiB", "1GiB"),
            ("2kB", "2000B"),
            ("0", "0B"), ("1B", "1B"), ("0.5B", nil), ("8388608TiB", nil), ("MiB", nil), ("1mib", nil), ("-1", nil), ("", nil),
        ]
        for (text, expected) in cases { #expect(shown(type, text) == expected, "\(text)") }
    }

    @Test("Moments of RFC 3339")
    func instants() {
        let cases = [
            ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), ("2026-11-22t15:47:00.120z", "2026-11-22T15:47:00.12Z"),
            ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00Z"),
            ("2024-02-29 23:59:59.999999999-00:30", "2024-03-01T00:29:59.999999999Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"), ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
            ("2026-02-29T00:00:00Z", nil),
            ("2100-02-29T00:00:00Z", nil), ("2026-13-01T00:00:00Z", nil), ("2026-00-01T00:00:00Z", nil), ("2026-01-00T00:00:00Z", nil),
            ("2026-01-01T24:00:00Z", nil), ("2026-01-01T00:00:60Z", nil), ("2026-01-01T00:00:00", nil), ("2026-01-01T00:00:00.Z", nil),
            ("2026-01-01T00:00:00.1234567890Z", nil), ("2026-01-01T00:00:00Zx", nil), ("2026-01-01", nil),
            ("2026-01-01T00:00:00+24:00", nil), ("", nil),
        ]
        for (text, expected) in cases { #expect(shown(.instant(), text) == expected, "\(text)") }
        #expect(SettingInstant("2026-11-22T15:47:00Z")?.seconds == 1_795_362_420)
        #expect(SettingInstant("2026-01-01T00:00:00.5Z")?.nanoseconds == 500_000_000)
    }

    @Test("Text, choices, flags, lists and pairs")
    func others() {
        #expect(shown(.string(), "日本 x") == "日本 x")
        #expect(shown(.string(), "") == nil && shown(.string(), "a\0b") == nil)
        #expect(shown(.path(), "/a b/ü") == "/a b/ü")
        #expect(shown(.choice(of: Pace.self), "real") == "real" && shown(.choice(of: Pace.self), "Real") == nil)
        #expect(["1", "true", "0", "false", "", "yes"].map { shown(.flag, $0) } == ["true", "true", "false", "false", nil, nil])
        #expect((try? SettingType<[Int]>.list(of: .integer(1...3)).parse(["1", "3", "1"])) == [1, 3])
        #expect((try? SettingType<[Int]>.list(of: .integer(1...3)).parse(["1", "4"])) == nil)
        #expect((try? SettingType<[String: String]>.pairs().parse(["a=b=c", "d="])) == ["a": "b=c", "d": ""])
        #expect(shown(SettingType<[String: String]>.pairs(), "=x") == nil)
    }

    @Test("Exit statuses are those of the contract")
    func statuses() {
        #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 64, 65, 69, 70, 75, 77, 78, 130, 143])
    }
}
