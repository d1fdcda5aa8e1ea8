internal import CLinux
internal import Glibc
internal import Pipeline

/// Files and folders by their names, as the operating system has them.
enum Path {
    /// What is known of a file without opening it.
    struct Facts: Equatable {
        /// Bytes.
        var size: Int64
        /// The file's number on its disk.
        var inode: UInt64
        /// Whole seconds since 1970 of the last change.
        var seconds: Int64
        /// And the rest, in nanoseconds.
        var nanoseconds: Int64
        /// Neither a folder nor a link nor a device.
        var isRegular: Bool
        /// A folder.
        var isFolder: Bool

        init(_ facts: stat) {
            size = Int64(facts.st_size)
            inode = UInt64(facts.st_ino)
            seconds = Int64(facts.st_mtim.tv_sec)
            nanoseconds = Int64(facts.st_mtim.tv_nsec)
            isRegular = facts.st_mode & S_IFMT == S_IFREG
            isFolder = facts.st_mode & S_IFMT == S_IFDIR
        }

        /// Milliseconds since 1970.
        var modified: Int64 { seconds * 1_000 + nanoseconds / 1_000_000 }
    }

    /// Nil where there is nothing; a link is told as a link.
    static func facts(_ path: String) -> Facts? {
        var facts = stat()
        return lstat(path, &facts) == 0 ? Facts(facts) : nil
    }

    /// All before the last slash.
    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Makes a folder and those above it where they are absent, and makes what it made durable.
    static func makeFolders(_ path: String) throws(PortError) {
        if mkdir(path, 0o777) == 0 {
            try syncFolder(folder(of: path))
            return
        }
        switch errno {
        case EEXIST:
            var facts = stat()
            guard stat(path, &facts) == 0, Facts(facts).isFolder else {
                throw PortError(
                    .misconfigured, "make folder", of: path, because: "there is a file of that name", mend: "Name another folder.")
            }
        case ENOENT where folder(of: path) != path:
            try makeFolders(folder(of: path))
            if mkdir(path, 0o777) == -1, errno != EEXIST { throw folderFailure(path) }
            try syncFolder(folder(of: path))
        default: throw folderFailure(path)
        }
    }

    private static func folderFailure(_ path: String) -> PortError {
        guard errno == ENOENT else { return SystemFailure.last("make folder", of: path) }
        // The one above it is there and does not take it, as in /proc: it is the name that is wrong.
        return PortError(
            .misconfigured, "make folder", of: path, because: "no folder can be made there", mend: "Name another folder.")
    }

    /// Makes the names in a folder durable.
    static func syncFolder(_ path: String) throws(PortError) {
        let folder = try OpenFile(path, O_RDONLY | O_DIRECTORY, "sync folder")
        try folder.sync("sync folder")
    }
}
