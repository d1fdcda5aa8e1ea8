internal import Checksums
internal import Logging
internal import SalesModel

/// Loads one file: checks it against its own metadata, writes its rows, writes what was refused to a reject file, moves it away.
///
/// It can be repeated from any point: rows are keyed, the reject file is a function of the file, a move can be finished by anyone.
struct FileLoader: Sendable {
    let stage: Loader
    let country: CountryCode

    enum Outcome: Sendable {
        case loaded(LoadCounts)
        /// Somebody else moved or replaced it meanwhile.
        case gone
    }

    func load(_ listed: ObjectInfo) async throws(StageError) -> Outcome {
        let store = stage.store
        guard let object = try await port({ () throws(PortError) in try await store.head(listed.key) }) else { return .gone }
        let name = Names.file(of: object.key)
        let metadata = try metadata(of: object)
        if metadata == nil, RangeFileName(name)?.partition.topic == Names.topic(country) {
            throw .contradiction(
                "\(object.key) fails its own check: it bears the name of a streamed file, but its metadata are gone",
                mend:
                    "It was edited or copied without them and stays where it is; restore it, or rename it to load it as a file from elsewhere"
            )
        }
        let destination = "\(Names.processed(country))/\(name)"
        if metadata != nil, let done = try await port({ () throws(PortError) in try await store.head(destination) }),
            done.metadata["sales-sha256"] == object.metadata["sales-sha256"], done.size == object.size
        {
            // The move was half done, or a late upload brought the file back: its rows are where they belong.
            return try await move(object, destination, LoadCounts())
        }
        var content = FileContent(store, object, keeping: stage.settings.keptFileSize)
        if let metadata {
            guard let sha256 = try await content.checksum() else { return .gone }
            guard sha256 == metadata.sha256 else {
                throw corrupt(object, "its bytes have the SHA-256 \(sha256), its metadata say \(metadata.sha256)")
            }
        }
        var counts = LoadCounts()
        if metadata == nil { counts.unverified = 1 }
        var rejects = RejectedRows(limit: Int(stage.settings.keptFileSize))
        guard try await rows(of: &content, object, &counts, &rejects) else { return .gone }
        if let metadata, counts.rows + rejects.count != metadata.rows {
            throw corrupt(object, "it has \(counts.rows + rejects.count) rows, its metadata say \(metadata.rows)")
        }
        counts.rejected = rejects.count
        if rejects.count > 0 {
            let source = metadata?.sha256 ?? object.etag
            try await port { [rejects] () throws(PortError) in
                try await rejects.keep(in: store, folder: Names.rejected(country), name: name, source: source)
            }
        }
        counts.files = 1
        return try await move(object, destination, counts)
    }

    private func metadata(of object: ObjectInfo) throws(StageError) -> FileMetadata? {
        do { return try FileMetadata(object.metadata) } catch {
            switch error {
            case .newer(let version):
                throw .contradiction(
                    "\(object.key) is of version \(version), which this program does not know", mend: "Load it with a newer version")
            case .unreadable(let name): throw corrupt(object, "its metadata have no usable \(name)")
            }
        }
    }

    private func corrupt(_ object: ObjectInfo, _ why: String) -> StageError {
        .contradiction(
            "\(object.key) fails its own check: \(why)", mend: "It stays where it is and nothing of it was moved; restore or remove it")
    }

    private func move(_ object: ObjectInfo, _ destination: String, _ counts: LoadCounts) async throws(StageError) -> Outcome {
        let mover = Mover(store: stage.store, logger: stage.logger, sabotage: stage.settings.sabotage)
        return try await port { () throws(PortError) in
            try await mover.move(object, to: destination) == .moved ? .loaded(counts) : .gone
        }
    }

    /// Writes all rows. Whether the file was there to its end.
    private func rows(
        of content: inout FileContent, _ object: ObjectInfo, _ counts: inout LoadCounts, _ rejects: inout RejectedRows
    ) async throws(StageError) -> Bool {
        var reader = SaleFileReader(country: country)
        var batch = RowBatch()
        content.rewind()
        do {
            while true {
                guard let piece = try await content.next() else { return false }
                if piece.isEmpty { try reader.finish(into: &batch) } else { try reader.read(piece.span.bytes, into: &batch) }
                rejects.header = reader.header
                if piece.isEmpty || batch.count >= stage.table.maximumBatch {
                    try await write(batch, &counts, &rejects)
                    if rejects.isFull {
                        throw StageError.contradiction(
                            "\(object.key) holds more rows that are no sales than a reject file may have, the first in line \(rejects.firstLine)",
                            mend: "It stays where it is; look whether it is a file of sales")
                    }
                    batch.removeAll()
                }
                if piece.isEmpty { return true }
            }
        } catch let error as InvalidHeader {
            throw .contradiction(
                "\(object.key) cannot be loaded: \(error)", mend: "It stays where it is; mend the header or take the file away")
        } catch let error as StageError {
            throw error
        } catch {
            throw .port(PortError(.defect, "loading", of: object.key, because: "\(error)"))
        }
    }

    private func write(_ batch: RowBatch, _ counts: inout LoadCounts, _ rejects: inout RejectedRows) async throws(StageError) {
        for row in batch.rejections { rejects.add(row, of: batch) }
        let answers = try await stage.writer.write(batch, board: country)
        counts.rows += batch.count
        counts.throttled += answers.throttled
        for (row, outcome) in answers.outcomes.enumerated() {
            switch outcome {
            case .written, .tryAgain: break
            case .identical: counts.identical += 1
            case .conflicting:
                counts.conflicts += 1
                guard stage.settings.onConflict == .reject else { continue }
                counts.rows -= 1
                rejects.add(
                    RejectRecord(
                        line: batch.line(of: row), column: .saleID, reason: "the table has another sale under this sale_id",
                        original: Array(batch.bytes[batch.original(of: row)])))
            }
        }
    }
}
