/// Why a broker's certificate is not believed, by OpenSSL's number.
struct CertificateFault: Sendable, Equatable {
    let code: Int32

    /// nil where nothing is wrong.
    init?(code: Int32) {
        guard code != 0 else { return nil }
        self.code = code
    }

    /// What is wrong.
    var words: String {
        switch code {
        case 2, 18, 19, 20, 21, 24: "the broker's certificate is signed by an authority that is not known here"
        case 9: "the broker's certificate is not valid yet"
        case 10: "the broker's certificate has expired"
        case 23: "the broker's certificate was revoked"
        case 62, 64: "the broker's certificate is for other host names than the one it was reached by"
        default: "the broker's certificate is refused (OpenSSL's verify error \(code))"
        }
    }

    /// What a person can do.
    var mend: String {
        switch code {
        case 2, 18, 19, 20, 21, 24: "Give the authority's certificate as --kafka ssl.ca.location=FILE"
        case 9: "Check this machine's clock, or wait"
        case 10: "Have the broker's certificate renewed, and check this machine's clock"
        case 62, 64: "Reach the broker by a name that its certificate holds, or have one made for this name"
        default: "Have the broker's certificate looked at"
        }
    }
}
