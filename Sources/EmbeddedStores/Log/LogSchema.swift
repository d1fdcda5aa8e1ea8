/// The layout of a broker file, version 1.
///
/// - `log` has one row: the log's name for good.
/// - `topics`, `partitions`: `first` and `next` are the bounds of what a partition keeps.
/// - `batches`: consecutive messages of a partition from `base` up to `next`, laid out by `BatchEncoder`; `written` is their
///   timestamp in milliseconds since 1970.
/// - `producers`: the newest epoch of an identity. An older one is fenced.
/// - `groups`: `generation` changes with every change of members, owners or partitions, so that a member sees with one look
///   whether it has anything to think about.
/// - `members`: `slot` is the member's place in the file of heartbeats, `session` in milliseconds.
/// - `owners`: who has a partition. This is the fence: it is looked at in the transaction of each commit.
/// - `commits`: how far a group is; `member` is 1 where a consumer has said so and 0 where a producer has.
enum LogSchema {
    static let kind = DatabaseKind(
        name: "broker file", applicationID: 0x5341_4C42, version: 1, pageSize: 16_384,
        schema: [
            "CREATE TABLE log (id TEXT NOT NULL)",
            "INSERT INTO log VALUES (\(randomID))",
            "CREATE TABLE topics (name TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID",
            """
            CREATE TABLE partitions (
                id INTEGER PRIMARY KEY, topic TEXT NOT NULL, number INTEGER NOT NULL,
                first INTEGER NOT NULL DEFAULT 0, next INTEGER NOT NULL DEFAULT 0, UNIQUE (topic, number))
            """,
            """
            CREATE TABLE batches (
                partition INTEGER NOT NULL, base INTEGER NOT NULL, next INTEGER NOT NULL, written INTEGER NOT NULL, data BLOB NOT NULL,
                PRIMARY KEY (partition, base)) WITHOUT ROWID
            """,
            "CREATE TABLE producers (identity TEXT PRIMARY KEY, epoch INTEGER NOT NULL) WITHOUT ROWID",
            "CREATE TABLE groups (name TEXT PRIMARY KEY, generation INTEGER NOT NULL) WITHOUT ROWID",
            """
            CREATE TABLE members (
                number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, "group" TEXT NOT NULL,
                slot INTEGER NOT NULL UNIQUE, session INTEGER NOT NULL)
            """,
            "CREATE TABLE subscriptions (member TEXT, topic TEXT, PRIMARY KEY (member, topic)) WITHOUT ROWID",
            """
            CREATE TABLE owners (
                "group" TEXT NOT NULL, partition INTEGER NOT NULL, member TEXT NOT NULL, PRIMARY KEY ("group", partition)) WITHOUT ROWID
            """,
            """
            CREATE TABLE commits (
                "group" TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL, note TEXT NOT NULL, member INTEGER NOT NULL,
                PRIMARY KEY ("group", partition)) WITHOUT ROWID
            """,
        ], takesUnmarked: false)

    /// An expression of 32 random hexadecimal digits.
    static let randomID = "lower(hex(randomblob(16)))"
}
