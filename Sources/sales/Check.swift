internal import KafkaLog
internal import Pipeline

/// One thing that the doctor looked at, and what was found.
struct Check: Sendable {
    enum Outcome: String {
        case ok
        case fault
        /// It could not be looked at.
        case skipped
    }

    let name: String
    let outcome: Outcome
    let told: String
    /// How to mend it; empty where nothing is wrong.
    let mend: String

    static func ok(_ name: String, _ told: String) -> Check { Check(name: name, outcome: .ok, told: told, mend: "") }

    static func fault(_ name: String, _ told: String, _ mend: String) -> Check {
        Check(name: name, outcome: .fault, told: told, mend: mend)
    }

    static func fault(_ name: String, _ error: PortError) -> Check { fault(name, "\(error.operation): \(error.reason)", error.mend) }

    static func skipped(_ name: String, _ why: String) -> Check { Check(name: name, outcome: .skipped, told: why, mend: "") }
}

extension Check {
    init(_ check: KafkaCheck) {
        let outcome: Outcome =
            switch check.outcome {
            case .ok: .ok
            case .fault: .fault
            case .skipped: .skipped
            }
        self.init(name: check.name, outcome: outcome, told: check.told, mend: check.mend)
    }
}
