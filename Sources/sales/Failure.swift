internal import Pipeline
internal import SalesGenerator
internal import Settings

/// Why the program leaves with another status than 0: what it says, and with which.
struct Failure: Error {
    let status: ExitStatus
    let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    init(_ error: StageError) {
        switch error {
        case .port(let error): self.init(error)
        case .contradiction: self.init(.data, error.description)
        case .fenced: self.init(.temporary, error.description)
        case .misuse: self.init(.usage, error.description)
        }
    }

    init(_ error: PortError) {
        let status: ExitStatus =
            switch error.kind {
            case .unreachable: .unavailable
            case .throttled, .fenced: .temporary
            case .denied: .denied
            case .missing, .unusable: .data
            case .misconfigured: .configuration
            case .defect: .defect
            }
        let report = error.kind == .defect ? ". This is a defect of sales: please report it with this line and the log file" : ""
        self.init(status, error.description + report)
    }

    init(_ error: SettingsError) { self.init(error.status, error.message) }

    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as StageError: self.init(error)
        case let error as PortError: self.init(error)
        case let error as SettingsError: self.init(error)
        case let error as GeneratorError: self.init(.usage, error.description)
        default: self.init(.defect, "\(error). This is a defect of sales: please report it with this line and the log file")
        }
    }
}
