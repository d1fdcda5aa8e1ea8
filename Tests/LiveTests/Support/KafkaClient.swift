internal import Foundation
internal import KafkaCluster
internal import ProgramSupport

/// Somebody else's client on the same brokers (`Python/client.py`, where its verbs are told).
struct KafkaClient: Sendable {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Python/client.py")

    let brokers: String
    /// Properties of its librdkafka, as `name=value`.
    var settings: [String] = []

    /// Does one thing and gives what it printed.
    @discardableResult func call(_ verb: String..., input: String? = nil) async throws -> String {
        try await PythonTools.run(Self.script, [brokers] + settings.flatMap { ["--set", $0] } + verb, input: input)
    }

    private func decoded<Value: Decodable>(_ type: Value.Type, _ verb: [String], input: String? = nil) async throws -> Value {
        let told = try await PythonTools.run(Self.script, [brokers] + settings.flatMap { ["--set", $0] } + verb, input: input)
        return try JSONDecoder().decode(type, from: Data(told.utf8))
    }

    /// Sends a message a line and gives `[partition, offset]` of each, in the order of their acknowledgement.
    @discardableResult func produce(_ values: [String], to topic: String, partition: Int? = nil) async throws -> [[Int]] {
        try await decoded([[Int]].self, ["produce", topic] + (partition.map { ["\($0)"] } ?? []), input: Self.lines(values))
    }

    static func lines(_ values: [String]) -> String { values.map { "\($0)\n" }.joined() }

    struct Message: Decodable {
        let partition: Int
        let offset: Int
        let key: String?
        let value: String?
        let headers: [String: String]
    }

    /// All that is committed in a topic; nothing where it is absent.
    func read(_ topic: String) async throws -> [Message] {
        try await call("read", topic).split(separator: "\n").map { try JSONDecoder().decode(Message.self, from: Data($0.utf8)) }
    }

    /// How many offsets are taken in all partitions of a topic.
    func count(_ topic: String) async throws -> Int { try await decoded(Int.self, ["count", topic]) }

    struct Group: Decodable {
        let state: String
        /// The partitions of each member.
        let members: [[Int]]
        let coordinator: Int?
    }

    func group(_ name: String) async throws -> Group { try await decoded(Group.self, ["group", name]) }

    /// Waits until a group has so many members and each has a partition.
    func await(_ group: String, members: Int) async throws -> Bool {
        try await eventually(within: .seconds(90), every: .milliseconds(300)) {
            let told = try await self.group(group).members
            return told.count == members && told.allSatisfy { !$0.isEmpty }
        }
    }

    func leader(of topic: String, _ partition: Int = 0) async throws -> Int {
        try await decoded(Int.self, ["leader", topic, "\(partition)"])
    }
}
