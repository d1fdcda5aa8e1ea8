internal import Pipeline

/// Lays out messages as the broker file keeps them: a version, four counts, an index of the messages, headers, and their bytes.
///
///     1  count  bytes of the index  bytes of the headers  |  index  |  headers  |  keys and values
///
/// All numbers are varints. A message in the index: what it has (see `Has`), the start of its value relative to the end of the one before
/// (where it is another), the value's length, the key's start relative to the value's (signed), the key's length. So a key that is a part of
/// its value, as it is with a sale, costs two bytes. A header: the message's number, then for name and value the length and the bytes.
struct BatchEncoder {
    /// A row ends before it has more bytes of keys and values than these, but for a single larger message: a reader takes a row at a time.
    static let rowBytes = 1 << 20

    /// What a message has, and where.
    struct Has: OptionSet {
        let rawValue: Int
        static let value = Has(rawValue: 1)
        static let key = Has(rawValue: 2)
        /// The value does not begin where the one before ended.
        static let start = Has(rawValue: 4)
    }

    /// A row of the broker file.
    struct Row {
        let count: Int
        let data: [UInt8]
    }

    private(set) var rows: [Row] = []
    /// Of all keys and values so far, in rows and before.
    private(set) var totalBytes = 0
    private(set) var totalCount = 0

    private var count = 0
    private var index: [UInt8] = []
    private var headers: [UInt8] = []
    private var payload: [UInt8] = []
    private var cursor = 0

    /// Takes in the messages of a batch. Throws, and takes nothing, where a range lies outside the batch's bytes.
    mutating func append(_ batch: OutgoingBatch) throws(PortError) {
        let whole = 0..<batch.bytes.count
        for entry in batch.entries {
            guard
                [entry.key, entry.value].allSatisfy({
                    $0.map { whole.lowerBound <= $0.lowerBound && $0.upperBound <= whole.upperBound } ?? true
                })
            else { throw PortError(.defect, "append", of: "\(batch.partition)", because: "a range lies outside the batch's bytes") }
        }
        var next = 0
        while next < batch.entries.count {
            let (end, bytes) = group(of: batch, from: next)
            if count > 0, payload.count + bytes.count > Self.rowBytes { seal() }
            let shift = payload.count - bytes.lowerBound
            payload.append(contentsOf: batch.bytes[bytes])
            totalBytes += bytes.count
            for number in next..<end {
                add(batch.entries[number], shift)
                if let told = batch.headers[number] { add(told) }
                count += 1
            }
            totalCount += end - next
            next = end
        }
    }

    /// As many messages from `start` on as fit into a row, and the part of the buffer that they lie in.
    private func group(of batch: OutgoingBatch, from start: Int) -> (end: Int, bytes: Range<Int>) {
        let room = payload.count < Self.rowBytes ? Self.rowBytes - payload.count : Self.rowBytes
        var lower = Int.max
        var upper = 0
        for number in start..<batch.entries.count {
            let entry = batch.entries[number]
            var low = lower
            var high = upper
            if let value = entry.value { (low, high) = (min(low, value.lowerBound), max(high, value.upperBound)) }
            if let key = entry.key { (low, high) = (min(low, key.lowerBound), max(high, key.upperBound)) }
            if number > start, high - low > room, low != .max { return (number, lower == .max ? 0..<0 : lower..<upper) }
            (lower, upper) = (low, high)
        }
        return (batch.entries.count, lower == .max ? 0..<0 : lower..<upper)
    }

    private mutating func add(_ entry: OutgoingBatch.Entry, _ shift: Int) {
        var has: Has = []
        let start = entry.value.map { $0.lowerBound + shift } ?? cursor
        if entry.value != nil { has.insert(.value) }
        if entry.key != nil { has.insert(.key) }
        if start != cursor { has.insert(.start) }
        Varint.append(has.rawValue, to: &index)
        if start != cursor { Varint.appendSigned(start - cursor, to: &index) }
        if let value = entry.value {
            Varint.append(value.count, to: &index)
            cursor = start + value.count
        }
        if let key = entry.key {
            Varint.appendSigned(key.lowerBound + shift - start, to: &index)
            Varint.append(key.count, to: &index)
        }
    }

    private mutating func add(_ told: [OutgoingBatch.Header]) {
        for header in told {
            Varint.append(count, to: &headers)
            for text in [header.name, header.value] {
                Varint.append(text.utf8.count, to: &headers)
                headers.append(contentsOf: text.utf8)
            }
        }
    }

    /// Ends the row.
    mutating func seal() {
        guard count > 0 else { return }
        var data: [UInt8] = []
        data.reserveCapacity(32 + index.count + headers.count + payload.count)
        for number in [1, count, index.count, headers.count] { Varint.append(number, to: &data) }
        data += index
        data += headers
        data += payload
        rows.append(Row(count: count, data: data))
        count = 0
        cursor = 0
        index.removeAll(keepingCapacity: true)
        headers.removeAll(keepingCapacity: true)
        payload.removeAll(keepingCapacity: true)
    }
}
