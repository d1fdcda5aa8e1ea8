internal import Pipeline
internal import SalesModel

/// What must hold in a world, checked at every effect that could break it.
///
/// It knows the rules from the outside: it has no part in what the stages think, and takes the log itself for the truth.
struct SimAudit: Sendable {
    let countries: [CountryCode]
    /// Sales that are to be published of each country.
    let goal: Int
    /// The group whose positions are watched.
    let group: String
    /// What was found wrong, the first first.
    private(set) var violations: [String] = []
    /// A checksum of the bytes of every file that has ever stood in Inbound/ or Processed/, by its name there.
    var contents: [String: UInt64] = [:]
    /// Every range that has ever been the name of a file.
    var ranges: [TopicPartition: Set<RangeFileName>] = [:]

    init(countries: [CountryCode], goal: Int, group: String) {
        self.countries = countries
        self.goal = goal
        self.group = group
    }

    mutating func violate(_ what: String) { if violations.count < 20 { violations.append(what) } }

    /// FNV-1a.
    static func hash(_ bytes: [UInt8], _ metadata: [String: String] = [:]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ byte: UInt8, _ hash: inout UInt64) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        for byte in bytes { add(byte, &hash) }
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            for byte in "\(name)=\(value);".utf8 { add(byte, &hash) }
        }
        return hash
    }

    /// `US/US_topic-0-000000000000-000000000011.csv` for a file in Inbound/US or Inbound/US/Processed; nil for anything else.
    func name(of key: String) -> (country: CountryCode, file: String, isInbound: Bool)? {
        for country in countries {
            for (folder, isInbound) in [(Names.inbound(country), true), (Names.processed(country), false)] where key.hasPrefix(folder + "/")
            {
                let file = String(key.dropFirst(folder.count + 1))
                if file.hasSuffix(".csv"), !file.contains("/") { return (country, file, isInbound) }
            }
        }
        return nil
    }
}

extension SimState {
    mutating func violate(_ what: String) {
        audit?.violate(what)
        note(-1, .process, .changed, "VIOLATION: \(what)")
    }

    /// A file appears in Inbound/ or Processed/, or anything else elsewhere.
    mutating func auditFile(_ key: String, _ bytes: [UInt8]) {
        guard let audit, let name = audit.name(of: key) else { return }
        let label = "\(name.country)/\(name.file)"
        let hash = SimAudit.hash(bytes)
        if let before = audit.contents[label], before != hash { violate("\(label) has changed its bytes") }
        self.audit?.contents[label] = hash
        guard let range = RangeFileName(name.file) else { return violate("\(key) is a name that nobody should write") }
        for other in audit.ranges[range.partition] ?? [] where other != range && other.from < range.cut && range.from < other.cut {
            violate("\(range) overlaps \(other)")
        }
        if self.audit?.ranges[range.partition, default: []].insert(range).inserted == true, bytes != file(of: range) {
            violate("\(range) does not hold what the messages of its range give")
        }
    }

    /// A file is deleted: it must stand in Processed/ by now, and its rows in the table.
    mutating func auditDelete(_ key: String, _ bytes: [UInt8]) {
        guard let audit, let name = audit.name(of: key) else { return }
        guard name.isInbound else { return violate("\(key) was deleted, which nobody should do") }
        let folder = Names.processed(name.country) + "/"
        let isCopied = store.objects["\(folder)\(name.file)"]?.bytes == bytes
        if !isCopied { violate("\(key) is deleted before it is in Processed/") }
        guard let range = RangeFileName(name.file) else { return }
        let missing = sales(of: range).first { table.rows[$0.identity] == nil }
        if let missing { violate("\(key) is deleted before sale \(missing.identity) is in the table") }
    }

    /// A group's position moves: files must stand for all that it passes, and bad messages must be dead letters.
    mutating func auditCommit(_ partition: TopicPartition, from old: CommittedPosition?, to new: CommittedPosition) {
        guard let audit else { return }
        var offset = old?.offset ?? 0
        if new.offset < offset { return violate("the position in \(partition) goes back from \(offset) to \(new.offset)") }
        let ranges = audit.ranges[partition] ?? []
        while offset < new.offset {
            guard let next = ranges.first(where: { $0.from == offset }) else {
                return violate("the position in \(partition) moves to \(new.offset), but no file begins at \(offset)")
            }
            let country = String(partition.topic.prefix(2))
            if store.objects["Inbound/\(country)/\(next)"] == nil, store.objects["Inbound/\(country)/Processed/\(next)"] == nil {
                return violate("the position in \(partition) passes \(next), which is not in the store")
            }
            offset = next.cut
        }
        if offset != new.offset {
            return violate("the position in \(partition) moves to \(new.offset), inside a file that ends at \(offset)")
        }
        let told = deadLetters(of: partition)
        let first = old?.offset ?? 0
        for record in log[partition]?.records ?? [] where record.offset >= first && record.offset < new.offset && SimSale(record) == nil {
            if !told.contains(record.offset) {
                violate("the position in \(partition) passes offset \(record.offset), which is no dead letter yet")
            }
        }
    }

    /// What a file of this range must hold.
    func file(of range: RangeFileName) -> [UInt8] {
        Array((SaleField.header + "\n" + sales(of: range).map { $0.line + "\n" }.joined()).utf8)
    }

    private func sales(of range: RangeFileName) -> [SimSale] {
        guard let partition = log[range.partition] else { return [] }
        return partition.records[partition.index(of: range.from)..<partition.index(of: range.cut)].compactMap { SimSale($0) }
    }

    /// Offsets of a partition that stand in the topic of dead letters.
    func deadLetters(of partition: TopicPartition) -> Set<Int64> {
        var offsets: Set<Int64> = []
        for letter in log[TopicPartition(Names.deadLetterTopic(of: partition.topic), 0)]?.records ?? [] {
            guard let key = letter.key else { continue }
            let text = String(decoding: key, as: UTF8.self)
            guard text.hasPrefix("\(partition)-"), let offset = Int64(text.dropFirst("\(partition)-".count)) else { continue }
            offsets.insert(offset)
        }
        return offsets
    }
}
