import Synchronization

/// Writes log lines to `log_1.txt` of a folder, the newest; older ones are `log_2.txt` and so on. Several processes
/// may write the same folder.
///
/// A file that cannot be written (a full disk, a folder without the right) is told of once; the program goes on, every
/// further line is tried, and when one gets through, a line before it says how many were lost.
public final class RotatedFileHandler: LogHandler {
    /// When a new file is begun and how many are kept.
    public struct Limits: Sendable {
        /// A file is closed before it grows beyond this, in bytes. One line may be larger.
        public var bytes: Int
        /// How many files are kept, the newest included; at least 1.
        public var files: Int
        /// Older files are deleted. A file holds lines of one UTC day at most, so that age is told by the last line.
        public var age: Duration

        /// Bounds: 20 files of 10 MiB, 7 days.
        public init(bytes: Int = 10 << 20, files: Int = 20, age: Duration = .seconds(7 * 86_400)) {
            self.bytes = bytes
            self.files = max(1, files)
            self.age = age
        }
    }

    private struct State: ~Copyable {
        var file: RotatedFile
        var lost = 0
        var hasComplained = false
    }

    /// Records below it are not written.
    public let level: Logger.Level
    private let folder: String
    private let name: String
    private let format: LogFormat
    private let complain: @Sendable (String) -> Void
    private let state: Mutex<State>

    /// Nothing is opened before the first line.
    ///
    /// - Parameters:
    ///   - folder: made if it is missing.
    ///   - name: the newest file; older ones have a number before the ending: `log_2.txt`.
    ///   - complain: takes one sentence when a line cannot be written.
    public init(
        folder: String, name: String = "log_1.txt", limits: Limits = Limits(), level: Logger.Level = .info, format: LogFormat = .text,
        complain: @escaping @Sendable (String) -> Void
    ) {
        self.folder = folder
        self.level = level
        self.format = format
        self.complain = complain
        self.name = name
        state = Mutex(State(file: RotatedFile(folder: folder, name: LogFileName(newest: name), limits: limits)))
    }

    /// Appends a line.
    public func write(_ record: LogRecord) {
        let line = format.line(record)
        let complaint: String? = state.withLock { state in
            guard let error = state.file.append(lostNotice(state.lost, record.time) + line, now: record.time) else {
                state.lost = 0
                return nil
            }
            state.lost += 1
            if state.hasComplained { return nil }
            state.hasComplained = true
            return "\(folder)/\(name) cannot be written (\(reason(error))); going on without it"
        }
        if let complaint { complain(complaint) }
    }

    private func lostNotice(_ lost: Int, _ time: WallTime) -> [UInt8] {
        guard lost > 0 else { return [] }
        return format.line(
            LogRecord(
                time: time, level: .warning, component: "log", message: "lines could not be written",
                metadata: ["lost": .integer(lost)]))
    }
}
