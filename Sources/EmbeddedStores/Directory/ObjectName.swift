internal import Pipeline

/// Where an object of a key stands in a folder tree, and the names that the store keeps for itself.
struct ObjectName: Sendable {
    /// The folder that the object stands in.
    let folder: String
    /// The object's name in it.
    let name: String

    var path: String { "\(folder)/\(name)" }

    /// Throws where `key` would lead out of the root or is none that a file can bear.
    init(_ key: String, under root: String, _ operation: String) throws(PortError) {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        func refuse(_ reason: String) -> PortError {
            PortError(.misconfigured, operation, of: key, because: reason, mend: "Use keys such as Inbound/US/name.csv.")
        }
        guard let last = parts.last else { throw refuse("the key is empty") }
        for part in parts {
            guard !part.isEmpty, part != ".", part != "..", !part.utf8.contains(0) else {
                throw refuse("a key's parts are neither empty nor . nor .., and have no NUL")
            }
            guard !Self.isReserved(String(part)) else { throw refuse("such names are the store's own") }
        }
        // A name of 255 bytes is the most that Linux takes, and the object's own files bear longer names than it does.
        guard last.utf8.count <= 200 else { throw refuse("the last part is longer than 200 bytes") }
        name = String(last)
        folder = ([root] + parts.dropLast().map(String.init)).joined(separator: "/")
    }

    /// The folder of a listing: `folder` may be empty for the root.
    static func folder(_ folder: String, under root: String) throws(PortError) -> String {
        if folder.isEmpty { return root }
        return try ObjectName("\(folder)/x", under: root, "list").folder
    }

    /// Whether no object can bear this name: it is a sidecar's or that of a file in the making.
    static func isReserved(_ name: String) -> Bool {
        name.utf8.first == UInt8(ascii: ".") && (name.hasSuffix(sidecarSuffix) || name.hasSuffix(makingSuffix))
    }

    static let sidecarSuffix = ".meta"
    static let makingSuffix = ".making"

    /// Where the metadata of a version of this object stand: a version is told by size and time, so that a crash between an object and its
    /// sidecar never gives one version the metadata of another.
    func sidecar(of facts: Path.Facts) -> String {
        "\(folder)/\(SidecarName(object: name, size: facts.size, seconds: facts.seconds, nanoseconds: facts.nanoseconds))"
    }
}

/// What a sidecar is called: `.OBJECT.SIZE.SECONDS.NANOSECONDS.meta`, the size in hexadecimal digits.
struct SidecarName: CustomStringConvertible {
    /// The name of the object that it stands beside.
    let object: String
    /// Size and time of the version that it tells of.
    let size, seconds, nanoseconds: Int64

    func tells(of facts: Path.Facts) -> Bool {
        size == facts.size && seconds == facts.seconds && nanoseconds == facts.nanoseconds
    }

    var description: String {
        ".\(object).\(String(size, radix: 16)).\(seconds).\(nanoseconds)\(ObjectName.sidecarSuffix)"
    }
}

extension SidecarName {
    /// Nil where it is not a sidecar's name.
    init?(_ name: String) {
        guard name.hasPrefix("."), name.hasSuffix(ObjectName.sidecarSuffix) else { return nil }
        let parts = name.dropFirst().dropLast(ObjectName.sidecarSuffix.count).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 4, let nanoseconds = Int64(parts[parts.count - 1]), let seconds = Int64(parts[parts.count - 2]),
            let size = Int64(parts[parts.count - 3], radix: 16)
        else { return nil }
        self.init(object: parts.dropLast(3).joined(separator: "."), size: size, seconds: seconds, nanoseconds: nanoseconds)
    }
}
