import Glibc

/// `log_1.txt` of a folder, which several processes write: each appends whole lines with O_APPEND, and whoever finds
/// the file full, or begun on an earlier day, shifts `log_1` to `log_2` and so on under a lock. The others see by the
/// file's identity that theirs is no longer the newest.
///
/// Nobody waits for the lock: whoever does not get it goes on in the present file, so a stopped process holds up no other.
struct RotatedFile: ~Copyable {
    private let folder: String
    private let name: LogFileName
    private let limits: RotatedFileHandler.Limits
    private var descriptor: Int32 = -1
    private var endsInsideLine = false

    init(folder: String, name: LogFileName, limits: RotatedFileHandler.Limits) {
        self.folder = folder
        self.name = name
        self.limits = limits
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Appends a line. - Returns: the error number if it could not be written whole.
    mutating func append(_ line: [UInt8], now: WallTime) -> Int32? {
        if let error = makeReady(for: line.count, now: now) { return error }
        let outcome = writeWhole(endsInsideLine ? [UInt8(ascii: "\n")] + line : line, to: descriptor)
        if outcome.written > 0 { endsInsideLine = outcome.error != nil }
        return outcome.error
    }

    private mutating func makeReady(for count: Int, now: WallTime) -> Int32? {
        var mine = stat()
        var newest = stat()
        if descriptor < 0 {
            if let error = reopen() { return error }
            underLock { prune(now: now) }
        } else if stat(path(1), &newest) != 0 || fstat(descriptor, &mine) != 0 || !Self.same(mine, newest) {
            if let error = reopen() { return error }
        }
        guard fstat(descriptor, &mine) == 0, mine.st_mode & S_IFMT == S_IFREG, mine.st_size > 0 else { return nil }
        let begunEarlier = WallTime(seconds: Int64(mine.st_mtim.tv_sec)).day < now.day
        guard Int(mine.st_size) + count > limits.bytes || begunEarlier else { return nil }
        underLock {
            guard stat(path(1), &newest) == 0, Self.same(mine, newest) else { return }
            shift()
            prune(now: now)
        }
        return reopen()
    }

    private mutating func reopen() -> Int32? {
        var opened = open(path(1), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        if opened < 0, errno == ENOENT {
            makeFolders(folder)
            opened = open(path(1), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        }
        // Where the newest cannot be had, the one at hand is better than none.
        guard opened >= 0 else { return descriptor >= 0 ? nil : errno }
        if descriptor >= 0 { close(descriptor) }
        descriptor = opened
        endsInsideLine = false
        return nil
    }

    /// `log_1` becomes `log_2` and so on, up to the first number that is free; the last is overwritten where none is.
    private func shift() {
        var found = stat()
        var free = 2
        while free < limits.files, stat(path(free), &found) == 0 { free += 1 }
        guard limits.files > 1 else {
            unlink(path(1))
            return
        }
        for number in stride(from: free, to: 1, by: -1) { rename(path(number - 1), path(number)) }
    }

    private func prune(now: WallTime) {
        guard let listing = opendir(folder) else { return }
        defer { closedir(listing) }
        while let entry = readdir(listing) {
            let entryName = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard let number = name.number(of: entryName), number > 1 else { continue }
            var found = stat()
            guard stat(path(number), &found) == 0 else { continue }
            let age = now.seconds - Int64(found.st_mtim.tv_sec)
            if number > limits.files || age > limits.age.components.seconds { unlink(path(number)) }
        }
    }

    private func underLock(_ body: () -> Void) {
        let lock = open("\(folder)/.\(name.newest).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard lock >= 0 else { return }
        defer { close(lock) }
        if flock(lock, LOCK_EX | LOCK_NB) == 0 { body() }
    }

    private func path(_ number: Int) -> String { "\(folder)/\(name[number])" }

    private static func same(_ left: stat, _ right: stat) -> Bool {
        left.st_ino == right.st_ino && left.st_dev == right.st_dev
    }
}
