/// One thing that was looked at, and what was found.
public struct KafkaCheck: Sendable, Equatable {
    /// What was found.
    public enum Outcome: String, Sendable {
        /// As it has to be.
        case ok
        /// Something is wrong.
        case fault
        /// It could not be looked at, because of an earlier fault or for want of a right that the work does not need.
        case skipped
    }

    /// What was looked at, such as `broker kafka-1:9092`.
    public let name: String
    /// What was found.
    public let outcome: Outcome
    /// What was seen, in a few words; why it was skipped.
    public let told: String
    /// How to mend it; empty where nothing is wrong.
    public let mend: String

    static func ok(_ name: String, _ told: String) -> KafkaCheck { KafkaCheck(name: name, outcome: .ok, told: told, mend: "") }

    static func fault(_ name: String, _ told: String, _ mend: String) -> KafkaCheck {
        KafkaCheck(name: name, outcome: .fault, told: told, mend: mend)
    }

    static func skipped(_ name: String, _ why: String) -> KafkaCheck { KafkaCheck(name: name, outcome: .skipped, told: why, mend: "") }
}
