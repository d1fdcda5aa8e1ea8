internal import CLinux
internal import Pipeline

/// Which file systems can hold a SQLite file that several processes write.
///
/// WAL needs memory that all processes share and locks that all of them see, so every process must run under one kernel with
/// the file. File systems that several hosts mount, or that another kernel serves, give neither. FUSE is let through: behind it
/// may be a local disk (NTFS, a desktop's container engine), and statfs(2) does not tell.
enum FileSystemKind {
    /// f_type as in statfs(2) and linux/magic.h.
    private static let refused: [Int: String] = [
        0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB2", 0x0102_1997: "9p",
        0x5346_414F: "AFS", 0x7375_7245: "Coda", 0x00C3_6400: "Ceph", 0x0BD0_0BD0: "Lustre",
        0x0116_1970: "GFS2", 0x7461_636F: "OCFS2", 0x4750_4653: "GPFS", 0x1983_0326: "BeeGFS",
    ]

    /// What statfs(2) says of a path; nil where it says nothing.
    static let ofPath: @Sendable (String) -> Int? = { path in
        let kind = clinux_file_system(path)
        return kind == -1 ? nil : kind
    }

    /// Throws where `kind` is a file system of several hosts.
    static func check(_ kind: Int?, path: String) throws(PortError) {
        guard let kind, let name = refused[kind] else { return }
        throw PortError(
            .misconfigured, "open", of: path, because: "it lies on a network file system (\(name)), on which SQLite loses data",
            mend: "Name a file on a disk of this machine.")
    }
}
