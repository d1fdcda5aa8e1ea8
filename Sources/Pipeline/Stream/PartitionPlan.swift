internal import SalesModel

/// Where one partition's files are cut, and what may be done when: the cut protocol as a plain value without I/O.
///
/// Events go in by method calls: a message taken, the end reached, time passed, a commit acknowledged, a file stored. What is to be done
/// is read off: `desired` (what to commit), `uploads()` (what may be uploaded now), `isIdle`.
/// It lives for one assignment of the partition; the next owner makes its own from the committed position alone.
struct PartitionPlan: Sendable {
    /// When files are cut where no note says otherwise.
    struct Limits: Sendable {
        /// Rows a file; as many dead letters end a file too.
        var rows: Int
        /// How long the first sale or dead letter of a file waits at the most.
        var age: Duration
    }

    /// A dead letter that belongs to a file's range.
    struct DeadLetter: Sendable, Hashable {
        var offset: Int64
        var reason: String
        var value: [UInt8]?
    }

    /// A range of offsets and what it holds. Everything in it follows from the messages alone.
    struct File: Sendable {
        var from: Int64
        /// The offset behind the last; for the open file, behind the last that was seen.
        var cut: Int64
        var rows = 0
        /// The CSV bytes, header included.
        var bytes: [UInt8]
        /// What `bytes` has room for: what was reserved, and twice as much with each growth beyond it.
        var room = 0
        /// Emptied once the file is stored; `letters` keeps their number.
        var deadLetters: [DeadLetter] = []
        var letters = 0

        /// Bytes in memory.
        var size: Int { max(room, bytes.count) + deadLetters.reduce(0) { $0 + ($1.value?.count ?? 0) + 64 } }
        var hasContent: Bool { rows > 0 || letters > 0 }
    }

    private enum Progress { case planned, uploading, stored }

    let partition: TopicPartition
    let topicID: String?
    private let limits: Limits
    private let header: [UInt8]
    /// The last position that the broker has acknowledged, and the cuts in its note.
    private var offset: Int64
    private var noted: [Int64]
    /// Cut files that are not behind `offset` yet, in order.
    private var files: [(file: File, progress: Progress)] = []
    /// The file that messages go to.
    private(set) var open: File
    private var openSince: Duration?
    /// Cuts of the note that are still ahead.
    private var ahead: ArraySlice<Int64>
    /// Bytes that a new file may take for rows that have not come yet.
    var share = Int.max

    /// - Parameters:
    ///   - note: what was committed; its cuts are obeyed exactly, whatever `limits` say now.
    ///   - adopting: ends of files that are in the store already and that no note tells of: obeyed the same.
    init(_ partition: TopicPartition, note: CutNote, adopting chain: [Int64] = [], topicID: String?, limits: Limits, header: [UInt8]) {
        self.partition = partition
        self.topicID = topicID
        self.limits = limits
        self.header = header
        offset = note.from
        noted = note.cuts
        ahead = ArraySlice(note.cuts + chain.filter { $0 > note.cuts.last ?? note.from })
        open = File(from: note.from, cut: note.from, bytes: header)
    }

    // MARK: What happens

    /// The next message's offset was seen: closes what a note wants closed before it.
    mutating func approach(_ offset: Int64) {
        while let cut = ahead.first, offset >= cut { close(at: cut) }
    }

    /// The message at `offset` became a row; its bytes have been appended to `open`.
    mutating func tookRow(_ offset: Int64, at now: Duration) {
        open.rows += 1
        if open.bytes.count > open.room { open.room = max(2 * open.room, open.bytes.count) }
        took(offset, now)
    }

    /// The message at `offset` is no sale.
    mutating func tookDeadLetter(_ letter: DeadLetter, at now: Duration) {
        open.deadLetters.append(letter)
        open.letters += 1
        took(letter.offset, now)
    }

    private mutating func took(_ offset: Int64, _ now: Duration) {
        open.cut = offset + 1
        if openSince == nil { openSince = now }
        if let cut = ahead.first {
            if open.cut >= cut { close(at: cut) }
        } else if open.rows >= limits.rows || open.letters >= limits.rows {
            close(at: open.cut)
        }
    }

    /// Everything up to `end` (exclusive) has been delivered, whether or not there were messages at the last offsets.
    mutating func reached(_ end: Int64) {
        approach(end)
        open.cut = max(open.cut, end)
    }

