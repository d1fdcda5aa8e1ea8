import Glibc

/// Runs a command whose output is a secret.
enum SecretCommand {
    /// The output of a command of the shell, at most 64 KiB, without the line feeds at its end. The command's own
    /// complaints go to standard error, and it is waited for: a time limit is the command's business.
    static func output(of command: String) throws(ValueError) -> String {
        guard let pipe = popen(command, "re") else { throw ValueError("cannot be started", showsText: false) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 65_536, case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 {
            bytes += buffer.prefix(count)
        }
        let status = pclose(pipe)
        guard status & 0x7F == 0 else { throw ValueError("was ended by signal \(status & 0x7F)", showsText: false) }
        guard status == 0 else { throw ValueError("failed with status \(status >> 8 & 0xFF)", showsText: false) }
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw ValueError("is not UTF-8", showsText: false) }
        return text
    }
}
