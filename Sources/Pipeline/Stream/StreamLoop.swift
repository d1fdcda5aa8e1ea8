internal import Logging
internal import SalesModel
internal import Synchronization

/// The state of one streamer's run, and a step after the other. Used by one task alone.
final class StreamLoop {
    /// A partition that is ours.
    struct Owned {
        var plan: PartitionPlan
        let assignment: Assignment
        let country: CountryCode
        var transcoder: SaleTranscoder
        /// The first commit after a takeover that sets a new position has still to be made.
        var isNew: Bool
    }

    /// A file whose upload is to be begun.
    struct Cut {
        let partition: TopicPartition
        let country: CountryCode
        let assignment: Assignment
        let file: PartitionPlan.File
        /// After a failure: how long to wait before.
        let wait: Duration?
    }

    /// What an upload has come to, and of which assignment it is.
    struct Upload {
        let partition: TopicPartition
        let assignment: Assignment
        let cut: Int64
        let outcome: Uploader.Outcome
    }

    /// Commits are gathered for this long, so that one request carries many files: the loop waits for each of its answers. Less where there is
    /// nothing else to do.
    static let commitInterval = Duration.milliseconds(50)
    static let longestPoll = Duration.milliseconds(100)
    static let pollDuringUploads = Duration.milliseconds(5)

    let stage: Streamer
    let stop: StopSignal
    let drainSignal: StopSignal
    let settings: StreamSettings
    let countryOf: [String: CountryCode]
    let uploader: Uploader
    let takeover: Takeover
    let finished = Mailbox<Upload>()

    var consumer: (any LogConsumer)?
    var owned: [TopicPartition: Owned] = [:]
    /// Partitions that are ours but whose former owner's uploads may still land, and when that is over.
    var waiting: [TopicPartition: Duration] = [:]
    var retrying: Retrying
    var uploadRetries: [TopicPartition: Retrying] = [:]
    var drain: DrainGoal?
    var lastCommit = Duration.zero
    /// There is nothing else to do than to commit.
    var eager = false
    /// A contradiction in one partition: the others are finished before it is thrown.
    var fatal: StageError?
    var counts: [CountryCode: StreamCounts]

    init(_ stage: Streamer, stop: StopSignal, drain: StopSignal) {
        self.stage = stage
        self.stop = stop
        drainSignal = drain
        settings = stage.settings
        countryOf = Dictionary(settings.countries.map { (Names.topic($0), $0) }, uniquingKeysWith: { first, _ in first })
        let deadLetters = DeadLetterSink(stage.log)
        uploader = Uploader(
            store: stage.store, spool: stage.spool, deadLetters: deadLetters, clock: stage.clock)
        takeover = Takeover(
            log: stage.log, store: stage.store, group: settings.group, resumingFromFiles: settings.resumeFromFiles)
        retrying = Retrying(settings.retry, salt: settings.group.utf8.reduce(0) { $0 &* 31 &+ Int($1) })
        counts = Dictionary(settings.countries.map { ($0, StreamCounts()) }, uniquingKeysWith: { first, _ in first })
    }

    func run(_ uploads: inout DiscardingTaskGroup) async throws(StageError) {
        while true {
            do throws(PortError) {
                let consumer = try await membership()
                let files = try await withTaskExecutorPreference(consumer.preferredExecutor) { () async throws(PortError) in
                    try await filesToUpload(consumer)
                }
                guard let files else { break }
                start(files, in: &uploads)
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

    /// Polls, and does what follows, until files are to be uploaded; nil once the work is done.
    func filesToUpload(_ consumer: any LogConsumer) async throws(PortError) -> [Cut]? {
        while true {
            if drain == nil, drainSignal.isStopping {
                drain = try await DrainGoal(stage.log, topics: settings.countries.map(Names.topic), group: settings.group)
            }
            takeFinishedUploads()
            try await takeWaiting(consumer)
            let stopping = stop.isStopping || fatal != nil
            cut(all: stopping)
            try await commit(consumer, eager: stopping)
            let files = notedCuts()
            if !files.isEmpty { return files }
            if stopping {
                if owned.values.allSatisfy({ $0.plan.isSettled }) { return nil }
            } else if let drained = try await drain?.isReached(
                owned.mapValues { ($0.plan.position, $0.plan.isIdle) }, at: stage.clock.elapsed()),
                drained
            {
                return nil
            }
            try await poll(consumer, stopping: stopping)
            retrying.succeeded()
        }
    }

    func poll(_ consumer: any LogConsumer, stopping: Bool) async throws(PortError) {
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
    }

    func membership() async throws(PortError) -> any LogConsumer {
        if let consumer { return consumer }
        let opened = try await stage.log.openConsumer(
            Membership(group: settings.group, topics: settings.countries.map(Names.topic), sessionTimeout: settings.sessionTimeout))
        consumer = opened
        return opened
    }

    /// A membership that has failed is left for good: nothing that was computed in it may be committed any more.
    func rejoin(after error: PortError) async throws(StageError) {
        dropAll()
        await consumer?.close()
        consumer = nil
        guard error.isRetriable || error.kind == .fenced, let wait = retrying.failed(at: stage.clock.elapsed()) else { throw .port(error) }
        stage.logger.warning("left the group and joins again", metadata: ["group": "\(settings.group)", "because": "\(error)"])
        try await port { () throws(PortError) in try await stage.clock.sleep(for: wait) }
    }

    // MARK: Messages

    func take(_ batch: MessageBatch) {
        // Out of the dictionary while it changes, so that its rows are not copied.
        guard var mine = owned.removeValue(forKey: batch.partition) else { return }
        mine.plan.share = settings.memory / (owned.count + 1)
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

    func cut(all: Bool) {
        let now = stage.clock.elapsed()
        for partition in owned.keys {
            let drained = drain.map { $0.covers(partition, owned[partition]?.plan.position ?? 0) } ?? false
            owned[partition]?.plan.cutIfDue(at: now, all: all || drained)
        }
        giveRoom(at: now)
    }

    /// Where open files alone fill the memory, the largest of them give way: a quarter of the memory at once, so that they are stored side by side.
    func giveRoom(at now: Duration) {
        guard total > settings.memory, owned.values.allSatisfy({ $0.plan.filesInFlight == 0 }) else { return }
        var wanted = total - settings.memory * 3 / 4
        let bySize = owned.map { (size: $0.value.plan.size, partition: $0.key) }.sorted {
            ($0.size, $0.partition) > ($1.size, $1.partition)
        }
        for (size, partition) in bySize where owned[partition]?.plan.due != nil {
            owned[partition]?.plan.cutIfDue(at: now, all: true)
            wanted -= size
            if wanted <= 0 { return }
        }
    }

    var total: Int { owned.values.reduce(0) { $0 + $1.plan.size } }

    /// Partitions of which no more is taken: all of them while the memory is full, each while a long list of its files is in flight.
    func held(stopping: Bool) -> Set<TopicPartition> {
        if stopping { return Set(owned.keys) }
        let full = total > settings.memory
        let inFlight = owned.values.contains { $0.plan.filesInFlight > 0 }
        return Set(
            owned.filter { full && (inFlight || $0.value.plan.due != nil) || $0.value.plan.filesInFlight > 2 * CutNote.maximumCuts }.keys)
    }

    func pollWait() -> Duration {
        if owned.values.contains(where: { $0.plan.filesInFlight > 0 }) { return Self.pollDuringUploads }
        let now = stage.clock.elapsed()
        let due = owned.values.compactMap { $0.plan.due }.min() ?? now + Self.longestPoll
        return max(.milliseconds(1), min(due - now, Self.longestPoll))
    }
}
