import Glibc
import Synchronization

/// Standard error, shared by log lines and the block that shows progress: a line pushes the block down and does not
/// tear it.
public final class Console: Sendable {
    /// Rows and columns of a terminal.
    public struct Size: Sendable, Equatable {
        /// Characters in a line.
        public var columns: Int
        /// Lines on the screen.
        public var rows: Int

        /// A size; a terminal that does not say is taken for 80 by 24.
        public init(columns: Int = 80, rows: Int = 24) {
            self.columns = columns
            self.rows = rows
        }
    }

    /// Whether a block can be drawn: a terminal that moves its cursor.
    public let isTerminal: Bool
    private let measure: @Sendable () -> Size
    private let output: @Sendable ([UInt8]) -> Void
    private let block = Mutex<[String]>([])

    /// The console behind a descriptor, standard error unless told otherwise.
    public init(descriptor: Int32 = 2) {
        let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? true
        isTerminal = isatty(descriptor) == 1 && !isDumb
        measure = { Self.size(of: descriptor) }
        output = { _ = writeWhole($0, to: descriptor) }
    }

    /// A console that a test reads.
    public init(isTerminal: Bool, size: Size = Size(), output: @escaping @Sendable ([UInt8]) -> Void) {
        self.isTerminal = isTerminal
        measure = { size }
        self.output = output
    }

    /// The present size of the terminal.
    public var size: Size { measure() }

    /// Writes a line, which brings its line feed, above the block.
    public func write(line: [UInt8]) {
        block.withLock { block in
            output(block.isEmpty ? line : Self.erasing(block) + line + Self.drawing(block))
        }
    }

    /// Writes text as a line of its own, with what would fool a terminal escaped.
    public func write(_ text: String) {
        var line: [UInt8] = []
        Escape.text(text, to: &line)
        write(line: line + [UInt8(ascii: "\n")])
    }

    /// Draws the block anew; without lines it is gone. Does nothing where there is no terminal.
    public func draw(_ lines: [String]) {
        guard isTerminal else { return }
        block.withLock { block in
            output(Self.erasing(block) + Self.drawing(lines))
            block = lines
        }
    }

    /// Leaves the block as it stands; what comes next is written below it.
    public func keepBlock() {
        block.withLock { $0 = [] }
    }

    private static func erasing(_ block: [String]) -> [UInt8] {
        block.isEmpty ? [] : Array("\u{1B}[\(block.count)A\r\u{1B}[J".utf8)
    }

    private static func drawing(_ lines: [String]) -> [UInt8] {
        lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
    }

    private static func size(of descriptor: Int32) -> Size {
        var window = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else { return Size() }
        return Size(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }
}

/// Writes log lines to the console.
public struct ConsoleHandler: LogHandler {
    /// Records below it are not written.
    public let level: Logger.Level
    private let format: LogFormat
    private let console: Console

    /// A handler for a console.
    public init(_ console: Console, level: Logger.Level = .info, format: LogFormat = .text) {
        self.console = console
        self.level = level
        self.format = format
    }

    /// Writes a line.
    public func write(_ record: LogRecord) {
        console.write(line: format.line(record))
    }
}
