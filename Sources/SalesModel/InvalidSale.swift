/// Why a message or a row is no sale, and where. Making one allocates nothing: the text is built only when asked for.
public struct InvalidSale: Error, Equatable, Sendable, CustomStringConvertible {
    /// The column at fault; nil where the message or the row as a whole is.
    public let field: SaleField?
    /// Offset of the byte at fault from the beginning of the message, or of the row's text. In a value that is written
    /// with escapes (JSON) or in quotes (CSV) it may be the first byte of the value; where something is absent, it is
    /// where it should have stood at the latest.
    public let position: Int
    /// What is wrong.
    public let reason: Reason

    /// An error to throw.
    public init(field: SaleField?, position: Int, reason: Reason) {
        self.field = field
        self.position = position
        self.reason = reason
    }

    /// Such as `selling_price at byte 97: an exponent is not allowed`. It holds nothing of the customer's values.
    public var description: String {
        if let field { return "\(field) at byte \(position): \(reason)" }
        return "byte \(position): \(reason)"
    }

    /// What can be wrong with a message or a row. The raw values may change from release to release; the text may too.
    public enum Reason: UInt8, CaseIterable, Sendable, CustomStringConvertible {
        // The message as JSON.
        case empty, unexpectedEnd, byteOrderMark, notAnObject, malformedJSON, trailingBytes, nestedTooDeeply
        case keyExpected, colonExpected, commaExpected, malformedNumber
        case rawControlCharacter, invalidEscape, loneSurrogate, invalidUTF8
        // The keys.
        case duplicateKey, missing, notText, notANumber
        // The values.
        case emptyValue, tooLong, controlCharacter
        case otherCountry, notACountry, notACurrency
        case sign, exponent, leadingZero, secondPoint, notADigit, noDigits, tooManyDigits
        case notADatetime, noSuchMonth, noSuchDay, noSuchHour, noSuchMinute, noSuchSecond, noSuchLeapSecond
        case tooFineASecond, noOffset, noSuchOffset
        // The row as CSV.
        case wrongFieldCount, quoteNotClosed, textAfterQuote, quoteInText, rowTooLong

        /// One sentence without a full stop.
        public var description: String {
            switch self {
            case .empty: "the message is empty"
            case .unexpectedEnd: "the message ends too early"
            case .byteOrderMark: "a byte order mark is not allowed"
            case .notAnObject: "a JSON object is expected"
            case .malformedJSON: "this is not valid JSON"
            case .trailingBytes: "nothing may follow the object"
            case .nestedTooDeeply: "values are nested more than 64 deep"
            case .keyExpected: "a key in double quotes is expected"
            case .colonExpected: "a colon is expected behind the key"
            case .commaExpected: "a comma or the end of the object or array is expected"
            case .malformedNumber: "this is not a valid JSON number"
            case .rawControlCharacter: "a control character within a string must be escaped"
            case .invalidEscape: "no such escape exists"
            case .loneSurrogate: "half of a surrogate pair stands alone"
            case .invalidUTF8: "this is not valid UTF-8"
            case .duplicateKey: "the key is there twice"
            case .missing: "the key is missing"
            case .notText: "a string is expected"
            case .notANumber: "a number, or a string that holds one, is expected"
            case .emptyValue: "the value is empty"
            case .tooLong: "the value has too many characters"
            case .controlCharacter: "control characters are not allowed"
            case .otherCountry: "the sale belongs to another country"
            case .notACountry: "two capital letters are expected"
            case .notACurrency: "three capital letters are expected"
            case .sign: "a sign is not allowed"
            case .exponent: "an exponent is not allowed"
            case .leadingZero: "a JSON number must not begin with a needless zero"
            case .secondPoint: "a second point is not allowed"
            case .notADigit: "only digits and one point are allowed"
            case .noDigits: "there is no digit"
            case .tooManyDigits: "more than 38 digits are not allowed"
            case .notADatetime: "this is not a datetime of RFC 3339"
            case .noSuchMonth: "there is no such month"
            case .noSuchDay: "there is no such day"
            case .noSuchHour: "there is no such hour"
            case .noSuchMinute: "there is no such minute"
            case .noSuchSecond: "there is no such second"
            case .noSuchLeapSecond: "a leap second can only end 30 June or 31 December in UTC"
            case .tooFineASecond: "a second has at most nine decimal digits"
            case .noOffset: "the offset from UTC is missing"
            case .noSuchOffset: "there is no such offset from UTC"
            case .wrongFieldCount: "the row has more or fewer fields than the header"
            case .quoteNotClosed: "a quoted field is not closed"
            case .textAfterQuote: "a comma or the end of the row is expected behind a quoted field"
            case .quoteInText: "a quote within a field that is not quoted"
            case .rowTooLong: "the row is too long"
            }
        }
    }
}

/// What is wrong within one value; the caller knows which value it is and where that stands.
struct Fault {
    /// Offset from the value's first byte.
    let offset: Int
    let reason: InvalidSale.Reason

    @inline(__always) init(_ reason: InvalidSale.Reason, at offset: Int) {
        self.offset = offset
        self.reason = reason
    }
}
