internal import Foundation
internal import ProgramSupport

/// A shell whose script begins with something that has to be cleaned up, waits for the end of this process in `await_end`, and then cleans up.
///
/// Its standard input is a pipe that nobody else holds: it ends when `end` is called, and also when this process is killed.
final class Companion: Sendable {
    private let process: Process
    private let lifeline: FileHandle

    /// - Parameters:
    ///   - script: what bash is to do; its arguments are `$1`, `$2` and so on.
    init(_ script: String, _ arguments: [String]) throws {
        let pipe = Pipe()
        lifeline = pipe.fileHandleForWriting
        process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", "trap '' INT TERM HUP\nawait_end() { cat > /dev/null; }\n\(script)", "companion"] + arguments
        process.standardInput = pipe.fileHandleForReading
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        try pipe.fileHandleForReading.close()
    }

    deinit { try? lifeline.close() }

    var isRunning: Bool { process.isRunning }

    /// Has it clean up and waits until that is done.
    func end() async {
        try? lifeline.close()
        await eventually(within: .seconds(60)) { !process.isRunning }
    }
}
