import Glibc

/// A folder for one test, gone with all in it when it is let go.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/embedded-stores-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? ""
        }
    }

    deinit { Self.remove(path) }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// The names in a folder below, sorted.
    func names(_ folder: String = "") -> [String] { Self.names(folder.isEmpty ? path : "\(path)/\(folder)") }

    private static func names(_ path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func remove(_ path: String) {
        if unlink(path) == 0 { return }
        for name in names(path) { remove("\(path)/\(name)") }
        rmdir(path)
    }
}

/// Puts bytes into a file, over what is there.
func writeFile(_ path: String, _ bytes: [UInt8], at offset: Int = 0) {
    let file = open(path, O_WRONLY | O_CREAT, 0o644)
    _ = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, off_t(offset)) }
    close(file)
}

func writeFile(_ path: String, _ text: String) { writeFile(path, Array(text.utf8)) }
