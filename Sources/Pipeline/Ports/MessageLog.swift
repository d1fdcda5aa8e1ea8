/// A log of messages in topics, each an ordered list of partitions: Apache Kafka, or the broker embedded in a SQLite file.
///
/// Everything read through this port is committed: messages of open and aborted transactions are not seen.
/// What was committed is read in order: whoever sees a message sees all before it in its partition. A cluster may show it a moment after the
/// commit has returned, so that a look right behind it finds less; all of it comes, without anybody's doing.
/// Offsets rise within a partition but need not be dense: control records and compaction leave gaps.
/// Every method may be called from any task and any number at once.
public protocol MessageLog: Sendable {
    /// Names this log for good, such as a cluster id: files in a store remember where they came from.
    func identity() async throws(PortError) -> String

    /// What is known of a topic; nil where there is none of that name.
    func describe(topic: String) async throws(PortError) -> TopicDescription?

    /// Makes the topic where it is absent. Returns whether it was made; an existing one is left as it is.
    func create(topic: String, partitions: Int) async throws(PortError) -> Bool

    /// Messages of a partition from `offset` on, in order, without a group: at least one where there is one, and about `maximumBytes`
    /// at most. `next` of the batch is where to go on; at the end of the partition it equals the end.
    /// Throws `.missing` where the partition is absent or `offset` is no longer kept.
    func read(_ partition: TopicPartition, from offset: Int64, maximumBytes: Int) async throws(PortError) -> MessageBatch

    /// What `group` has committed, offset and note of one moment; a partition without a commit is absent from the answer.
    func committed(group: String, _ partitions: [TopicPartition]) async throws(PortError) -> [TopicPartition: CommittedPosition]

    /// A producer. With an `identity` it is the only one: when this returns, every earlier producer of that identity is fenced and what it
    /// had left open is aborted, so that reading the log afterwards shows all that it will ever have written.
    func openProducer(identity: String?) async throws(PortError) -> any LogProducer

    /// A member of a consumer group.
    func openConsumer(_ membership: Membership) async throws(PortError) -> any LogConsumer
}

/// Appends messages in transactions: all of one or none, whatever happens in between.
public protocol LogProducer: Sendable {
    /// Adds messages to the open transaction; the first after a commit opens one. Nobody sees them before the commit; only those of a
    /// producer without an identity may be seen as they arrive.
    func append(_ batch: OutgoingBatch) async throws(PortError)

    /// Commits all that was appended, and `positions` with it. Returns when it is durable.
    ///
    /// It becomes visible soon after, in the order of the commits, and in each partition the whole transaction at once; its partitions need not
    /// show it at the same moment. When `openProducer` of the same identity returns, all of it is visible.
    ///
    /// Throws `.fenced` once a successor has opened. After any other error it is not known whether the transaction stands:
    /// open a new producer of the same identity and read the log.
    func commit(_ positions: [GroupPosition]) async throws(PortError)

    /// Gives the producer up; an open transaction is aborted. Safe to call more than once.
    func close() async
}

/// A member of a consumer group, which gets some of the partitions of its topics and tells how far it has come.
///
/// One task at a time drives a consumer: it calls `poll` all the time, for that is how the member stays in the group.
public protocol LogConsumer: Sendable {
    /// Waits for the next event, at most `wait`.
    ///
    /// - Parameter held: partitions of which no messages are wanted now (back pressure); they stay with this member. Others may have to wait
    ///   with them, where the log has no room to keep them apart.
    /// Throws `.fenced` where this membership has come to its end and only a new one helps.
    func poll(wait: Duration, holding held: Set<TopicPartition>) async throws(PortError) -> ConsumerEvent

    /// Starts the delivery of an assigned partition at `offset`. Nothing is delivered of it before.
    /// Throws `.missing` where that offset is no longer kept or lies behind the end of the partition.
    func start(_ partition: TopicPartition, at offset: Int64) async throws(PortError)

    /// What the group has committed for partitions that this member owns; as `MessageLog.committed(group:_:)`, but not before
    /// commits that are under way have come to their end.
    func committed(_ partitions: [TopicPartition]) async throws(PortError) -> [TopicPartition: CommittedPosition]

    /// Commits for partitions that this member owns, all in one request, and returns when it is durable.
    ///
    /// Throws `.fenced` where one of them has gone to another member; nothing of the request is kept then.
    /// After any other error it is not known whether it was kept.
    @discardableResult
    func commit(_ positions: [TopicPartition: CommittedPosition]) async throws(PortError) -> CommitOutcome

    /// Leaves the group, so that others get the partitions at once. Safe to call more than once.
    func close() async

    /// The thread that this consumer's calls run on: a task that prefers it works on what a poll has brought without going to another, where
    /// those bytes are not in the cache. Nil where the calls have no thread of their own.
    var preferredExecutor: (any TaskExecutor)? { get }
}

extension LogConsumer {
    /// None.
    public var preferredExecutor: (any TaskExecutor)? { nil }
}

/// What became of a commit.
public enum CommitOutcome: Sendable, Hashable {
    /// It is durable.
    case kept
    /// The group is dividing its partitions anew and takes none at this moment. Nothing was kept, for certain: poll, and commit what is wanted then.
    case postponed
}

/// How a member joins its group.
public struct Membership: Sendable, Hashable {
    /// The group's name.
    public let group: String
    /// The topics that the member wants.
    public let topics: [String]
    /// How long the group waits for a silent member before its partitions go to others.
    public let sessionTimeout: Duration

    /// A member of `group` for `topics`.
    public init(group: String, topics: [String], sessionTimeout: Duration = .seconds(10)) {
        self.group = group
        self.topics = topics
        self.sessionTimeout = sessionTimeout
    }
}

/// What a poll brought.
public enum ConsumerEvent: Sendable {
    /// These partitions are this member's now, in addition to those it has. Fetch their positions and `start` them.
    case assigned([TopicPartition])
    /// These partitions leave this member. They do so when `poll` is called next: until then it may still commit for them, unless `lost`.
    case revoked([TopicPartition], lost: Bool)
    /// Messages of one partition, right after those delivered before.
    case messages(MessageBatch)
    /// All of the partition up to this offset (exclusive) has been delivered, and there is no more at the moment.
    /// Comes once each time the end is reached.
    case end(TopicPartition, Int64)
    /// Nothing happened.
    case idle
}
