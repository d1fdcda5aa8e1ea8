package import Foundation

/// A folder of one test's own, which goes with it; kept for whoever looks into a failure.
package final class TestFolder: Sendable {
    package let url: URL
    private let keep = Flag()

    package init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "sales-\(UUID().uuidString.prefix(8).lowercased())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    package var path: String { url.path(percentEncoded: false) }

    /// Leaves the folder where it is.
    package func keepForever() { keep.set() }

    deinit { if !keep.isSet { try? FileManager.default.removeItem(at: url) } }

    package func file(_ name: String) -> URL { url.appending(path: name) }

    @discardableResult package func write(_ name: String, _ text: String) throws -> URL {
        let file = file(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file
    }

    package func text(_ name: String) throws -> String { String(decoding: try Data(contentsOf: file(name)), as: UTF8.self) }

    package func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name).path(percentEncoded: false)) }

    /// Names in a folder, without those that begin with a point; none where it is absent.
    package func names(_ folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: file(folder).path(percentEncoded: false))) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }
}
