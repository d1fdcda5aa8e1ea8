internal import Checksums
internal import SalesModel

/// The files of one country, each name once: a processed one stands for its copy in Inbound.
struct FileListing {
    struct Entry {
        var key: String
        var isProcessed: Bool
        /// Nil for a file that no streamer wrote.
        var range: RangeFileName?
    }

    /// In the order of their names.
    var entries: [Entry] = []

    init(_ store: any ObjectStore, _ country: CountryCode) async throws(PortError) {
        var named: [String: Entry] = [:]
        // Inbound first: what is moved meanwhile is then seen at least once.
        for (folder, isProcessed) in [(Names.inbound(country), false), (Names.processed(country), true)] {
            for key in try await Self.keys(store, folder) where key.hasSuffix(".csv") {
                let name = Names.file(of: key)
                let range = RangeFileName(name).flatMap { $0.partition.topic == Names.topic(country) ? $0 : nil }
                named[name] = Entry(key: key, isProcessed: isProcessed, range: range)
            }
        }
        entries = named.sorted { $0.key < $1.key }.map(\.value)
    }

    /// All keys of a folder.
    static func keys(_ store: any ObjectStore, _ folder: String) async throws(PortError) -> [String] {
        var keys: [String] = []
        var after: String?
        repeat {
            let page = try await store.list(folder: folder, after: after)
            keys += page.objects.map(\.key)
            after = page.next
        } while after != nil
        return keys
    }
}

/// One file's rows, read from end to end and given to whoever counts them.
struct FileWalk {
    let store: any ObjectStore
    let country: CountryCode

    struct Summary {
        var rows = 0
        /// Rows that are no sales.
        var refused = 0
        var metadata: FileMetadata?
        /// What is wrong with the file as a whole.
        var problem: String?
    }

    /// Nil where there is no such object.
    func walk(_ key: String, _ take: (RowBatch) async throws(PortError) -> Void) async throws(StageError) -> Summary? {
        guard let object = try await port({ () throws(PortError) in try await store.head(key) }) else { return nil }
        var summary = Summary()
        do { summary.metadata = try FileMetadata(object.metadata) } catch { summary.problem = "\(key) has metadata that cannot be used" }
        var content = FileContent(store, object, keeping: 16 << 20)
        var hash = SHA256()
        var reader = SaleFileReader(country: country)
        var batch = RowBatch()
        do {
            while true {
                guard let piece = try await content.next() else { return nil }
                if piece.isEmpty { try reader.finish(into: &batch) } else { try reader.read(piece.span.bytes, into: &batch) }
                hash.update(piece.span.bytes)
                summary.rows += batch.count
                summary.refused += batch.rejections.count
                try await take(batch)
                batch.removeAll()
                if piece.isEmpty { break }
            }
        } catch let error as InvalidHeader {
            summary.problem = "\(key) cannot be read: \(error)"
            return summary
        } catch let error as PortError {
            throw .port(error)
        } catch let error as StageError {
            throw error
        } catch {
            throw .port(PortError(.defect, "reading", of: key, because: "\(error)"))
        }
        let sha256 = hash.finish().description
        if let wanted = summary.metadata?.sha256, wanted != sha256 { summary.problem = "\(key) has other bytes than its metadata say" }
        return summary
    }
}
