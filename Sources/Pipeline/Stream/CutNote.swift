/// What a streamer writes beside a committed offset before it uploads: where the next files are going to be cut.
///
/// `v=1 fmt=1 from=1000 cuts=2000,2500`, with ` topic=<id>` where the log can tell it. Whoever owns the partition next cuts at the same
/// places in the same format, so that a file which is there already is met by the same name and the same bytes.
struct CutNote: Hashable, Sendable {
    /// The offset that the note was committed with.
    var from: Int64
    /// Where files end, exclusive, in rising order, all behind `from`.
    var cuts: [Int64]
    /// The topic's id; nil where the log cannot tell it.
    var topicID: String?

    /// Both numbers are part of every note: what the note means, and how the bytes of a file follow from its messages.
    static let version = 1
    static let format = 1
    /// The largest number of cuts in a note: with twelve digits each well under the 4,096 bytes that brokers keep.
    static let maximumCuts = 32

    enum Unusable: Error, Equatable {
        case unreadable
        case version(String)
        case format(String)
        case otherOffset(Int64)
    }

    init(from: Int64, cuts: [Int64], topicID: String? = nil) {
        self.from = from
        self.cuts = cuts
        self.topicID = topicID
    }

    /// Reads the note of `position`; an empty one leaves the choice free.
    init(_ position: CommittedPosition) throws(Unusable) {
        guard !position.note.isEmpty else {
            self.init(from: position.offset, cuts: [])
            return
        }
        var fields: [Substring: Substring] = [:]
        for field in position.note.split(separator: " ") {
            guard let equals = field.firstIndex(of: "="),
                fields.updateValue(field[field.index(after: equals)...], forKey: field[..<equals]) == nil
            else { throw .unreadable }
        }
        guard let version = fields["v"] else { throw .unreadable }
        guard version == "\(Self.version)" else { throw .version(String(version)) }
        guard let format = fields["fmt"] else { throw .unreadable }
        guard format == "\(Self.format)" else { throw .format(String(format)) }
        guard let from = fields["from"].flatMap({ Int64($0) }), let list = fields["cuts"] else { throw .unreadable }
        guard from == position.offset else { throw .otherOffset(from) }
        var cuts: [Int64] = []
        for text in list.split(separator: ",") {
            guard let cut = Int64(text), cut > cuts.last ?? from else { throw .unreadable }
            cuts.append(cut)
        }
        self.init(from: from, cuts: cuts, topicID: fields["topic"].map(String.init))
    }

    /// What is committed: nothing at all where there is nothing to say.
    var text: String {
        if cuts.isEmpty && topicID == nil { return "" }
        let topic = topicID.map { " topic=\($0)" } ?? ""
        return "v=\(Self.version) fmt=\(Self.format) from=\(from) cuts=\(cuts.map(String.init).joined(separator: ","))\(topic)"
    }
}
