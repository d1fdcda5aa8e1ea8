public import SalesModel
internal import Synchronization

extension StreamConfiguration {
    /// Makes the sales of several countries on several cores and hands them over in order: country by country, ordinal by ordinal.
    ///
    /// The bytes do not depend on `jobs`. At most 2 `jobs` pieces of 16,384 rows are in memory (1.3 MB in CSV, 2.9 MB in JSON); while `write` waits, nothing more is made.
    ///
    /// - Parameters:
    ///   - ordinals: which sales of each country.
    ///   - header: whether the format's header comes first, once.
    ///   - jobs: how many pieces are made at the same time; less than 1 counts as 1.
    ///   - write: takes the next bytes; they are used again when it returns.
    /// - Throws: `GeneratorError`, what `write` throws, `CancellationError`. Some of what
    ///   comes before in order has been written then, never anything behind a hole.
    public func generate(
        _ ordinals: Range<UInt64>, of countries: [CountryCode], format: RowFormat, header: Bool = true, jobs: Int,
        write: ([UInt8]) async throws -> Void
    ) async throws {
        var prototypes: [SalesGenerator] = []
        for country in countries { prototypes.append(try SalesGenerator(self, country: country)) }
        let desk = Desk(PiecePlan(ordinals: ordinals, countries: countries.count), prototypes, format, workers: 2 * max(1, jobs))
        let (news, finished) = AsyncThrowingStream.makeStream(of: Void.self)
        if header, !format.header.isEmpty { try await write(format.header) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            func hire() {
                while desk.hire(upTo: max(1, jobs)) { group.addTask { desk.work(reportingTo: finished) } }
            }
            var written = 0
            var arrivals = news.makeAsyncIterator()
            hire()
            while written < desk.plan.count {
                guard let worker = desk.finished(written) else {
                    guard try await arrivals.next() != nil else { throw CancellationError() }
                    continue
                }
                let bytes = worker.takeBytes()
                try await write(bytes)
                worker.giveBack(bytes)
                desk.giveBack(worker)
                written += 1
                hire()
            }
        }
    }
}

/// Where tasks find the next piece to make and put those that are made. A task goes from piece to piece as long as a worker is free, so no
/// core waits for the one that writes.
private final class Desk: Sendable {
    private struct State {
        var next = 0
        var idle: [Worker]
        var finished: [Int: Worker] = [:]
        var tasks = 0
    }

    let plan: PiecePlan
    private let prototypes: [SalesGenerator]
    private let format: RowFormat
    private let state: Mutex<State>

    init(_ plan: PiecePlan, _ prototypes: [SalesGenerator], _ format: RowFormat, workers: Int) {
        self.plan = plan
        self.prototypes = prototypes
        self.format = format
        state = Mutex(State(idle: (0..<workers).map { _ in Worker() }))
    }

    /// Whether one more task is wanted; it is then counted as there.
    func hire(upTo jobs: Int) -> Bool {
        state.withLock { state in
            guard state.tasks < min(jobs, state.idle.count + state.tasks), state.next + state.tasks < plan.count else { return false }
            state.tasks += 1
            return true
        }
    }

    /// A task's whole life: piece by piece while there are pieces and workers.
    func work(reportingTo news: AsyncThrowingStream<Void, any Error>.Continuation) {
        while let (piece, worker) = take() {
            do {
                let (country, range) = plan[piece]
                try worker.make(range, from: prototypes[country], format: format)
            } catch {
                news.finish(throwing: error)
                return
            }
            state.withLock { $0.finished[piece] = worker }
            news.yield()
        }
    }

    func finished(_ piece: Int) -> Worker? { state.withLock { $0.finished.removeValue(forKey: piece) } }

    func giveBack(_ worker: Worker) { state.withLock { $0.idle.append(worker) } }

    private func take() -> (piece: Int, worker: Worker)? {
        state.withLock { state in
            guard !Task.isCancelled, state.next < plan.count, let worker = state.idle.popLast() else {
                state.tasks -= 1
                return nil
            }
            state.next += 1
            return (state.next - 1, worker)
        }
    }
}

/// How a range of ordinals of several countries is cut into pieces.
struct PiecePlan {
    static let rows: UInt64 = 16_384

    let ordinals: Range<UInt64>
    private let piecesACountry: Int
    let count: Int

    init(ordinals: Range<UInt64>, countries: Int) {
        self.ordinals = ordinals
        piecesACountry = Int((ordinals.upperBound - ordinals.lowerBound + Self.rows - 1) / Self.rows)
        count = piecesACountry * countries
    }

    subscript(piece: Int) -> (country: Int, ordinals: Range<UInt64>) {
        let (country, place) = piece.quotientAndRemainder(dividingBy: piecesACountry)
        let from = ordinals.lowerBound + UInt64(place) * Self.rows
        return (country, from..<min(from + Self.rows, ordinals.upperBound))
    }
}

/// A generator with its buffer, which tasks pass on to each other without copying; one task has it at a time.
private final class Worker: Sendable {
    private struct State {
        var generator: SalesGenerator?
        var bytes: [UInt8] = []
    }

    private let state = Mutex(State())

    func make(_ ordinals: Range<UInt64>, from prototype: SalesGenerator, format: RowFormat) throws(GeneratorError) {
        try state.withLock { (state) throws(GeneratorError) in
            // Taken out while it works, so that there is one owner and nothing is copied.
            var generator = state.generator.take() ?? prototype
            if generator.country != prototype.country { generator = prototype }
            state.bytes.removeAll(keepingCapacity: true)
            // Enough for all but long product codes: growing by doubling would take twice the memory.
            state.bytes.reserveCapacity(Int(PiecePlan.rows) * (format == .csv ? 96 : 192))
            try generator.append(ordinals, format: format, to: &state.bytes)
            state.generator = generator
        }
    }

    func takeBytes() -> [UInt8] {
        state.withLock { state in
            let bytes = state.bytes
            state.bytes = []
            return bytes
        }
    }

    func giveBack(_ bytes: consuming [UInt8]) {
        let bytes = bytes
        state.withLock { $0.bytes = bytes }
    }
}
