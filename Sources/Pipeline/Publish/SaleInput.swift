public import SalesModel

/// A file of somebody's own sales, or standard input.
public protocol SaleInput: Sendable {
    /// Its name for messages and dead letters.
    var name: String { get }
    /// Names the input for good, so that its position can be kept; nil where there is nothing to come back to.
    var identity: String? { get }
    /// The next bytes, empty at the end.
    func read(count: Int) async throws(PortError) -> [UInt8]
}

/// What was published of an input in this run.
public struct InputReport: Sendable, Equatable {
    /// Sales by country.
    public var published: [CountryCode: Int] = [:]
    /// Lines that are no sales, or of no country of ours: they are in the topic `input.dlq`.
    public var rejected = 0
    /// Sales that an earlier run had published.
    public var resumedAfter = 0

    /// Nothing yet.
    public init() {}
}

/// Either reader of an input, by what its first byte says.
enum InputReader {
    case undecided([UInt8])
    case csv(SaleFileReader)
    case lines(SaleLinesReader)

    mutating func read(_ piece: [UInt8], into batch: inout RowBatch) throws(InvalidHeader) {
        switch self {
        case .undecided(let before):
            let text = before + piece
            guard let first = text.first(where: { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }) else {
                self = .undecided(text)
                return
            }
            self = first == UInt8(ascii: "{") ? .lines(SaleLinesReader(country: nil)) : .csv(SaleFileReader(country: nil))
            try read(text, into: &batch)
        case .csv(var reader):
            self = .undecided([])
            defer { self = .csv(reader) }
            try reader.read(piece.span.bytes, into: &batch)
        case .lines(var reader):
            self = .undecided([])
            reader.read(piece.span.bytes, into: &batch)
            self = .lines(reader)
        }
    }

    mutating func finish(into batch: inout RowBatch) throws(InvalidHeader) {
        switch self {
        case .undecided: break
        case .csv(var reader): try reader.finish(into: &batch)
        case .lines(var reader): reader.finish(into: &batch)
        }
    }
}
