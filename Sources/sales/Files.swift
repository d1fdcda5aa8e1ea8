internal import Glibc
internal import Pipeline
internal import Settings

/// Files that a user names.
enum Files {
    /// All bytes of a file.
    static func read(_ path: String) throws -> [UInt8] {
        let file = try OpenFile(path)
        var bytes: [UInt8] = []
        while true {
            let piece = try file.read(count: 1 << 20)
            if piece.isEmpty { return bytes }
            bytes += piece
        }
    }

    static func refused(_ path: String) -> Failure {
        let reason = String(cString: strerror(errno))
        return Failure(errno == EACCES || errno == EPERM ? .denied : .configuration, "\(path) cannot be opened: \(reason)")
    }
}

/// A file, or standard input, that is read from its beginning.
final class OpenFile: SaleInput {
    let name: String
    let identity: String?
    private let descriptor: Int32

    /// `-` is standard input.
    init(_ path: String) throws {
        name = path == "-" ? "standard input" : path
        if path == "-" {
            descriptor = STDIN_FILENO
            identity = nil
            return
        }
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Files.refused(path) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw Failure(.configuration, "\(path) is a folder, not a file")
        }
        // A pipe has no beginning to come back to.
        let resolved = realpath(path, nil)
        identity = info.st_mode & S_IFMT == S_IFREG ? resolved.map { String(cString: $0) } ?? path : nil
        free(resolved)
    }

    deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

    func read(count: Int) throws(PortError) -> [UInt8] {
        var result = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            repeat { result = Glibc.read(descriptor, buffer.baseAddress, count) } while result < 0 && errno == EINTR
            initialized = max(0, result)
        }
        guard result >= 0 else { throw PortError(.unusable, "reading", of: name, because: String(cString: strerror(errno))) }
        return bytes
    }
}

/// Where output goes: standard output or a file, written in order.
struct OutputFile: ~Copyable {
    private let descriptor: Int32
    private let name: String

    init() {
        descriptor = STDOUT_FILENO
        name = "standard output"
    }

    init(creating path: String) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        name = path
        guard descriptor >= 0 else { throw Files.refused(path) }
    }

    deinit { if descriptor != STDOUT_FILENO { close(descriptor) } }

    /// Throws where not everything was written; a reader that has gone is no failure of ours and ends the program quietly.
    func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done) }
            if written < 0 {
                if errno == EINTR { continue }
                if errno == EPIPE { throw ReaderGone() }
                throw Failure(errno == ENOSPC ? .temporary : .unavailable, "\(name) cannot be written: \(String(cString: strerror(errno)))")
            }
            done += written
        }
    }
}

/// Whoever read our standard output has closed it, as `head` does.
struct ReaderGone: Error {}
