internal import Logging
internal import SalesModel
internal import Synchronization

/// The state of one streamer's run, and a step after the other. Used by one task alone.
final class StreamLoop {
    /// A partition that is ours.
    private struct Owned {
        var plan: PartitionPlan
        let assignment: Assignment
        let country: CountryCode
        var transcoder: SaleTranscoder
        /// The first commit after a takeover that sets a new position has still to be made.
        var isNew: Bool
    }

    /// What an upload has come to, and of which assignment it is.
    private struct Upload {
        let partition: TopicPartition
        let assignment: Assignment
        let cut: Int64
        let outcome: Uploader.Outcome
    }

    /// Commits are gathered for this long, so that one request carries many files; less where something waits for it.
    private static let commitInterval = Duration.milliseconds(50)
    private static let longestPoll = Duration.milliseconds(100)
    private static let pollDuringUploads = Duration.milliseconds(5)

    private let stage: Streamer
    private let stop: StopSignal
    private let drainSignal: StopSignal
    private let settings: StreamSettings
    private let countryOf: [String: CountryCode]
    private let uploader: Uploader
    private let takeover: Takeover
    private let finished = Mailbox<Upload>()

    private var consumer: (any LogConsumer)?
    private var owned: [TopicPartition: Owned] = [:]
    private var retrying: Retrying
    private var uploadRetries: [TopicPartition: Retrying] = [:]
    private var drain: DrainGoal?
    private var lastCommit = Duration.zero
    private var eager = false
    /// A contradiction in one partition: the others are finished before it is thrown.
    private var fatal: StageError?
    private(set) var counts: [CountryCode: StreamCounts]

    init(_ stage: Streamer, stop: StopSignal, drain: StopSignal) {
        self.stage = stage
        self.stop = stop
        drainSignal = drain
        settings = stage.settings
        countryOf = Dictionary(settings.countries.map { (Names.topic($0), $0) }, uniquingKeysWith: { first, _ in first })
        let deadLetters = DeadLetterSink(stage.log)
        uploader = Uploader(
            store: stage.store, spool: stage.spool, deadLetters: deadLetters, clock: stage.clock, retry: settings.retry)
        takeover = Takeover(
            log: stage.log, store: stage.store, clock: stage.clock, group: settings.group, resumingFromFiles: settings.resumeFromFiles)
        retrying = Retrying(settings.retry, salt: settings.group.utf8.reduce(0) { $0 &* 31 &+ Int($1) })
        counts = Dictionary(settings.countries.map { ($0, StreamCounts()) }, uniquingKeysWith: { first, _ in first })
    }

    func run(_ uploads: inout DiscardingTaskGroup) async throws(StageError) {
        while true {
            do throws(PortError) {
                if try await step(&uploads) { break }
                retrying.succeeded()
            } catch {
                try await rejoin(after: error)
            }
        }
        if let fatal { throw fatal }
    }

    /// Gives up what is ours; files that are under way are left to the next owner.
    func leave() async {
        dropAll()
        await consumer?.close()
        consumer = nil
        await uploader.deadLetters.close()
    }

    // MARK: A step

    /// Takes what has happened, does what follows, polls once. Returns whether the work is done.
    private func step(_ uploads: inout DiscardingTaskGroup) async throws(PortError) -> Bool {
        if drain == nil, drainSignal.isStopping {
            drain = try await DrainGoal(stage.log, topics: settings.countries.map(Names.topic), group: settings.group)
        }
        let consumer = try await membership()
        takeFinishedUploads()
        let stopping = stop.isStopping || fatal != nil
        cut(all: stopping)
        try await commit(consumer, eager: stopping)
        startUploads(&uploads)
        if stopping {
            if owned.values.allSatisfy({ $0.plan.isSettled }) { return true }
        } else if let drained = try await drain?.isReached(
            owned.mapValues { ($0.plan.position, $0.plan.isIdle) }, at: stage.clock.elapsed()),
            drained
        {
            return true
        }
        let event = try await consumer.poll(wait: pollWait(), holding: held(stopping: stopping))
        eager = false
        switch event {
        case .assigned(let partitions): try await assigned(partitions, consumer)
        case .revoked(let partitions, let lost): try await revoked(partitions, lost: lost, consumer)
        case .messages(let batch): take(batch)
        case .end(let partition, let offset):
            owned[partition]?.plan.reached(offset)
            eager = true
        case .idle: eager = true
        }
        return false
    }

    private func membership() async throws(PortError) -> any LogConsumer {
        if let consumer { return consumer }
        let opened = try await stage.log.openConsumer(
            Membership(group: settings.group, topics: settings.countries.map(Names.topic), sessionTimeout: settings.sessionTimeout))
        consumer = opened
        return opened
    }

