internal import Glibc
internal import Pipeline

/// The operating system's errors as a port tells them.
enum SystemFailure {
    /// `errno` as it stands now.
    static func last(_ operation: String, of subject: String) -> PortError { told(errno, operation, of: subject) }

    /// An error number.
    static func told(_ number: Int32, _ operation: String, of subject: String) -> PortError {
        let reason = String(cString: strerror(number))
        switch number {
        case ENOSPC, EDQUOT:
            return PortError(
                .throttled, operation, of: subject, because: "disk full; what was acknowledged is kept, nothing is lost",
                mend: "Make room on the disk and run again.")
        case EACCES, EPERM, EROFS:
            return PortError(.denied, operation, of: subject, because: reason, mend: "Give the user of this program write access to it.")
        case ENOENT: return PortError(.missing, operation, of: subject, because: reason)
        case ENOTDIR, EISDIR, ENAMETOOLONG, ELOOP, EINVAL, EOPNOTSUPP:
            return PortError(.misconfigured, operation, of: subject, because: reason, mend: "Name another folder or file.")
        case EMFILE, ENFILE, ENOMEM: return PortError(.throttled, operation, of: subject, because: reason)
        default: return PortError(.unreachable, operation, of: subject, because: reason, mend: "Look at the disk and the kernel's log.")
        }
    }
}
