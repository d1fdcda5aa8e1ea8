internal import Logging
internal import SalesModel

/// What is committed, and the uploads that follow from it.
extension StreamLoop {
    func commit(_ consumer: any LogConsumer, eager now: Bool, only: Set<TopicPartition>? = nil) async throws(PortError) {
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
        guard try await consumer.commit(desired.mapValues(\.position)) == .kept else { return }
        lastCommit = stage.clock.elapsed()
        for (partition, position) in desired.sorted(by: { $0.key < $1.key }) {
            owned[partition]?.isNew = false
            guard let passed = owned[partition]?.plan.acknowledged(position), let country = owned[partition]?.country else { continue }
            for file in passed { await done(file, partition, country) }
        }
    }

    func done(_ file: PartitionPlan.File, _ partition: TopicPartition, _ country: CountryCode) async {
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

    /// Files whose cuts are committed, so that their uploads may begin.
    func notedCuts() -> [Cut] {
        var cuts: [Cut] = []
        // In an order that does not change from run to run, so that a simulated run can be replayed.
        for partition in owned.keys.sorted() {
            guard let files = owned[partition]?.plan.uploads(unnoted: settings.sabotage.contains(.uploadBeforeNote)),
                let mine = owned[partition]
            else { continue }
            let wait = uploadRetries[partition]?.pending
            cuts += files.map { Cut(partition: partition, country: mine.country, assignment: mine.assignment, file: $0, wait: wait) }
        }
        return cuts
    }

    /// Begins uploads; not in a part of the task that prefers the consumer's thread, for they would prefer it too.
    func start(_ cuts: [Cut], in uploads: inout DiscardingTaskGroup) {
        for cut in cuts {
            uploads.addTask { [uploader, finished, clock = stage.clock] in
                if let wait = cut.wait { try? await clock.sleep(for: wait) }
                let outcome = await uploader.upload(cut.file, of: cut.partition, country: cut.country, while: cut.assignment)
                finished.put(Upload(partition: cut.partition, assignment: cut.assignment, cut: cut.file.cut, outcome: outcome))
            }
        }
    }

    func takeFinishedUploads() {
        for upload in finished.takeAll() {
            // An answer to a question of a former assignment is nobody's.
            guard let mine = owned[upload.partition], mine.assignment === upload.assignment else { continue }
            switch upload.outcome {
            case .stored:
                owned[upload.partition]?.plan.stored(upload.cut)
                uploadRetries[upload.partition] = nil
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

    func fail(_ error: StageError, _ partition: TopicPartition) {
        stage.logger.error("\(error)", metadata: ["partition": "\(partition)"])
        fatal = fatal ?? error
        drop(partition)
    }
}
