import Glibc
import YAML

/// The file that holds settings.
public enum ConfigurationFile {
    /// What was found under a path.
    public enum Content: Sendable {
        /// There is no such file.
        case missing
        /// There is one, but it cannot be read; with the system's reason.
        case failed(String)
        /// Its bytes. `isPrivate`: it is ours and nobody else has a right to it, or it is root's and at most our group may read it.
        case bytes([UInt8], isPrivate: Bool)
    }

    /// No more of a file is read, in bytes.
    static let largest = 4 << 20

    /// Reads a file of the system.
    public static func read(_ path: String) -> Content {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            return errno == ENOENT || errno == ENOTDIR ? .missing : .failed(reason())
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failed(reason()) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= largest {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { break }
            if count > 0 { bytes += buffer.prefix(count) } else if errno != EINTR { return .failed(reason()) }
        }
        // A service cannot own a file that only root may change: its group reads it.
        let denied = status.st_uid == geteuid() ? S_IRWXG | S_IRWXO : S_IWGRP | S_IRWXO
        let isPrivate = [geteuid(), 0].contains(status.st_uid) && status.st_mode & denied == 0
        return .bytes(bytes, isPrivate: isPrivate)
    }

    private static func reason() -> String { strerror(errno).map { String(cString: $0) } ?? "error \(errno)" }

    /// The texts for each setting that the file gives, with their places.
    static func texts(
        _ bytes: [UInt8], file: String, catalog: SettingCatalog
    ) throws(SettingsError) -> [String: [GivenText]] {
        let root: YAMLNode
        do throws(YAMLError) {
            root = try YAML.parse(bytes: bytes, file: file, limits: .init(bytes: largest, depth: 8, nodes: 100_000))
        } catch {
            throw SettingsError(status: .configuration, message: error.description)
        }
        if root.isNull { return [:] }
        guard let pairs = root.pairs else {
            throw refusal(file, root.line, root.column, "the file must hold lines such as \"key: value\"")
        }
        var texts: [String: [GivenText]] = [:]
        for pair in pairs {
            guard let setting = catalog.byName[pair.key] else {
                let names = catalog.settings.map(\.name).filter { $0 != CommandLineTool.configFile.declaration.name }
                let meant = catalog.flags[pair.key]?.setting.name ?? NearestName.of(pair.key, in: names)
                let hint = meant.map { "; did you mean \($0)?" } ?? ""
                throw refusal(file, pair.line, pair.column, "there is no setting \(quoted(pair.key))\(hint)")
            }
            guard setting.name != CommandLineTool.configFile.declaration.name else {
                throw refusal(file, pair.line, pair.column, "a file cannot name another; give config as a flag or in the environment")
            }
            texts[setting.name] = try self.texts(of: pair, setting, file)
        }
        return texts
    }

    private static func texts(of pair: YAMLPair, _ setting: SettingDeclaration, _ file: String) throws(SettingsError) -> [GivenText] {
        func given(_ text: String, _ line: Int, _ column: Int) -> GivenText {
            GivenText(text: text, origin: .file(file, line: line, column: column))
        }
        let node = pair.value
        if node.isNull { throw refusal(file, pair.line, pair.column, "\(pair.key) has no value; give one or take the line out") }
        switch (setting.shape, node.kind) {
        case (.list, .scalar(let text, _)):
            return splitList(text).map { given($0, node.line, node.column) }
        case (.single, .scalar(let text, _)), (.flag, .scalar(let text, _)):
            return [given(text, node.line, node.column)]
        case (.list, .sequence(let items)):
            var texts: [GivenText] = []
            for item in items {
                guard let text = item.text, !item.isNull else {
                    throw refusal(file, item.line, item.column, "\(pair.key) takes a list of plain values")
                }
                texts.append(given(text, item.line, item.column))
            }
            guard !texts.isEmpty else { throw refusal(file, node.line, node.column, "\(pair.key) must not be empty") }
            return texts
        case (.pairs, .mapping(let members)):
            var texts: [GivenText] = []
            for member in members {
                guard let text = member.value.text, !member.value.isNull, !member.key.isEmpty, !member.key.contains("=") else {
                    throw refusal(file, member.line, member.column, "\(pair.key) takes names with plain values, such as \"name: value\"")
                }
                texts.append(given("\(member.key)=\(text)", member.value.line, member.value.column))
            }
            return texts
        case (.pairs, _):
            throw refusal(file, node.line, node.column, "\(pair.key) takes names with values, each on a line of its own below it")
        case (.list, _):
            throw refusal(file, node.line, node.column, "\(pair.key) takes a list of plain values")
        case (.single, _), (.flag, _):
            throw refusal(file, node.line, node.column, "\(pair.key) takes one plain value")
        }
    }

    private static func refusal(_ file: String, _ line: Int, _ column: Int, _ reason: String) -> SettingsError {
        SettingsError(status: .configuration, message: "\(file):\(line):\(column): \(reason)")
    }
}

/// Elements with commas between them, without the spaces around them.
func splitList(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { part in
        String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
