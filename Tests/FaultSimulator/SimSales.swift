internal import Pipeline
internal import SalesModel

/// A sale as the simulation knows it: read from a message that it made itself, without the pipeline's own codecs.
struct SimSale: Sendable, Hashable {
    let fields: [String]

    var identity: String { fields[0] }
    var line: String { fields.joined(separator: ",") }

    /// Nil for a message that the simulation made as a bad one.
    init?(_ record: SimLogState.Record) {
        guard let key = record.key, let value = record.value, key.first != UInt8(ascii: "!") else { return nil }
        // {"sale_id":"…","product_code":"…","country_of_sale":"…","datetime":"…","selling_price":…,"currency":"…"}
        let parts = value.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 23 else { return nil }
        fields = [parts[3], parts[7], parts[11], parts[15], String(parts[18].dropFirst().dropLast()), parts[21]]
    }

    init(identity: String, country: CountryCode, number: Int) {
        let cents = String(number * 37 % 100 + 100).dropFirst()
        fields = [
            identity, "p\(number % 10 + 1)", "\(country)", "2026-11-22T11:\(number / 60 % 50 + 10):\(number % 50 + 10).123Z",
            "\(number % 500 + 1).\(cents)", "USD",
        ]
    }

    var message: [UInt8] {
        let text =
            "{\"sale_id\":\"\(fields[0])\",\"product_code\":\"\(fields[1])\",\"country_of_sale\":\"\(fields[2])\","
            + "\"datetime\":\"\(fields[3])\",\"selling_price\":\(fields[4]),\"currency\":\"\(fields[5])\"}"
        return Array(text.utf8)
    }
}

/// Sales that are made in no time, one every `interval` milliseconds.
struct SimSaleFactory: SaleSourceFactory {
    let interval: Int64
    let fingerprint: UInt32 = 0x51_4D_53

    func source(_ country: CountryCode, start: UInt64) throws(StageError) -> any SaleSource {
        guard let stream = StreamID(start: start, fingerprint: fingerprint) else { throw .misuse("no stream can start at \(start)") }
        return SimSaleSource(stream: stream, country: country, interval: interval)
    }

    func start(_ countries: [CountryCode], count: UInt64?, now: Int64) throws(StageError) -> UInt64 {
        UInt64(now / 1000) - (count.map { $0 * UInt64(interval) / 2000 } ?? 0)
    }
}

struct SimSaleSource: SaleSource {
    let stream: StreamID
    let country: CountryCode
    let interval: Int64
    var keyOffset: Int { 12 }

    mutating func appendMessages(_ ordinals: Range<UInt64>, to bytes: inout [UInt8], ends: inout [Int]) {
        for ordinal in ordinals {
            guard let identity = SaleIdentity(stream: stream, country: country, ordinal: ordinal) else { continue }
            bytes.append(contentsOf: SimSale(identity: "\(identity)", country: country, number: Int(ordinal)).message)
            ends.append(bytes.count)
        }
    }

    mutating func count(soldBefore instant: Int64) -> UInt64 {
        UInt64(max(0, (instant - Int64(stream.start) * 1000 + interval - 1) / interval))
    }

    mutating func instant(of ordinal: UInt64) -> Int64 { Int64(stream.start) * 1000 + Int64(ordinal) * interval }
}