    /// A membership that has failed is left for good: nothing that was computed in it may be committed any more.
    private func rejoin(after error: PortError) async throws(StageError) {
        dropAll()
        await consumer?.close()
        consumer = nil
        guard error.isRetriable || error.kind == .fenced, let wait = retrying.failed(at: stage.clock.elapsed()) else { throw .port(error) }
        stage.logger.warning("left the group and joins again", metadata: ["group": "\(settings.group)", "because": "\(error)"])
        try await port { () throws(PortError) in try await stage.clock.sleep(for: wait) }
    }

    // MARK: Partitions come and go

    private func assigned(_ partitions: [TopicPartition], _ consumer: any LogConsumer) async throws(PortError) {
        let positions = try await consumer.committed(partitions)
        for partition in partitions {
            guard let country = countryOf[partition.topic] else { continue }
            let start: Takeover.Start
            do {
                start = try await takeover.start(partition, country: country, committed: positions[partition])
                try await StoreMarker.check(stage, partition: partition, country: country, topicID: start.topicID)
            } catch {
                switch error {
                case .port(let error): throw error
                default:
                    // What was fetched may be old by now: whoever got the partition meanwhile has moved its position before its files came.
                    guard try await consumer.committed([partition])[partition] == positions[partition] else {
                        throw PortError(.fenced, "taking over", of: "\(partition)", because: "its position has moved meanwhile")
                    }
                    stage.logger.error("\(error)", metadata: ["partition": "\(partition)"])
                    fatal = fatal ?? error
                    continue
                }
            }
            try await consumer.start(partition, at: start.note.from)
            owned[partition] = Owned(
                plan: PartitionPlan(
                    partition, note: start.note, adopting: start.chain, topicID: start.topicID,
                    limits: .init(rows: settings.rows, age: settings.age), header: Array("\(SaleField.header)\n".utf8)),
                assignment: Assignment(), country: country, transcoder: SaleTranscoder(country: country), isNew: start.isNew)
            stage.logger.info("takes \(partition) from offset \(start.note.from)", metadata: ["cuts": "\(start.note.cuts.count)"])
        }
    }

    private func revoked(_ partitions: [TopicPartition], lost: Bool, _ consumer: any LogConsumer) async throws(PortError) {
        if !lost { try await commit(consumer, eager: true, only: Set(partitions)) }
        for partition in partitions { drop(partition) }
        stage.logger.info(lost ? "lost partitions" : "gives partitions back", metadata: ["count": "\(partitions.count)"])
    }

    private func drop(_ partition: TopicPartition) {
        owned.removeValue(forKey: partition)?.assignment.end()
        uploadRetries[partition] = nil
    }

    private func dropAll() { for partition in Array(owned.keys) { drop(partition) } }

    // MARK: Messages

    private func take(_ batch: MessageBatch) {
        // Out of the dictionary while it changes, so that its rows are not copied.
        guard var mine = owned.removeValue(forKey: batch.partition) else { return }
        let now = stage.clock.elapsed()
        let bytes = batch.bytes.span.bytes
        for entry in batch.entries where entry.offset >= mine.plan.position {
            mine.plan.approach(entry.offset)
            guard let value = entry.value else {
                mine.plan.tookDeadLetter(
                    .init(offset: entry.offset, reason: "a message without a value (a tombstone)", value: nil), at: now)
                continue
            }
            do throws(InvalidSale) {
                try mine.plan.appendRow(bytes.extracting(value), with: &mine.transcoder)
                mine.plan.tookRow(entry.offset, at: now)
            } catch {
                mine.plan.tookDeadLetter(.init(offset: entry.offset, reason: error.description, value: Array(batch.bytes[value])), at: now)
            }
        }
        mine.plan.reached(batch.next)
        owned[batch.partition] = mine
    }

    private func cut(all: Bool) {
        let now = stage.clock.elapsed()
        for partition in owned.keys {
            let drained = drain.map { $0.covers(partition, owned[partition]?.plan.position ?? 0) } ?? false
            owned[partition]?.plan.cutIfDue(at: now, all: all || drained)
        }
        // Where open files alone fill the memory, the largest gives way.
        guard total > settings.memory, owned.values.allSatisfy({ $0.plan.filesInFlight == 0 }),
            let largest = owned.filter({ $0.value.plan.due != nil }).max(by: { ($0.value.plan.size, $0.key) < ($1.value.plan.size, $1.key) }
            )?.key
        else { return }
        owned[largest]?.plan.cutIfDue(at: now, all: true)
    }

    private var total: Int { owned.values.reduce(0) { $0 + $1.plan.size } }

    /// Partitions of which no more is taken: all of them while the memory is full, each while a long list of its files is in flight.
    private func held(stopping: Bool) -> Set<TopicPartition> {
        if stopping { return Set(owned.keys) }
        let full = total > settings.memory
        let inFlight = owned.values.contains { $0.plan.filesInFlight > 0 }
        return Set(
            owned.filter { full && (inFlight || $0.value.plan.due != nil) || $0.value.plan.filesInFlight > 2 * CutNote.maximumCuts }.keys)
    }