    /// Cuts what is old enough, or whatever there is where `all` is wanted.
    mutating func cutIfDue(at now: Duration, all: Bool = false) {
        guard ahead.isEmpty, open.hasContent, let since = openSince, all || now - since >= limits.age else { return }
        close(at: open.cut)
    }

    private mutating func close(at cut: Int64) {
        if cut == ahead.first { ahead.removeFirst() }
        var file = open
        file.cut = cut
        files.append((file, .planned))
        open = File(from: cut, cut: max(cut, open.cut), bytes: [])
        // Most files are as large as the one before: room for that at once saves growing by doubling.
        let room = file.bytes.count + file.bytes.count / 32
        if room <= share {
            open.bytes.reserveCapacity(room)
            open.room = room
        }
        open.bytes += header
        openSince = nil
    }

    /// The broker keeps `position`, which `desired` had asked for.
    /// Returns the files that are behind the committed offset now, without their bytes.
    mutating func acknowledged(_ position: Desired) -> [File] {
        offset = position.offset
        noted = position.cuts
        let passed = files.prefix { $0.file.cut <= offset }.map(\.file)
        files.removeFirst(passed.count)
        return passed
    }

    /// The file that ends at `cut` is in the store.
    mutating func stored(_ cut: Int64) {
        if let index = files.firstIndex(where: { $0.file.cut == cut }) { files[index] = (emptied(files[index].file), .stored) }
    }

    /// What is left to know of a file that is stored.
    private func emptied(_ file: File) -> File {
        var file = file
        file.bytes = []
        file.room = 0
        file.deadLetters = []
        return file
    }

    /// The upload of the file that ends at `cut` was given up; it may be begun again.
    mutating func gaveUp(_ cut: Int64) {
        if let index = files.firstIndex(where: { $0.file.cut == cut }) { files[index].progress = .planned }
    }

    /// Appends the row that a message gives; `tookRow` is to follow. Throws what is wrong with it, and nothing has changed.
    mutating func appendRow(_ message: RawSpan, with transcoder: inout SaleTranscoder) throws(InvalidSale) {
        try transcoder.appendRow(message: message, to: &open.bytes)
    }

    // MARK: What to do

    /// A position to be committed.
    struct Desired: Sendable, Hashable {
        var offset: Int64
        var cuts: [Int64]
        var topicID: String?

        var position: CommittedPosition {
            CommittedPosition(offset: offset, note: CutNote(from: offset, cuts: cuts, topicID: topicID).text)
        }
    }

    /// What is to be committed now; nil where the broker has it already.
    ///
    /// The offset passes only what is stored, file by file; the note keeps its cuts and gets new ones behind the last.
    var desired: Desired? {
        var reached = offset
        for (file, progress) in files {
            guard progress == .stored else { break }
            reached = file.cut
        }
        var cuts = noted.filter { $0 > reached }
        for (file, _) in files where file.cut > noted.last ?? offset && file.cut > reached && cuts.count < CutNote.maximumCuts {
            cuts.append(file.cut)
        }
        return reached == offset && cuts == noted ? nil : Desired(offset: reached, cuts: cuts, topicID: topicID)
    }

    /// Files whose cut the broker has acknowledged and whose upload has not begun; they are begun now.
    mutating func uploads(unnoted: Bool = false) -> [File] {
        var begun: [File] = []
        for index in files.indices where files[index].progress == .planned && (unnoted || noted.contains(files[index].file.cut)) {
            files[index].progress = .uploading
            begun.append(files[index].file)
        }
        return begun
    }

    /// When the open file is due by its age; nil where nothing waits, or a note decides.
    var due: Duration? { ahead.isEmpty ? openSince.map { $0 + limits.age } : nil }

    /// Nothing is open, nothing in flight, nothing to be committed.
    var isIdle: Bool { files.isEmpty && !open.hasContent && ahead.isEmpty && desired == nil }

    /// Nothing is in flight; what is open does not count.
    var isSettled: Bool { files.isEmpty && desired == nil }

    /// All before this offset is behind the committed one.
    var committedOffset: Int64 { offset }

    /// Bytes in memory.
    var size: Int { files.reduce(open.size) { $0 + $1.file.size } }

    /// Files that are cut but not behind the committed offset.
    var filesInFlight: Int { files.count }

    /// Up to where messages have been taken.
    var position: Int64 { open.cut }
}
