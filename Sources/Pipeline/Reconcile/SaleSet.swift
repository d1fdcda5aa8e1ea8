internal import SalesModel

/// Which sales a place holds: ours by stream and ordinal, those from elsewhere by a hash of 128 bits of their `sale_id`.
struct SaleSet: Sendable {
    private struct Hash: Hashable {
        var first: Int
        var second: Int

        init(_ bytes: ArraySlice<UInt8>) {
            var one = Hasher()
            one.combine(0)
            var other = Hasher()
            other.combine(1)
            bytes.withUnsafeBytes {
                one.combine(bytes: $0)
                other.combine(bytes: $0)
            }
            (first, second) = (one.finalize(), other.finalize())
        }
    }

    private(set) var streams: [StreamID: OrdinalSet] = [:]
    private var others: Set<Hash> = []
    /// Rows taken in whose `sale_id` was there before.
    private(set) var repeated = 0
    /// Those among them that are ours.
    private(set) var repeatedOurs = 0
    /// A sum over all rows of a hash of their six fields: equal sets with other sums have altered rows.
    private(set) var content: UInt64 = 0

    /// Sales, each counted once.
    var count: Int { streams.values.reduce(others.count) { $0 + $1.count } }

    mutating func insert(_ rows: RowBatch, _ row: Int) {
        let fields = SaleField.allCases.map { rows.bytes[rows.field($0, of: row)] }
        if insert(fields[0]) {
            var hasher = Hasher()
            for field in fields {
                field.withUnsafeBytes { hasher.combine(bytes: $0) }
                hasher.combine(0xFF as UInt8)
            }
            content &+= UInt64(bitPattern: Int64(hasher.finalize()))
        } else {
            repeated += 1
            if Self.identity(fields[0]) != nil { repeatedOurs += 1 }
        }
    }

    /// Whether it was not there before.
    @discardableResult mutating func insert(_ saleID: ArraySlice<UInt8>) -> Bool {
        guard let identity = Self.identity(saleID) else { return others.insert(Hash(saleID)).inserted }
        return streams[identity.stream, default: OrdinalSet()].insert(identity.ordinal)
    }

    func contains(_ saleID: ArraySlice<UInt8>) -> Bool {
        guard let identity = Self.identity(saleID) else { return others.contains(Hash(saleID)) }
        return streams[identity.stream]?.contains(identity.ordinal) ?? false
    }

    /// What this set has and `other` has not: ranges of ordinals, and how many from elsewhere.
    func without(_ other: SaleSet) -> (ordinals: [ClosedRange<UInt64>], others: Int) {
        (
            streams.sorted { $0.key.start < $1.key.start }.flatMap { $0.value.ranges(without: other.streams[$0.key] ?? OrdinalSet()) },
            others.subtracting(other.others).count
        )
    }

    /// Takes in all of `other`, each once; its repetitions and content are not taken over.
    mutating func formUnion(_ other: SaleSet) {
        for (stream, ordinals) in other.streams { streams[stream, default: OrdinalSet()].formUnion(ordinals) }
        others.formUnion(other.others)
    }

    /// Ordinals that are missing between the lowest and the highest of a stream.
    var gaps: [ClosedRange<UInt64>] { streams.sorted { $0.key.start < $1.key.start }.flatMap(\.value.gaps) }

    private static func identity(_ saleID: ArraySlice<UInt8>) -> SaleIdentity? {
        guard saleID.count == 36 else { return nil }
        return SaleIdentity(text: saleID.span.bytes)
    }
}
