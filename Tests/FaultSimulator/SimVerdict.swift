internal import Pipeline
internal import SalesModel

extension SimState {
    private var partitions: [TopicPartition] {
        (audit?.countries ?? []).flatMap { country in
            (log.topics[Names.topic(country)]?.partitions.indices ?? 0..<0).map { TopicPartition(Names.topic(country), $0) }
        }
    }

    /// What is still to be done; nil where nothing is.
    func unrest() -> String? {
        guard let audit else { return nil }
        if effectsUnderWay > 0 { return "changes are still under way" }
        for partition in partitions {
            guard let last = log[partition]?.records.last else { continue }
            let position = log.groups[audit.group]?.positions[partition]?.offset ?? 0
            if position <= last.offset { return "\(partition) is streamed up to \(position) and goes up to \(last.offset)" }
        }
        for key in store.objects.keys.sorted() where audit.name(of: key)?.isInbound == true { return "\(key) waits to be loaded" }
        return nil
    }

    /// What must hold when all is done.
    mutating func auditRest() {
        guard let audit else { return }
        if let unrest = unrest() { violate("all programs have left, but \(unrest)") }
        var sales: [String: SimSale] = [:]
        var files: Set<String> = []
        for country in audit.countries { auditTopic(country, goal: audit.goal) }
        for partition in partitions {
            for sale in (log[partition]?.records ?? []).compactMap({ SimSale($0) }) {
                if sales.updateValue(sale, forKey: sale.identity) != nil { violate("sale \(sale.identity) was published twice") }
            }
            auditFiles(partition, &files)
            auditDeadLetters(partition)
        }
        for key in store.objects.keys.sorted() where !files.contains(key) && !audit.countries.contains(where: { Names.marker($0) == key }) {
            violate("\(key) is in the store and should not be")
        }
        for (identity, sale) in sales.sorted(by: { $0.key < $1.key }) where table.rows[identity] != sale.fields {
            violate("sale \(identity) is \(table.rows[identity] == nil ? "not" : "changed") in the table")
        }
        for identity in table.rows.keys.sorted() where sales[identity] == nil {
            violate("\(identity) is in the table and was never published")
        }
    }

    /// Each ordinal of one stream up to the goal, exactly once.
    private mutating func auditTopic(_ country: CountryCode, goal: Int) {
        var ordinals: [UInt64: Int] = [:]
        var streams: Set<StreamID> = []
        for partition in partitions where partition.topic == Names.topic(country) {
            for record in log[partition]?.records ?? [] {
                guard let key = record.key, let identity = SaleIdentity(text: key.span.bytes) else { continue }
                ordinals[identity.ordinal, default: 0] += 1
                streams.insert(identity.stream)
            }
        }
        if streams.count > 1 { violate("\(country) has sales of \(streams.count) streams") }
        for ordinal in 0..<UInt64(goal) where ordinals[ordinal] != 1 {
            return violate("sale \(ordinal) of \(country) was published \(ordinals[ordinal] ?? 0) times")
        }
        if ordinals.count != goal { violate("\(country) has \(ordinals.count) sales and not \(goal)") }
    }

    /// Files tile from offset 0 to the group's position, all of them in Processed/, with what the log gives.
    private mutating func auditFiles(_ partition: TopicPartition, _ files: inout Set<String>) {
        guard let audit else { return }
        let country = String(partition.topic.prefix(2))
        var offset: Int64 = 0
        for range in (audit.ranges[partition] ?? []).sorted(by: { $0.from < $1.from }) {
            if range.from != offset { violate("between offset \(offset) and \(range) of \(partition) is no file") }
            offset = range.cut
            let key = "Inbound/\(country)/Processed/\(range)"
            files.insert(key)
            if store.objects[key]?.bytes != file(of: range) { violate("\(key) is missing or holds other bytes than its messages give") }
        }
        let position = log.groups[audit.group]?.positions[partition]?.offset ?? 0
        if offset != position { violate("files of \(partition) end at \(offset), its position is \(position)") }
    }

    /// Exactly the bad messages are dead letters; one may be there more than once.
    private mutating func auditDeadLetters(_ partition: TopicPartition) {
        let bad = Set((log[partition]?.records ?? []).filter { SimSale($0) == nil }.map(\.offset))
        let told = deadLetters(of: partition)
        for offset in bad.subtracting(told).sorted() { violate("offset \(offset) of \(partition) is no sale and no dead letter") }
        for offset in told.subtracting(bad).sorted() { violate("offset \(offset) of \(partition) is a dead letter and a sale") }
    }
}
