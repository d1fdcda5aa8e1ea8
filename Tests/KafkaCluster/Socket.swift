internal import Glibc

/// The little of TCP on the loopback that driving tools takes.
enum Socket {
    /// Whether somebody could listen on this port now.
    static func isFree(_ port: Int) -> Bool {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var reuse: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        return withAddress(port) { bind(socket, $0, $1) } == 0
    }

    /// Whether somebody listens on this port.
    static func answers(_ port: Int) -> Bool {
        guard let socket = connection(port) else { return false }
        close(socket)
        return true
    }

    /// Sends bytes and gives all that comes back until the other side closes; nil where nobody listens or the connection breaks.
    static func exchange(_ port: Int, _ bytes: [UInt8]) -> [UInt8]? {
        guard let socket = connection(port) else { return nil }
        defer { close(socket) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return nil }
            rest = rest.dropFirst(sent)
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let received = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            guard received >= 0 else { return nil }
            guard received > 0 else { return answer }
            answer += buffer[..<received]
        }
    }

    private static func connection(_ port: Int) -> Int32? {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return nil }
        guard withAddress(port, { connect(socket, $0, $1) }) == 0 else {
            close(socket)
            return nil
        }
        return socket
    }

    private static func withAddress<Result>(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
