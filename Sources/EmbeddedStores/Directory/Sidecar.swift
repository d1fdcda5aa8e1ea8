internal import Checksums

/// What stands in the file beside an object: lines of a name, a tab and a value.
///
///     sidecar 1
///     etag    <SHA-256 over the object's SHA-256 and its metadata>
///     sha256  <of the object>
///     meta    <name>    <value>
///
/// In names and values `\` is `\\`, a tab `\t`, a line feed `\n`.
struct Sidecar: Equatable, Sendable {
    let etag: String
    let metadata: [String: String]
    /// Of the object, in hexadecimal digits.
    let sha256: String

    init(_ sha256: Digest, _ metadata: [String: String]) {
        self.metadata = metadata
        self.sha256 = sha256.description
        etag = SHA256.hash(Array(Self.text(self.sha256, metadata).utf8)).description
    }

    /// Nil where the text is none of version 1 or its parts do not belong together.
    init?(_ bytes: [UInt8]) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.count >= 3, lines[0] == "sidecar 1", lines[1].hasPrefix("etag\t"), lines[2].hasPrefix("sha256\t") else { return nil }
        var metadata: [String: String] = [:]
        for line in lines.dropFirst(3) {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "meta" else { return nil }
            metadata[Self.unescaped(parts[1])] = Self.unescaped(parts[2])
        }
        self.metadata = metadata
        sha256 = String(lines[2].dropFirst(7))
        etag = String(lines[1].dropFirst(5))
        guard etag == SHA256.hash(Array(Self.text(sha256, metadata).utf8)).description else { return nil }
    }

    /// As it stands in the file.
    var bytes: [UInt8] { Array("sidecar 1\netag\t\(etag)\n\(Self.text(sha256, metadata))".utf8) }

    private static func text(_ sha256: String, _ metadata: [String: String]) -> String {
        let lines = metadata.sorted { $0.key < $1.key }.map { "meta\t\(escaped($0.key))\t\(escaped($0.value))\n" }
        return "sha256\t\(sha256)\n" + lines.joined()
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\t": escaped += "\\t"
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    private static func unescaped(_ text: Substring) -> String {
        var result = ""
        var scalars = text.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "\\" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            switch scalars.next() {
            case "t": result += "\t"
            case "n": result += "\n"
            case let other?: result.unicodeScalars.append(other)
            case nil: break
            }
        }
        return result
    }
}
