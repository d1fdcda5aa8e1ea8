public import SalesModel

/// The sales of one country in one stream, as messages: a pure function of the ordinal.
public protocol SaleSource: Sendable {
    /// The stream that every `sale_id` names.
    var stream: StreamID { get }
    /// Where in a message's value its `sale_id` begins; the 36 bytes from there are its key.
    var keyOffset: Int { get }
    /// Appends the messages of `ordinals`, and for each the place behind its last byte. Throws where there are no such sales.
    mutating func appendMessages(_ ordinals: Range<UInt64>, to bytes: inout [UInt8], ends: inout [Int]) throws(StageError)
    /// How many sales are dated before an instant, in milliseconds since 1970.
    mutating func count(soldBefore instant: Int64) -> UInt64
    /// When a sale happens, in milliseconds since 1970.
    mutating func instant(of ordinal: UInt64) throws(StageError) -> Int64
}

/// Makes the sources of one configuration: what is sold is decided but for the moment at which the stream starts.
public protocol SaleSourceFactory: Sendable {
    /// The first 24 bits of the SHA-256 of the configuration.
    var fingerprint: UInt32 { get }
    /// The sales of a country in the stream that starts at `start`, in seconds since 1970.
    func source(_ country: CountryCode, start: UInt64) throws(StageError) -> any SaleSource
    /// The latest whole second at which a stream can start so that each of `countries` has sold `count` before `now` (milliseconds since
    /// 1970), and at least a day ago; the current second where `count` is nil.
    func start(_ countries: [CountryCode], count: UInt64?, now: Int64) throws(StageError) -> UInt64
}
