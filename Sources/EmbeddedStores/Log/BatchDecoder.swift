internal import Pipeline

/// Reads what `BatchEncoder` has laid out.
enum BatchDecoder {
    /// Adds messages of a row to `batch`: those from offset `from` on, until the batch has `limit` bytes, but one at least.
    ///
    /// - Returns: the offset behind the last message that was taken.
    static func add(
        _ row: Span<UInt8>, base: Int64, next: Int64, timestamp: Int64, from: Int64, limit: Int, to batch: inout MessageBatch
    ) throws(CorruptBatch) -> Int64 {
        var place = 0
        guard try Varint.read(row, &place) == 1 else { throw CorruptBatch() }
        let count = try Varint.read(row, &place)
        let indexBytes = try Varint.read(row, &place)
        let headerBytes = try Varint.read(row, &place)
        guard Int64(count) == next - base, indexBytes <= row.count, headerBytes <= row.count, place + indexBytes + headerBytes <= row.count
        else { throw CorruptBatch() }
        let payload = place + indexBytes + headerBytes
        let payloadBytes = row.count - payload

        let firstEntry = batch.entries.count
        batch.entries.reserveCapacity(firstEntry + count)
        var bytes = batch.bytes.count
        var lower = Int.max
        var upper = 0
        var cursor = 0
        var offset = base
        while offset < next {
            let has = BatchEncoder.Has(rawValue: try Varint.read(row, &place))
            let start = has.contains(.start) ? cursor &+ (try Varint.readSigned(row, &place)) : cursor
            var entry = MessageBatch.Entry(offset: offset, timestamp: timestamp, key: nil, value: nil)
            if has.contains(.value) {
                let value = try range(start, try Varint.read(row, &place), within: payloadBytes)
                cursor = value.upperBound
                entry.value = value
            }
            if has.contains(.key) {
                let distance = try Varint.readSigned(row, &place)
                entry.key = try range(start &+ distance, try Varint.read(row, &place), within: payloadBytes)
            }
            offset += 1
            guard offset > from else { continue }
            if let value = entry.value {
                (lower, upper, bytes) = (min(lower, value.lowerBound), max(upper, value.upperBound), bytes + value.count)
            }
            if let key = entry.key { (lower, upper) = (min(lower, key.lowerBound), max(upper, key.upperBound)) }
            batch.entries.append(entry)
            if bytes >= limit { break }
        }
        guard lower <= upper else { return offset }
        let shift = batch.bytes.count - lower
        row.extracting(payload + lower..<payload + upper).withUnsafeBufferPointer { batch.bytes.append(contentsOf: $0) }
        if shift != 0 {
            for number in firstEntry..<batch.entries.count { batch.entries[number].move(by: shift) }
        }
        return offset
    }

    @inline(__always)
    private static func range(_ start: Int, _ length: Int, within bytes: Int) throws(CorruptBatch) -> Range<Int> {
        guard start >= 0, start <= bytes, length <= bytes - start else { throw CorruptBatch() }
        return start..<start + length
    }
}

extension MessageBatch.Entry {
    fileprivate mutating func move(by shift: Int) {
        if let range = value { value = range.lowerBound + shift..<range.upperBound + shift }
        if let range = key { key = range.lowerBound + shift..<range.upperBound + shift }
    }
}
