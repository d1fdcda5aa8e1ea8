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

    /// By stream, in the order of appearance; there are few, and a scan is cheaper than a hash for each sale.
    private var streams: [(id: StreamID, ordinals: OrdinalSet)] = []
    private var others: Set<Hash> = []
    /// Rows taken in whose `sale_id` was there before.
    private(set) var repeated = 0
    /// Those among them that are ours.
    private(set) var repeatedOurs = 0
    /// A sum over all rows of a hash of their six fields: equal sets with other sums have altered rows.
    private(set) var content: UInt64 = 0

    /// Sales, each counted once.
    var count: Int { streams.reduce(others.count) { $0 + $1.ordinals.count } }

    mutating func insert(_ rows: RowBatch, _ row: Int) {
        let saleID = rows.bytes[rows.field(.saleID, of: row)]
        if insert(saleID) {
            content &+= Self.content(rows.bytes.span.bytes, rows.fields(of: row))
        } else {
            repeated += 1
            if Self.identity(saleID) != nil { repeatedOurs += 1 }
        }
    }

    /// A hash of six fields, eight bytes at a time: for telling alike from altered, not against forgery.
    private static func content(_ bytes: RawSpan, _ fields: SaleFields) -> UInt64 {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
        func mix(_ word: UInt64) {
            hash = (hash ^ word) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash &>> 32
        }
        for field in SaleField.allCases {
            let range = fields[field]
            var at = range.lowerBound
            while at + 8 <= range.upperBound {
                mix(bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
                at += 8
            }
            var rest = UInt64(range.count) << 56
            while at < range.upperBound {
                rest = rest << 8 | UInt64(bytes.unsafeLoad(fromByteOffset: at, as: UInt8.self))
                at += 1
            }
            mix(rest)
        }
        return hash
    }

    /// Whether it was not there before.
    @discardableResult mutating func insert(_ saleID: ArraySlice<UInt8>) -> Bool {
        guard let identity = Self.identity(saleID) else { return others.insert(Hash(saleID)).inserted }
        return streams[place(of: identity.stream)].ordinals.insert(identity.ordinal)
    }

    func contains(_ saleID: ArraySlice<UInt8>) -> Bool {
        guard let identity = Self.identity(saleID) else { return others.contains(Hash(saleID)) }
        return ordinals(of: identity.stream)?.contains(identity.ordinal) ?? false
    }

    /// What this set has and `other` has not: ranges of ordinals, and how many from elsewhere.
    func without(_ other: SaleSet) -> (ordinals: [ClosedRange<UInt64>], others: Int) {
        (
            streams.sorted { $0.id.start < $1.id.start }.flatMap { $0.ordinals.ranges(without: other.ordinals(of: $0.id) ?? OrdinalSet()) },
            others.subtracting(other.others).count
        )
    }

    /// Takes in all of `other`, each once; its repetitions and content are not taken over.
    mutating func formUnion(_ other: SaleSet) {
        for (stream, ordinals) in other.streams { streams[place(of: stream)].ordinals.formUnion(ordinals) }
        others.formUnion(other.others)
    }

    /// Ordinals that are missing between the lowest and the highest of a stream.
    var gaps: [ClosedRange<UInt64>] { streams.sorted { $0.id.start < $1.id.start }.flatMap(\.ordinals.gaps) }

    private func ordinals(of stream: StreamID) -> OrdinalSet? { streams.first { $0.id == stream }?.ordinals }

    private mutating func place(of stream: StreamID) -> Int {
        if let place = streams.firstIndex(where: { $0.id == stream }) { return place }
        streams.append((stream, OrdinalSet()))
        return streams.count - 1
    }

    private static func identity(_ saleID: ArraySlice<UInt8>) -> SaleIdentity? {
        guard saleID.count == 36 else { return nil }
        return SaleIdentity(text: saleID.span.bytes)
    }
}
