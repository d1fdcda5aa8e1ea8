package import Foundation
internal import Synchronization

/// How a process has ended.
package enum Ending: Sendable, Hashable, CustomStringConvertible {
    case exit(Int32)
    case signal(Int32)

    package var description: String {
        switch self {
        case .exit(let status): "exit \(status)"
        case .signal(let number): "signal \(number)"
        }
    }
}

/// The real program `sales`, running. Its output goes into files, so that nobody waits for a full pipe.
package final class RunningProgram: Sendable {
    /// The program beside the test bundle.
    package static let binary: URL = {
        let here = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(filePath: here).deletingLastPathComponent().appending(path: "sales")
    }()

    private final class Fate: Sendable {
        let ending = Mutex<Ending?>(nil)
    }

    private let process: Process
    private let output: URL
    private let fate = Fate()
    private let waiting: AsyncStream<Never>

    /// - Parameters:
    ///   - folder: the working folder.
    ///   - environment: besides PATH, nothing is inherited.
    ///   - output: a file; standard error goes to a second one beside it, with `.err` appended.
    package init(
        _ arguments: [String], in folder: URL, environment: [String: String] = [:], input: URL? = nil, output: URL,
        binary: URL = RunningProgram.binary
    ) throws {
        process = Process()
        self.output = output
        process.executableURL = binary
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"].merging(environment) { $1 }
        let files = [output, Self.errors(of: output)]
        for file in files where !FileManager.default.createFile(atPath: file.path(percentEncoded: false), contents: nil) {
            throw CocoaError(.fileWriteUnknown)
        }
        let handles = try files.map { try FileHandle(forWritingTo: $0) }
        process.standardOutput = handles[0]
        process.standardError = handles[1]
        let given = try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
        process.standardInput = given
        let (waiting, end) = AsyncStream<Never>.makeStream()
        self.waiting = waiting
        process.terminationHandler = { [fate] process in
            let ending: Ending =
                process.terminationReason == .exit ? .exit(process.terminationStatus) : .signal(process.terminationStatus)
            fate.ending.withLock { $0 = ending }
            end.finish()
        }
        try process.run()
        for handle in handles { try handle.close() }
        if input != nil { try given.close() }
    }

    /// A program outlives nobody who looks after it, also where a test fails on its way.
    deinit { send(SIGKILL) }

    private static func errors(of output: URL) -> URL { output.appendingPathExtension("err") }

    package var isRunning: Bool { fate.ending.withLock { $0 == nil } }

    package var standardOutput: String { (try? String(decoding: Data(contentsOf: output), as: UTF8.self)) ?? "" }

    package var standardError: String { (try? String(decoding: Data(contentsOf: Self.errors(of: output)), as: UTF8.self)) ?? "" }

    /// Sends a signal; whether there was somebody to receive it.
    @discardableResult package func send(_ signal: Int32) -> Bool { isRunning && kill(process.processIdentifier, signal) == 0 }

    /// How it ended. One task at a time may wait.
    package func ending() async -> Ending {
        for await _ in waiting {}
        return fate.ending.withLock { $0 } ?? .signal(0)
    }

    /// How it ended; killed where it has not ended in time.
    package func ending(within limit: Duration) async -> Ending {
        let overdue = Task {
            try await Task.sleep(for: limit)
            send(SIGKILL)
        }
        defer { overdue.cancel() }
        return await ending()
    }
}
