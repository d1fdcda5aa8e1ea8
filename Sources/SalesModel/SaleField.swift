/// The six columns of a sale, in the order of the CSV header and of our own messages.
public enum SaleField: UInt8, CaseIterable, Sendable, CustomStringConvertible {
    /// The identity, unique among all sales: 1 to 128 Unicode scalars.
    case saleID
    /// What was sold: 1 to 64 Unicode scalars.
    case productCode
    /// Where it was sold: the two letters of a ``CountryCode``.
    case countryOfSale
    /// When it was sold: an RFC 3339 timestamp.
    case datetime
    /// For how much: decimal digits with at most one point.
    case sellingPrice
    /// In what: three capital letters.
    case currency

    /// The header of a CSV file, without the line feed behind it.
    public static let header = "sale_id,product_code,country_of_sale,datetime,selling_price,currency"

    /// The column's name in the header, and the key in a message.
    public var name: StaticString {
        switch self {
        case .saleID: "sale_id"
        case .productCode: "product_code"
        case .countryOfSale: "country_of_sale"
        case .datetime: "datetime"
        case .sellingPrice: "selling_price"
        case .currency: "currency"
        }
    }

    /// The field that bears exactly this name; nil where none does.
    public init?(name: some StringProtocol) {
        guard let field = Self.allCases.first(where: { $0.description == name }) else { return nil }
        self = field
    }

    /// The name.
    public var description: String { name.description }

    /// The position among the columns, from 0.
    @inline(__always) var index: Int { Int(rawValue) }
}

/// Where the six values of one sale stand, as ranges of byte offsets into text that somebody else holds.
public struct SaleFields: Sendable {
    var places: InlineArray<6, FieldPlace> = .init(repeating: FieldPlace(start: 0, end: 0))

    /// Six empty ranges, to be set one by one.
    public init() {}

    /// The bytes of one value.
    @inline(__always) public subscript(_ field: SaleField) -> Range<Int> {
        get {
            let place = places[field.index]
            return Range(uncheckedBounds: (place.start, place.end))
        }
        set { places[field.index] = FieldPlace(start: newValue.lowerBound, end: newValue.upperBound) }
    }
}

/// A range that costs no check to make; `start` never lies behind `end`.
struct FieldPlace: Sendable {
    var start: Int
    var end: Int
}
