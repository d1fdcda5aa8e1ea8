import Testing

@testable import Logging

let noon = WallTime(seconds: 1_795_362_420, nanoseconds: 123_999_999)

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite("Time stamps")
struct TimeStamps {
    @Test(
        "Days are those of the calendar",
        arguments: [
            (1_795_362_420, "2026-11-22T15:47:00.000Z"), (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"), (951_868_800, "2000-03-01T00:00:00.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"), (4_107_456_000, "2100-02-28T00:00:00.000Z"),
            (1_735_689_599, "2024-12-31T23:59:59.000Z"), (253_402_300_799, "9999-12-31T23:59:59.000Z"),
            (-62_167_219_200, "0000-01-01T00:00:00.000Z"),
        ] as [(Int64, String)])
    func calendar(seconds: Int64, expected: String) {
        var bytes: [UInt8] = []
        WallTime(seconds: seconds).append(to: &bytes)
        #expect(text(bytes) == expected)
    }

    @Test("Moments that no calendar has do no harm", arguments: [Int64.max, .min])
    func extremes(seconds: Int64) {
        var bytes: [UInt8] = []
        WallTime(seconds: seconds / 2, nanoseconds: -5).append(to: &bytes)
        #expect(bytes.count == 24)
    }
}

@Suite("Lines")
struct Lines {
    private func record(_ message: String, _ metadata: Logger.Metadata) -> LogRecord {
        LogRecord(time: noon, level: .info, component: "stream", message: message, metadata: metadata)
    }

    @Test("Text: time, level, component, message, pairs")
    func plain() {
        let line = LogFormat.text.line(record("file is up", ["rows": 10_000, "name": "a b", "ok": true, "rate": 1.5, "empty": ""]))
        #expect(text(line) == "2026-11-22T15:47:00.123Z INFO stream: file is up rows=10000 name=\"a b\" ok=true rate=1.5 empty=\"\"\n")
    }

    @Test("JSON: numbers stay numbers, taken keys step aside")
    func json() {
        let line = LogFormat.json.line(record("é \"x\"", ["rows": 1, "level": "x\\", "rate": .decimal(.nan)]))
        #expect(
            text(line) == #"{"time":"2026-11-22T15:47:00.123Z","level":"info","component":"stream","message":"é \"x\"","#
                + #""rows":1,"level_":"x\\","rate":"nan"}"# + "\n")
    }

    @Test("No value can begin a line, move the cursor or turn the text", arguments: [LogFormat.text, .json])
    func forging(format: LogFormat) {
        let evil = "a\n2026 INFO x: forged\r\t\u{1B}[2J\u{7F}\u{85}\u{2028}\u{202E}\0"
        let line = format.line(record(evil, ["k\ney=": .string(evil)]))
        let scalars = text(line).unicodeScalars.dropLast()
        #expect(scalars.allSatisfy { $0.properties.generalCategory != .control && $0 != "\u{2028}" && $0 != "\u{202E}" })
        #expect(line.last == UInt8(ascii: "\n"))
        if case .text = format { #expect(text(line).contains(#" k_ey_="a\n2026 INFO x: forged\r\t\u{1b}[2J\u{7f}\u{85}"#)) }
    }

    @Test("A value beyond 4,096 characters is cut and says how long it was")
    func long() {
        let line = LogFormat.text.line(record("m", ["k": .string(String(repeating: "x", count: 10_000))]))
        #expect(line.count < 4_300)
        #expect(text(line).hasSuffix("x... (10000 bytes)\n"))
    }
}

@Suite("Loggers")
struct Loggers {
    @Test("A record goes to every handler that wants its level, and is not made for none")
    func levels() {
        let all = LogRecorder(level: .debug)
        let bad = LogRecorder(level: .warning)
        let logger = Logger(component: "load", handlers: [all, bad], clock: { noon })
        logger.info("one", metadata: ["a": 1])
        logger.error("two")
        logger.trace(
            { () -> String in
                Issue.record("made for nobody")
                return ""
            }())
        #expect(all.records.map(\.message) == ["one", "two"])
        #expect(bad.records.map(\.message) == ["two"])
        #expect(all.records.first?.time == noon)
    }

    @Test("Metadata of the logger come first, those of the record win, a copy is apart")
    func metadata() {
        let recorder = LogRecorder()
        var logger = Logger(component: "load", handlers: [recorder], metadata: ["country": "US", "n": 1], clock: { noon })
        logger.child(metadata: ["x": 2]).info("child", metadata: ["n": 3])
        logger[metadataKey: "n"] = nil
        logger.info("self")
        #expect(recorder.records[0].metadata == ["country": "US", "n": 3, "x": 2])
        #expect(recorder.records[1].metadata == ["country": "US"])
    }
}
