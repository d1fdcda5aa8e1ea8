internal import Logging
public import SalesModel

/// Takes mended reject files up again: rows that are sales now are written; a file all of whose rows are goes to `Rejected/Mended/`.
///
/// One that still holds a bad row stays, and can be mended and taken up again: rows that were written before are identical then.
struct RejectReloader: Sendable {
    let stage: Loader

    func run(stop: StopSignal) async throws(StageError) -> [CountryCode: LoadCounts] {
        var counts: [CountryCode: LoadCounts] = [:]
        for country in stage.settings.countries {
            var total = LoadCounts()
            let keys = try await port { () throws(PortError) in try await FileListing.keys(stage.store, Names.rejected(country)) }
            for key in keys where key.hasSuffix(".csv") && !stop.isStopping {
                if let file = try await RejectedFile(stage.store, key) { total.add(try await load(file, country)) }
            }
            counts[country] = total
        }
        return counts
    }

    private func load(_ file: RejectedFile, _ country: CountryCode) async throws(StageError) -> LoadCounts {
        var counts = LoadCounts()
        for record in file.records {
            let batch = file.row(of: record, country: country)
            let why: String
            if batch.count == 1 {
                let answers = try await stage.writer.write(batch, board: country)
                guard answers.outcomes == [.conflicting], stage.settings.onConflict == .reject else {
                    counts.rows += 1
                    counts.identical += answers.outcomes == [.identical] ? 1 : 0
                    counts.conflicts += answers.outcomes == [.conflicting] ? 1 : 0
                    continue
                }
                counts.conflicts += 1
                why = "the table has another sale under this sale_id"
            } else {
                why = batch.rejections.first.map(\.fault.description) ?? "it is no row"
            }
            counts.rejected += 1
            stage.logger.warning(
                "a row is no sale yet", metadata: ["file": "\(file.object.key)", "line": "\(record.line)", "because": "\(why)"])
        }
        guard counts.rejected == 0 else { return counts }
        let mover = Mover(store: stage.store, logger: stage.logger)
        let destination = "\(Names.mended(country))/\(Names.file(of: file.object.key))"
        if try await port({ () throws(PortError) in try await mover.move(file.object, to: destination) }) == .moved { counts.files = 1 }
        return counts
    }
}

extension Loader {
    /// Loads what people have mended in `Inbound/<country>/Rejected/`; `rejected` counts the rows that are still no sales.
    public func reloadRejects(stop: StopSignal) async throws(StageError) -> [CountryCode: LoadCounts] {
        try await RejectReloader(stage: self).run(stop: stop)
    }
}
