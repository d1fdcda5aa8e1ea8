import Glibc
import Synchronization
import Testing

@testable import Logging

/// A folder of its own that is gone with the test.
private final class Folder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/logging-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        path = try #require(made)
    }

    deinit {
        for number in 1...200 { unlink("\(path)/log_\(number).txt") }
        unlink("\(path)/.log.lock")
        rmdir(path)
    }

    func read(_ number: Int) -> String? {
        guard let file = fopen("\(path)/log_\(number).txt", "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
        return text(bytes)
    }

    func age(_ number: Int, to seconds: Int64) {
        let time = timespec(tv_sec: Int(seconds), tv_nsec: 0)
        utimensat(AT_FDCWD, "\(path)/log_\(number).txt", [time, time], 0)
    }
}

private final class Complaints: Sendable {
    private let kept = Mutex<[String]>([])
    var all: [String] { kept.withLock { $0 } }
    func take(_ text: String) { kept.withLock { $0.append(text) } }
}

@Suite("Rotated files")
struct RotatedFiles {
    private func handler(_ folder: Folder, _ limits: RotatedFileHandler.Limits, _ complaints: Complaints = Complaints())
        -> RotatedFileHandler
    {
        RotatedFileHandler(folder: folder.path, limits: limits, complain: complaints.take)
    }

    private func record(_ message: String, at time: WallTime = .now()) -> LogRecord {
        LogRecord(time: time, level: .info, component: "t", message: message)
    }

    private func lines(_ folder: Folder) -> [[Substring]] {
        (1...200).compactMap { folder.read($0)?.split(separator: "\n") }
    }

    @Test("The newest is log_1.txt, full files shift up, and no more are kept than asked for")
    func shifting() throws {
        let folder = try Folder()
        // A line is 37 bytes, so that two fill a file.
        let log = handler(folder, .init(bytes: 80, files: 3))
        for number in 1...7 { log.write(record("line\(number)")) }
        #expect(folder.read(1)?.contains("line7") == true && folder.read(1)?.contains("line6") == false)
        #expect(folder.read(2)?.contains("line5") == true && folder.read(2)?.contains("line6") == true)
        #expect(folder.read(3)?.contains("line3") == true)
        #expect(folder.read(4) == nil)
    }

    @Test("A hole in the numbers is filled before the oldest is given up")
    func hole() throws {
        let folder = try Folder()
        let log = handler(folder, .init(bytes: 40, files: 4))
        for number in 1...4 { log.write(record("line\(number)")) }
        unlink("\(folder.path)/log_2.txt")
        log.write(record("line5"))
        #expect((1...4).map { folder.read($0)?.contains("line\([5, 4, 2, 1][$0 - 1])") } == [true, true, true, true])
    }

    @Test("A file of an earlier day is closed; one older than the limit goes")
    func ageing() throws {
        let folder = try Folder()
        let now = WallTime.now()
        let log = handler(folder, .init(age: .seconds(7 * 86_400)))
        log.write(record("old", at: now))
        folder.age(1, to: now.seconds - 86_400)
        log.write(record("new", at: now))
        #expect(folder.read(1)?.contains("new") == true)
        #expect(folder.read(2)?.contains("old") == true)
        folder.age(2, to: now.seconds - 8 * 86_400)
        handler(folder, .init()).write(record("next", at: now))
        #expect(folder.read(2) == nil)
        #expect(folder.read(1)?.contains("next") == true)
    }

    @Test("Two writers that rotate at once lose and tear no line")
    func together() async throws {
        let folder = try Folder()
        let complaints = Complaints()
        // Each handler has its own descriptor and meets the others only in the file system, as processes do.
        await withTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    let log = handler(folder, .init(bytes: 4_000, files: 150), complaints)
                    for number in 0..<500 { log.write(record("w\(writer)n\(number)")) }
                }
            }
        }
        let messages = lines(folder).joined().compactMap { $0.split(separator: " ").last }
        #expect(messages.count == 2_000)
        #expect(Set(messages).count == 2_000)
        #expect(complaints.all == [])
        #expect(lines(folder).count > 10)
    }

    @Test("A file that was deleted or moved by others is made anew")
    func deleted() throws {
        let folder = try Folder()
        let log = handler(folder, .init())
        log.write(record("one"))
        unlink("\(folder.path)/log_1.txt")
        log.write(record("two"))
        #expect(folder.read(1)?.contains("two") == true)
    }

    @Test("A full disk is told of once; lines go on when there is room again, with the number that was lost")
    func full() throws {
        let folder = try Folder()
        let complaints = Complaints()
        symlink("/dev/full", "\(folder.path)/log_1.txt")
        let log = handler(folder, .init(), complaints)
        log.write(record("one"))
        log.write(record("two"))
        #expect(complaints.all == ["\(folder.path)/log_1.txt cannot be written (No space left on device); going on without it"])
        unlink("\(folder.path)/log_1.txt")
        log.write(record("three"))
        #expect(folder.read(1)?.contains("WARNING log: lines could not be written lost=2\n") == true)
        #expect(folder.read(1)?.contains("three") == true)
    }

    @Test("A folder that cannot be made is told of once, and folders above are made")
    func folders() throws {
        let complaints = Complaints()
        let log = RotatedFileHandler(folder: "/proc/nowhere/logs", complain: complaints.take)
        log.write(record("one"))
        log.write(record("two"))
        #expect(complaints.all.count == 1)
        let folder = try Folder()
        RotatedFileHandler(folder: folder.path + "/a/b", complain: complaints.take).write(record("x"))
        #expect(complaints.all.count == 1)
        for name in ["/a/b/log_1.txt", "/a/b/.log.lock"] { unlink(folder.path + name) }
        rmdir(folder.path + "/a/b")
        rmdir(folder.path + "/a")
    }
}
