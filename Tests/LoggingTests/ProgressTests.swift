import Synchronization
import Testing

@testable import Logging

/// What a console was given, and a clock that stands until it is moved.
private final class Stage: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    private let time = Mutex<Duration>(.zero)
    let recorder = LogRecorder()

    func console(isTerminal: Bool, size: Console.Size = .init()) -> Console {
        Console(isTerminal: isTerminal, size: size) { more in self.bytes.withLock { $0 += more } }
    }

    func display(_ console: Console, mode: ProgressDisplay.Mode = .automatic) -> ProgressDisplay {
        let logger = Logger(component: "publish", handlers: [recorder], clock: { noon })
        return ProgressDisplay(
            title: "publish", unit: "sales", mode: mode, console: console, logger: logger, clock: { self.time.withLock { $0 } })
    }

    func pass(_ duration: Duration) { time.withLock { $0 += duration } }

    func taken() -> String {
        bytes.withLock {
            let all = $0
            $0 = []
            return text(all)
        }
    }
}

@Suite("Progress")
struct ProgressTests {
    private let rows = [
        ProgressRow(name: "US", done: 1_100, goal: 3_300), ProgressRow(name: "UK", done: 55, goal: 55),
        ProgressRow(name: "DE", done: 0, lag: 12),
    ]

    @Test("On a terminal one block is drawn again in its place, at most ten times a second")
    func block() {
        let stage = Stage()
        let display = stage.display(stage.console(isTerminal: true))
        stage.pass(.seconds(1))
        display.update(rows)
        let first = """
            publish: sales, 1 s
              US  1,100 of 3,300  1,100/s  2 s left
              UK        55 of 55     55/s  done
              DE               0      0/s  lag 12

            """
        #expect(stage.taken() == first)
        stage.pass(.milliseconds(50))
        display.update(rows)
        #expect(stage.taken() == "")
        stage.pass(.milliseconds(50))
        display.update(rows)
        #expect(stage.taken() == "\u{1B}[4A\r\u{1B}[J" + first)
        display.finish()
        #expect(stage.taken().hasPrefix("\u{1B}[4A\r\u{1B}[J"))
        display.update(rows)
        display.finish()
        #expect(stage.taken() == "")
        #expect(stage.recorder.records == [])
    }

    @Test("A log line pushes the block down")
    func lineAbove() {
        let stage = Stage()
        let console = stage.console(isTerminal: true)
        console.draw(["block"])
        _ = stage.taken()
        console.write("hello\u{1B}")
        #expect(stage.taken() == "\u{1B}[1A\r\u{1B}[Jhello\\u{1b}\nblock\n")
        console.keepBlock()
        console.write("below")
        #expect(stage.taken() == "below\n")
    }

    @Test("No line is wider than the terminal, and no more lines than it has")
    func small() {
        let stage = Stage()
        let display = stage.display(stage.console(isTerminal: true, size: .init(columns: 20, rows: 6)))
        display.update((0..<30).map { ProgressRow(name: "C\($0)", done: 1_000_000_000) })
        let lines = stage.taken().split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines.last == "  and 28 more")
        #expect(lines.allSatisfy { $0.count < 20 })
    }

    @Test("Elsewhere a log line every ten seconds and one at the end")
    func logged() {
        let stage = Stage()
        let display = stage.display(stage.console(isTerminal: false))
        for second in 1...25 {
            stage.pass(.seconds(1))
            display.update([ProgressRow(name: "US", done: second * 10, goal: 300), ProgressRow(name: "UK", done: second, lag: 4)])
        }
        display.finish()
        let records = stage.recorder.records
        #expect(records.map(\.message) == Array(repeating: "sales so far", count: 3))
        #expect(
            records[0].metadata == ["done": 110, "perSecond": 11, "seconds": 10, "lag": 4, "left": 200, "US": 100, "UK": 10])
        #expect(records[2].metadata["seconds"] == 25)
        #expect(stage.taken() == "")
    }

    @Test("Nothing with -q, and lines on a terminal where lines are wanted")
    func modes() {
        let stage = Stage()
        for mode in [ProgressDisplay.Mode.none, .lines] {
            let display = stage.display(stage.console(isTerminal: true), mode: mode)
            stage.pass(.seconds(11))
            display.update(rows)
            #expect(stage.taken() == "")
        }
        #expect(stage.recorder.records.count == 1)
    }

    @Test("Counts and spans of time are written for people")
    func figures() {
        #expect([0, 999, 1_000, 1_234_567, -1_000].map(ProgressBlock.grouped) == ["0", "999", "1,000", "1,234,567", "-1,000"])
        #expect(ProgressBlock.span(.milliseconds(59_400)) == "59 s")
        #expect(ProgressBlock.span(.seconds(200)) == "3 min 20 s")
        #expect(ProgressBlock.span(.seconds(7_500)) == "2 h 5 min")
    }
}
