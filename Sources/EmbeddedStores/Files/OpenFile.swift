internal import CLinux
internal import Checksums
internal import Glibc
internal import Pipeline

/// An open file or folder, closed when it is let go.
final class OpenFile {
    let path: String
    let descriptor: Int32

    /// - Parameter mode: of a file that is made, less what the process's umask takes away.
    init(_ path: String, _ flags: Int32, _ operation: String, mode: mode_t = 0o666) throws(PortError) {
        self.path = path
        descriptor = open(path, flags | O_CLOEXEC, mode)
        if descriptor == -1 { throw SystemFailure.last(operation, of: path) }
    }

    /// Nil where there is no regular file of that name, or a link.
    init?(regular path: String) throws(PortError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        if descriptor == -1 {
            if [ENOENT, ELOOP, ENOTDIR, ENXIO].contains(errno) { return nil }
            throw SystemFailure.last("read", of: path)
        }
        guard try facts().isRegular else { return nil }
    }

    deinit { if descriptor != -1 { close(descriptor) } }

    func facts() throws(PortError) -> Path.Facts {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw SystemFailure.last("look at", of: path) }
        return Path.Facts(facts)
    }

    /// Writes all of it where the file stands.
    func write(_ bytes: [UInt8]) throws(PortError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written) }
            if count >= 0 { written += count } else if errno != EINTR { throw SystemFailure.last("write", of: path) }
        }
    }

    /// Bytes from `offset` on, at most `count`; fewer only at the end.
    func read(from offset: Int64, count: Int) throws(PortError) -> [UInt8] {
        var error: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, off_t(offset) + filled)
                if got > 0 {
                    filled += got
                } else if got == 0 {
                    return
                } else if errno != EINTR {
                    error = errno
                    return
                }
            }
        }
        if error != 0 { throw SystemFailure.told(error, "read", of: path) }
        return bytes
    }

    /// The SHA-256 of all that is in it.
    func sha256() throws(PortError) -> Digest {
        var hash = SHA256()
        try pieces { hash.update($0.span.bytes) }
        return hash.finish()
    }

    /// Hands over what is in it, a piece after the other: all of it, or its first `size` bytes.
    func pieces(upTo size: Int64 = .max, _ take: ([UInt8]) throws(PortError) -> Void) throws(PortError) {
        var offset: Int64 = 0
        while offset < size {
            let bytes = try read(from: offset, count: Int(min(size - offset, 1 << 20)))
            if bytes.isEmpty { return }
            try take(bytes)
            offset += Int64(bytes.count)
        }
    }

    /// Makes content, or a folder's names, durable.
    func sync(_ operation: String) throws(PortError) {
        guard fsync(descriptor) == 0 else { throw SystemFailure.last(operation, of: path) }
    }

    /// Gives back the memory in which the kernel keeps what is durable: who reads it next, reads it from the disk.
    ///
    /// For what is read once and later, and is much: the next file gets the same pages, and a broker on the same machine keeps its own. Where a
    /// file system keeps all in memory, nothing happens.
    func leaveCache() { _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) }

    /// Waits until no other open file holds this one, and holds it until this is let go.
    func lock() throws(PortError) {
        while flock(descriptor, LOCK_EX) == -1 {
            if errno != EINTR { throw SystemFailure.last("lock", of: path) }
        }
    }

    /// Whether the lock is held by this now, without waiting.
    func tryLock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

    /// Sets the time of the last change.
    func setModified(seconds: Int, nanoseconds: Int) throws(PortError) {
        let time = timespec(tv_sec: seconds, tv_nsec: nanoseconds)
        let times = (time, time)
        let code = withUnsafePointer(to: times) {
            $0.withMemoryRebound(to: timespec.self, capacity: 2) { futimens(descriptor, $0) }
        }
        guard code == 0 else { throw SystemFailure.last("date", of: path) }
    }
}
