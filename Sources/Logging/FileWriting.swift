import Glibc

/// Writes all bytes, in one call where the system lets it. A descriptor that does not block is waited for, for a second at most.
///
/// - Returns: the bytes written, and the error number if these are not all.
func writeWhole(_ bytes: [UInt8], to descriptor: Int32) -> (written: Int, error: Int32?) {
    bytes.withUnsafeBytes { buffer in
        var written = 0
        while written < buffer.count {
            let count = write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            if count > 0 {
                written += count
            } else if count == 0 {
                return (written, ENOSPC)
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&waiting, 1, 1000) > 0 else { return (written, EAGAIN) }
            } else if errno != EINTR {
                return (written, errno)
            }
        }
        return (written, nil)
    }
}

/// What the system says of an error number.
func reason(_ number: Int32) -> String {
    strerror(number).map { String(cString: $0) } ?? "error \(number)"
}

/// Makes a folder and those above it, as far as they are missing.
func makeFolders(_ path: String) {
    var end = path.startIndex
    while end < path.endIndex {
        end = path[end...].dropFirst().firstIndex(of: "/") ?? path.endIndex
        mkdir(String(path[..<end]), 0o750)
    }
}
