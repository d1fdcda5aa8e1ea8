public import Pipeline
import Testing

/// An object store that is held to its contract.
public struct StoreUnderTest: Sendable {
    let store: any ObjectStore
    let other: any ObjectStore

    /// - Parameters:
    ///   - store: the store; objects of other checks may be in it.
    ///   - other: the same store as another process sees it.
    public init(_ store: any ObjectStore, other: any ObjectStore) {
        self.store = store
        self.other = other
    }

    /// A key in a folder that nobody else uses.
    func key() -> String { "Inbound/\(uniqueName("contract"))/file.csv" }

    /// Stores an object and gives its ETag.
    func put(_ key: String, _ body: String = "body", _ metadata: [String: String] = [:]) async throws -> String {
        guard case .stored(let etag) = try await store.put(key, Array(body.utf8), metadata: metadata, overwriting: false) else {
            throw BrokenPromise("\(key) is there already")
        }
        return etag
    }

    /// The whole object as text; nil where it is absent.
    func text(_ key: String) async throws -> String? {
        guard let info = try await other.head(key), let bytes = try await other.get(key, etag: info.etag, from: 0, count: 1 << 24) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// What `ObjectStore` promises, to be kept by every adapter.
public enum ObjectStoreContract {
    /// All of it.
    public static let checks = storing + listing + moving + faults

    private typealias Check = ContractCheck<StoreUnderTest>

    private static let storing = [
        Check("What is stored can be looked at and read, whole and in parts") { it in
            let key = it.key()
            #expect(try await it.store.head(key) == nil)
            let metadata = ["rows": "10000", "sha256": "ab=; ,\"c", "empty-ish": "-"]
            let etag = try await it.put(key, "0123456789", metadata)
            let info = try #require(try await it.other.head(key))
            #expect(info.key == key && info.size == 10 && info.etag == etag && info.metadata == metadata && info.modified > 0)
            for (offset, count, text) in [
                (0, 100, "0123456789"), (0, 3, "012"), (3, 4, "3456"), (8, 5, "89"), (10, 5, ""), (99, 5, ""), (5, 0, ""),
            ] {
                let part = try #require(try await it.other.get(key, etag: etag, from: Int64(offset), count: count))
                #expect(String(decoding: part, as: UTF8.self) == text)
            }
            #expect(try await it.store.get(key, etag: "another", from: 0, count: 5) == nil)
            #expect(try await it.store.get(it.key(), etag: etag, from: 0, count: 5) == nil)
        },
        Check("Empty and large objects are objects") { it in
            let (empty, large) = (it.key(), it.key())
            _ = try await it.put(empty, "")
            #expect(try await it.text(empty) == "")
            let text = String(repeating: "0123456789abcdef", count: 200_000)
            _ = try await it.put(large, text)
            #expect(try await it.text(large) == text)
        },
        Check("An object that is there is not replaced") { it in
            let key = it.key()
            let etag = try await it.put(key, "first", ["rows": "1"])
            #expect(try await it.other.put(key, Array("second".utf8), metadata: [:], overwriting: false) == .exists)
            #expect(try await it.store.put(key, Array("first".utf8), metadata: ["rows": "1"], overwriting: false) == .exists)
            let info = try #require(try await it.store.head(key))
            #expect(info.etag == etag && info.metadata == ["rows": "1"])
            #expect(try await it.text(key) == "first")
        },
        Check("Overwriting replaces bytes and metadata, and the version has another name") { it in
            let key = it.key()
            let first = try await it.put(key, "first", ["rows": "1"])
            guard case .stored(let second) = try await it.other.put(key, Array("second".utf8), metadata: ["rows": "2"], overwriting: true)
            else {
                throw BrokenPromise("nothing stored")
            }
            #expect(second != first)
            let info = try #require(try await it.store.head(key))
            #expect(info.etag == second && info.metadata == ["rows": "2"] && info.size == 6)
            #expect(try await it.store.get(key, etag: first, from: 0, count: 10) == nil)
            #expect(try await it.text(key) == "second")
        },
        Check("Of many who store under one key at once one wins, with bytes and metadata") { it in
            let key = it.key()
            let winners = try await withThrowingTaskGroup(of: Int?.self) { group in
                for number in 0..<12 {
                    let store = number % 2 == 0 ? it.store : it.other
                    group.addTask {
                        let outcome = try await store.put(
                            key, Array("body \(number)".utf8), metadata: ["by": "\(number)"], overwriting: false)
                        return outcome == .exists ? nil : number
                    }
                }
                return try await group.reduce(into: [Int]()) { if let winner = $1 { $0.append(winner) } }
            }
            try #require(winners.count == 1)
            #expect(try await it.text(key) == "body \(winners[0])")
            #expect(try await it.store.head(key)?.metadata == ["by": "\(winners[0])"])
        },
    ]

    private static let listing = [
        Check("A folder's objects are listed in the order of their bytes, without what lies deeper or beside") { it in
            let folder = "Inbound/\(uniqueName("list"))"
            #expect(try await it.store.list(folder: folder, after: nil) == ObjectPage(objects: [], next: nil))
            let names = ["b.csv", "a.csv", "B.csv", "a-0-000000000010.csv", "a-0-000000000002.csv", "é.csv", "z z.csv"]
            for name in names { _ = try await it.put("\(folder)/\(name)", name) }
            _ = try await it.put("\(folder)/Processed/a.csv")
            _ = try await it.put("\(folder)A/a.csv")
            let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            let page = try await it.other.list(folder: folder, after: nil)
            #expect(page.objects.map(\.key) == sorted.map { "\(folder)/\($0)" })
            #expect(page.next == nil)
            for object in page.objects {
                let info = try #require(try await it.store.head(object.key))
                #expect(object.etag == info.etag && object.size == info.size && object.modified == info.modified && object.metadata.isEmpty)
            }
            for (number, name) in sorted.enumerated() {
                let rest = try await it.store.list(folder: folder, after: "\(folder)/\(name)").objects.map(\.key)
                #expect(rest == sorted.dropFirst(number + 1).map { "\(folder)/\($0)" })
            }
            #expect(try await it.store.list(folder: folder, after: "\(folder)/a").objects.count == sorted.count - 1)
        }
    ]

    private static let moving = [
        Check("Only the version that is named is deleted") { it in
            let key = it.key()
            #expect(try await it.store.delete(key, etag: "any") == .absent)
            let etag = try await it.put(key)
            #expect(try await it.other.delete(key, etag: "another") == .changed)
            #expect(try await it.text(key) == "body")
            #expect(try await it.other.delete(key, etag: etag) == .deleted)
            #expect(try await it.store.head(key) == nil)
            #expect(try await it.store.delete(key, etag: etag) == .absent)
            _ = try await it.put(key, "anew")
            #expect(try await it.text(key) == "anew")
        },
        Check("A version is copied with its metadata, to a name that is free") { it in
            let (key, destination) = (it.key(), it.key())
            let etag = try await it.put(key, "body", ["rows": "1"])
            #expect(try await it.store.copy(key, etag: "another", to: destination) == .sourceChanged)
            #expect(try await it.store.copy(it.key(), etag: etag, to: destination) == .sourceChanged)
            #expect(try await it.store.head(destination) == nil)
            guard case .copied(let copied) = try await it.other.copy(key, etag: etag, to: destination) else {
                throw BrokenPromise("not copied")
            }
            let info = try #require(try await it.store.head(destination))
            #expect(info.etag == copied && info.metadata == ["rows": "1"] && info.size == 4)
            #expect(try await it.store.copy(key, etag: etag, to: destination) == .exists)
            #expect(try await it.store.delete(key, etag: etag) == .deleted)
            #expect(try await it.text(destination) == "body")
        },
        Check("A copy leaves other bytes under the new name alone") { it in
            let (key, destination) = (it.key(), it.key())
            let etag = try await it.put(key, "mine", ["of": "mine"])
            _ = try await it.put(destination, "other", ["of": "other"])
            #expect(try await it.store.copy(key, etag: etag, to: destination) == .exists)
            #expect(try await it.text(destination) == "other")
            #expect(try await it.store.head(destination)?.metadata == ["of": "other"])
        },
        Check("Of two who delete a version at once one does, where the store says so") { it in
            guard it.store.guarantees.conditionalDelete else { return }
            for _ in 0..<10 {
                let key = it.key()
                let etag = try await it.put(key)
                async let one = it.store.delete(key, etag: etag)
                async let two = it.other.delete(key, etag: etag)
                let outcomes = try await [one, two]
                #expect(outcomes.filter { $0 == .deleted }.count == 1 && outcomes.filter { $0 == .absent }.count == 1)
            }
        },
        Check("A delete never takes a version that came meanwhile, where the store says so") { it in
            guard it.store.guarantees.conditionalDelete else { return }
            for round in 0..<10 {
                let key = it.key()
                let etag = try await it.put(key, "old")
                async let replaced = it.store.put(key, Array("new \(round)".utf8), metadata: ["round": "\(round)"], overwriting: true)
                async let deleted = it.other.delete(key, etag: etag)
                _ = try await (replaced, deleted)
                #expect(try await it.text(key) == "new \(round)")
                #expect(try await it.store.head(key)?.metadata == ["round": "\(round)"])
            }
        },
        Check("Many who move an object at once move it once, whole") { it in
            let (key, destination) = (it.key(), it.key())
            let etag = try await it.put(key, "body", ["rows": "1"])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<6 {
                    let store = number % 2 == 0 ? it.store : it.other
                    group.addTask {
                        _ = try await store.copy(key, etag: etag, to: destination)
                        _ = try await store.delete(key, etag: etag)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await it.store.head(key) == nil)
            #expect(try await it.text(destination) == "body")
            #expect(try await it.store.head(destination)?.metadata == ["rows": "1"])
        },
    ]

    private static let faults = [Fault.before, .after].map { fault in
        Check("A put, copy and delete that failed \(fault) their effect are done again to the same end") { it in
            let (key, destination) = (it.key(), it.key())
            let faulty = FaultyStore(store: it.store, plan: FaultPlan([fault, nil, fault, nil, fault, nil]))
            let happened = fault == .after
            await expectError(.unreachable, "put") {
                _ = try await faulty.put(key, Array("body".utf8), metadata: ["rows": "1"], overwriting: false)
            }
            #expect((try await it.other.head(key) != nil) == happened)
            #expect((try await faulty.put(key, Array("body".utf8), metadata: ["rows": "1"], overwriting: false) == .exists) == happened)
            #expect(try await it.text(key) == "body")
            let etag = try #require(try await it.store.head(key)).etag
            await expectError(.unreachable, "copy") { _ = try await faulty.copy(key, etag: etag, to: destination) }
            #expect((try await faulty.copy(key, etag: etag, to: destination) == .exists) == happened)
            #expect(try await it.text(destination) == "body")
            await expectError(.unreachable, "delete") { _ = try await faulty.delete(key, etag: etag) }
            #expect(try await faulty.delete(key, etag: etag) == (happened ? .absent : .deleted))
            #expect(try await it.store.head(key) == nil)
        }
    }
}
