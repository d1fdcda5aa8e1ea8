import Checksums
import Pipeline
import SalesModel
import Synchronization

/// What goes wrong with a call.
enum Fault: Sendable {
    /// The call fails before it has had any effect.
    case before
    /// The call fails when a part of its effect has happened.
    case middle
    /// The call has its effect, and the answer is lost.
    case after
}

/// The faults of calls to come, one a call that changes something.
final class FaultPlan: Sendable {
    private let faults: Mutex<[Fault?]>

    init(_ faults: [Fault?]) { self.faults = Mutex(faults) }

    func next() -> Fault? { faults.withLock { $0.isEmpty ? nil : $0.removeFirst() } }

    static let error = PortError(.unreachable, "call", of: "the service", because: "the connection was lost")
}

/// A store of which some calls fail.
struct FaultyStore: ObjectStore {
    let store: any ObjectStore
    let plan: FaultPlan

    var guarantees: StoreGuarantees { store.guarantees }

    private func faulty<Result>(_ body: () async throws(PortError) -> Result) async throws(PortError) -> Result {
        switch plan.next() {
        case nil: return try await body()
        case .before, .middle: throw FaultPlan.error
        case .after:
            _ = try await body()
            throw FaultPlan.error
        }
    }

    func head(_ key: String) async throws(PortError) -> ObjectInfo? { try await store.head(key) }
    func put(
        _ key: String, _ body: ObjectBody, metadata: [String: String], overwriting: Bool
    ) async throws(PortError) -> PutOutcome {
        try await faulty { () throws(PortError) in
            try await store.put(key, body, metadata: metadata, overwriting: overwriting)
        }
    }
    func get(_ key: String, etag: String, from offset: Int64, count: Int) async throws(PortError) -> [UInt8]? {
        try await store.get(key, etag: etag, from: offset, count: count)
    }
    func list(folder: String, after: String?) async throws(PortError) -> ObjectPage { try await store.list(folder: folder, after: after) }
    func copy(_ key: String, etag: String, to destination: String) async throws(PortError) -> CopyOutcome {
        try await faulty { () throws(PortError) in try await store.copy(key, etag: etag, to: destination) }
    }
    func delete(_ key: String, etag: String) async throws(PortError) -> DeleteOutcome {
        try await faulty { () throws(PortError) in try await store.delete(key, etag: etag) }
    }
}

/// A table of which some writes fail.
struct FaultyTable: SalesTable {
    let table: any SalesTable
    let plan: FaultPlan

    var maximumBatch: Int { table.maximumBatch }
    func create() async throws(PortError) -> Bool { try await table.create() }
    func counts() async throws(PortError) -> [CountryCode: Int] { try await table.counts() }
    func write(_ rows: RowBatch, _ range: Range<Int>, onConflict: ConflictPolicy) async throws(PortError) -> [RowOutcome] {
        switch plan.next() {
        case nil: return try await table.write(rows, range, onConflict: onConflict)
        case .before: break
        case .middle: _ = try await table.write(rows, range.prefix(range.count / 2), onConflict: onConflict)
        case .after: _ = try await table.write(rows, range, onConflict: onConflict)
        }
        throw FaultPlan.error
    }
    func present(_ rows: RowBatch, _ range: Range<Int>) async throws(PortError) -> [Bool] { try await table.present(rows, range) }
    func scan(country: CountryCode?, from cursor: String?) async throws(PortError) -> (rows: RowBatch, next: String?) {
        try await table.scan(country: country, from: cursor)
    }
}

/// A producer of which some commits fail; after a failure it is of no more use, as a real one.
struct FaultyProducer: LogProducer {
    let producer: any LogProducer
    let plan: FaultPlan

    func append(_ batch: OutgoingBatch) async throws(PortError) { try await producer.append(batch) }
    func commit(_ positions: [GroupPosition]) async throws(PortError) {
        switch plan.next() {
        case nil: return try await producer.commit(positions)
        case .before, .middle: break
        case .after: try await producer.commit(positions)
        }
        throw FaultPlan.error
    }
    func close() async { await producer.close() }
}
