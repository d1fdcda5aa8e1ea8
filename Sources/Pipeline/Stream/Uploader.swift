internal import Checksums
internal import SalesModel

/// Brings one cut file into the store: dead letters first, then a look whether it is there already, then the upload.
struct Uploader: Sendable {
    let store: any ObjectStore
    let spool: any Spool
    let deadLetters: DeadLetterSink
    let clock: any PipelineClock
    /// An attempt that has not begun its upload after this long asks the owner again whether the partition is still its.
    static let deadline = Duration.seconds(30)

    enum Outcome: Sendable {
        case stored
        /// The deadline passed, or the assignment has ended: nothing was begun since.
        case expired
        case failed(PortError)
        /// The same name with other bytes.
        case contradicted(String)
    }

    func upload(_ file: PartitionPlan.File, of partition: TopicPartition, country: CountryCode, while assignment: Assignment) async
        -> Outcome
    {
        let name = RangeFileName(partition, from: file.from, cut: file.cut).description
        let sha256 = SHA256.hash(file.bytes)
        let metadata = FileMetadata(
            rows: file.rows, sha256: sha256.description, range: file.from..<file.cut, deadLetters: file.deadLetters.count)
        let deadline = clock.elapsed() + Self.deadline
        do {
            // A copy for people: a spool that cannot be written costs the copy and nothing else.
            let copy = try? await spool.write(country: country.description, name: name, file.bytes)
            let body = ObjectBody(file.bytes, sha256: sha256, file: copy)
            try await deadLetters.send(file.deadLetters, of: partition)
            while true {
                for key in ["\(Names.inbound(country))/\(name)", "\(Names.processed(country))/\(name)"] {
                    guard let there = try await store.head(key) else { continue }
                    return there.metadata["sales-sha256"] == metadata.sha256
                        ? .stored : .contradicted("\(key) is there with other bytes than the messages of its range give")
                }
                guard assignment.isCurrent, clock.elapsed() < deadline else { return .expired }
                let key = "\(Names.inbound(country))/\(name)"
                if case .stored = try await store.put(key, body, metadata: metadata.values, overwriting: false) {
                    return .stored
                }
            }
        } catch {
            return .failed(error)
        }
    }
}
