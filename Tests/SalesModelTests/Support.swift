import SalesModel
import Testing

/// The country that the tests' sales are from, and what else a test takes for granted.
enum Given {
    static let us = CountryCode(0x55, 0x53)
    static let message =
        #"{"sale_id":"06955b90-0abc-8def-a920-00000000044b","product_code":"p1","country_of_sale":"US","datetime":"2026-11-22T15:47:00.123Z","selling_price":9.99,"currency":"USD"}"#
    static let row = "06955b90-0abc-8def-a920-00000000044b,p1,US,2026-11-22T15:47:00.123Z,9.99,USD\n"
    static let header = "sale_id,product_code,country_of_sale,datetime,selling_price,currency\n"

    static func transcoder() throws -> SaleTranscoder { SaleTranscoder(country: try #require(us)) }
}

/// What became of a message: its row, or why there is none.
enum Outcome: Equatable, CustomStringConvertible {
    case row(String)
    case refused(SaleField?, Int, InvalidSale.Reason)

    /// The buffer must come back with what was in it, and nothing more where the message is refused.
    init(_ message: [UInt8], with transcoder: inout SaleTranscoder) {
        let before = Array("before".utf8)
        var rows = before
        do {
            try transcoder.appendRow(message: message.span.bytes, to: &rows)
            #expect(rows.starts(with: before))
            self = .row(String(decoding: rows.dropFirst(before.count), as: UTF8.self))
        } catch {
            #expect(rows == before)
            self = .refused(error.field, error.position, error.reason)
        }
    }

    init(_ message: String) throws {
        var transcoder = try Given.transcoder()
        self.init(Array(message.utf8), with: &transcoder)
    }

    var description: String {
        switch self {
        case .row(let row): row
        case .refused(let field, let position, let reason): InvalidSale(field: field, position: position, reason: reason).description
        }
    }
}

/// All that a file of sales holds, cut into pieces of a size.
struct FileContent: Equatable {
    var rows: [[String]] = []
    var lines: [Int] = []
    var originals: [String] = []
    var inputEnds: [Int] = []
    var rejections: [String] = []

    init(csv: [UInt8], pieces: Int = .max, country: CountryCode? = Given.us, limit: Int = 65_536, emptying: Bool = false) throws {
        var reader = SaleFileReader(country: country, maximumRowBytes: limit)
        var batch = RowBatch()
        for piece in csv.cut(pieces) {
            try reader.read(piece.span.bytes, into: &batch)
            if emptying {
                take(batch)
                batch.removeAll()
            }
        }
        try reader.finish(into: &batch)
        take(batch)
    }

    init(lines: [UInt8], pieces: Int = .max, country: CountryCode? = Given.us, limit: Int = 65_536) {
        var reader = SaleLinesReader(country: country, maximumLineBytes: limit)
        var batch = RowBatch()
        for piece in lines.cut(pieces) { reader.read(piece.span.bytes, into: &batch) }
        reader.finish(into: &batch)
        take(batch)
    }

    private mutating func take(_ batch: RowBatch) {
        for row in 0..<batch.count {
            rows.append(SaleField.allCases.map { batch.text($0, of: row) })
            lines.append(batch.line(of: row))
            originals.append(String(decoding: batch.bytes[batch.original(of: row)], as: UTF8.self))
            inputEnds.append(batch.inputEnd(of: row))
        }
        for rejection in batch.rejections {
            let original = String(decoding: batch.bytes[rejection.original], as: UTF8.self)
            rejections.append("line \(rejection.line), \(rejection.fault), to \(rejection.inputEnd): \(original)")
        }
    }
}

extension [UInt8] {
    func cut(_ size: Int) -> [[UInt8]] {
        if size >= count { return [self] }
        return stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min(count, $0 + size)]) }
    }
}

/// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators (2014).
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
