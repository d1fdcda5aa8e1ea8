internal import CSQLite
internal import Glibc
internal import Pipeline

/// What SQLite answered instead of doing as it was told.
struct SQLiteFailure: Error {
    /// The extended result code.
    let code: Int32
    /// In SQLite's words.
    let message: String
    /// What the operating system said last, 0 where it said nothing.
    let systemError: Int32

    /// The last failure on a connection.
    init(_ code: Int32, on handle: OpaquePointer?) {
        self.code = code
        guard let handle else {
            message = String(cString: sqlite3_errstr(code))
            systemError = 0
            return
        }
        message = String(cString: sqlite3_errmsg(handle))
        systemError = sqlite3_system_errno(handle)
    }

    /// The code without its extension.
    var primaryCode: Int32 { code & 0xFF }

    var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }

    /// The same as a port tells it.
    func told(_ operation: String, of subject: String, file path: String) -> PortError {
        let detail = systemError == 0 ? message : "\(message) (\(String(cString: strerror(systemError))))"
        func error(_ kind: PortError.Kind, _ reason: String, _ mend: String) -> PortError {
            PortError(kind, operation, of: subject, because: reason, mend: mend)
        }
        switch primaryCode {
        case SQLITE_BUSY, SQLITE_LOCKED:
            return error(
                .unreachable, "another process has kept \(path) locked", "Try again, or look for a process that holds the file.")
        case _ where primaryCode == SQLITE_FULL || [ENOSPC, EDQUOT].contains(systemError):
            return error(
                .throttled, "disk full while writing \(path); what was acknowledged is kept, nothing is lost",
                "Make room on the disk and run again.")
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH,
            SQLITE_CANTOPEN where [EACCES, EPERM, EROFS].contains(systemError) || primaryCode != SQLITE_CANTOPEN,
            SQLITE_IOERR where [EACCES, EPERM, EROFS].contains(systemError):
            return error(
                .denied, "\(path) cannot be written: \(detail)", "Give the user of this program write access to the file and its folder.")
        case SQLITE_NOTADB:
            return error(.unusable, "\(path) is not a SQLite file", "Name another file, or move this one out of the way.")
        case SQLITE_CORRUPT, SQLITE_FORMAT:
            return error(
                .unusable, "\(path) is damaged: \(detail)",
                "Put back a copy of it, or save what can be read with `sqlite3 FILE .recover`; nothing was changed.")
        case SQLITE_CANTOPEN:
            return error(.misconfigured, "\(path) cannot be opened: \(detail)", "Name a file in a folder that exists or can be made.")
        case SQLITE_NOMEM: return error(.throttled, "out of memory", "")
        case SQLITE_TOOBIG: return error(.misconfigured, "more bytes in one value than SQLite takes", "Use smaller messages.")
        case SQLITE_IOERR:
            return error(.unreachable, "\(path) cannot be read or written: \(detail)", "Look at the disk and the kernel's log.")
        default: return error(.defect, "SQLite error \(code): \(detail)", "")
        }
    }
}