    private func pollWait() -> Duration {
        if owned.values.contains(where: { $0.plan.filesInFlight > 0 }) { return Self.pollDuringUploads }
        let now = stage.clock.elapsed()
        let due = owned.values.compactMap { $0.plan.due }.min() ?? now + Self.longestPoll
        return max(.milliseconds(1), min(due - now, Self.longestPoll))
    }

    // MARK: Commits and uploads

    private func commit(_ consumer: any LogConsumer, eager now: Bool, only: Set<TopicPartition>? = nil) async throws(PortError) {
        guard now || eager || stage.clock.elapsed() - lastCommit >= Self.commitInterval else { return }
        var desired: [TopicPartition: PartitionPlan.Desired] = [:]
        for (partition, mine) in owned where only?.contains(partition) ?? true {
            if settings.sabotage.contains(.commitRowsInMemory), mine.plan.position > mine.plan.committedOffset {
                desired[partition] = .init(offset: mine.plan.position, cuts: [])
            } else if let wanted = mine.plan.desired {
                desired[partition] = wanted
            } else if mine.isNew {
                desired[partition] = .init(offset: mine.plan.committedOffset, cuts: [], topicID: mine.plan.topicID)
            }
        }
        guard !desired.isEmpty else { return }
        try await consumer.commit(desired.mapValues(\.position))
        lastCommit = stage.clock.elapsed()
        for (partition, position) in desired.sorted(by: { $0.key < $1.key }) {
            owned[partition]?.isNew = false
            guard let passed = owned[partition]?.plan.acknowledged(position), let country = owned[partition]?.country else { continue }
            for file in passed { await done(file, partition, country) }
        }
    }

    private func done(_ file: PartitionPlan.File, _ partition: TopicPartition, _ country: CountryCode) async {
        counts[country, default: StreamCounts()].rows += file.rows
        counts[country, default: StreamCounts()].deadLetters += file.letters
        counts[country, default: StreamCounts()].messages += file.rows + file.letters
        counts[country, default: StreamCounts()].files += 1
        stage.board.update(country) {
            $0.streamed += file.rows + file.letters
            $0.files += 1
        }
        let name = RangeFileName(partition, from: file.from, cut: file.cut).description
        stage.logger.info("landed \(name)", metadata: ["rows": "\(file.rows)", "deadLetters": "\(file.letters)"])
        do { try await stage.spool.archive(country: country.description, name: name) } catch {
            stage.logger.warning("could not move the local copy to Archived/", metadata: ["file": "\(name)", "because": "\(error)"])
        }
    }

    private func startUploads(_ uploads: inout DiscardingTaskGroup) {
        // In an order that does not change from run to run, so that a simulated run can be replayed.
        for partition in owned.keys.sorted() {
            guard let files = owned[partition]?.plan.uploads(unnoted: settings.sabotage.contains(.uploadBeforeNote)),
                let mine = owned[partition]
            else { continue }
            let (assignment, country) = (mine.assignment, mine.country)
            let wait = uploadRetries[partition]?.pending
            for file in files {
                uploads.addTask { [uploader, finished, clock = stage.clock] in
                    if let wait { try? await clock.sleep(for: wait) }
                    let outcome = await uploader.upload(file, of: partition, country: country, while: assignment)
                    finished.put(Upload(partition: partition, assignment: assignment, cut: file.cut, outcome: outcome))
                }
            }
        }
    }

    private func takeFinishedUploads() {
        for upload in finished.takeAll() {
            // An answer to a question of a former assignment is nobody's.
            guard let mine = owned[upload.partition], mine.assignment === upload.assignment else { continue }
            switch upload.outcome {
            case .stored:
                owned[upload.partition]?.plan.stored(upload.cut)
                uploadRetries[upload.partition] = nil
                eager = true
            case .expired:
                owned[upload.partition]?.plan.gaveUp(upload.cut)
            case .failed(let error):
                var retrying = uploadRetries[upload.partition] ?? Retrying(settings.retry, salt: upload.partition.partition)
                if error.isRetriable, retrying.again(at: stage.clock.elapsed()) {
                    uploadRetries[upload.partition] = retrying
                    owned[upload.partition]?.plan.gaveUp(upload.cut)
                    stage.logger.warning("upload failed and is tried again", metadata: ["because": "\(error)"])
                } else {
                    stage.logger.error("upload failed", metadata: ["because": "\(error)"])
                    fail(.port(error), upload.partition)
                }
            case .contradicted(let what):
                fail(.contradiction(what, mend: "Another program writes to this folder, or the topic was made anew"), upload.partition)
            }
        }
    }

    private func fail(_ error: StageError, _ partition: TopicPartition) {
        stage.logger.error("\(error)", metadata: ["partition": "\(partition)"])
        fatal = fatal ?? error
        drop(partition)
    }
}
