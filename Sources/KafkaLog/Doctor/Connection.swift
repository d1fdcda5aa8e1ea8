internal import Glibc
internal import Pipeline

/// A connection of the doctor's own, whose every step has a limit. Blocks.
struct Connection {
    /// Why it is not there, as the system numbers it.
    struct Fault: Error {
        let code: Int32
    }

    private let descriptor: Int32

    /// Connects to an address; `ETIMEDOUT` where nobody answers.
    static func open(_ address: SocketAddress, limit: Duration) -> Result<Connection, Fault> {
        let descriptor = socket(
            address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .failure(Fault(code: errno)) }
        let connection = Connection(descriptor: descriptor)
        let result = address.bytes.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { Glibc.connect(descriptor, $0.baseAddress, socklen_t(bytes.count)) }
        }
        if result == 0 { return .success(connection) }
        var code = errno
        if code == EINPROGRESS {
            code = connection.wait(for: Int16(POLLOUT), limit) ? connection.error : ETIMEDOUT
            if code == 0 { return .success(connection) }
        }
        connection.close()
        return .failure(Fault(code: code))
    }

    func close() { _ = Glibc.close(descriptor) }

    /// Writes all, which fits into the system's buffer.
    func write(_ bytes: [UInt8]) -> Bool { send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count }

    /// What comes next, at most 4 KiB; empty at the end of the connection, nil where nothing comes.
    func read(limit: Duration) -> [UInt8]? {
        guard wait(for: Int16(POLLIN), limit) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(0, count)))
    }

    private func wait(for events: Int16, _ limit: Duration) -> Bool {
        var watched = pollfd(fd: descriptor, events: events, revents: 0)
        return poll(&watched, 1, Int32(clamping: max(0, limit.milliseconds))) > 0
    }

    private var error: Int32 {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        return code
    }
}
