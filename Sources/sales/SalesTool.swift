internal import Settings

/// The program as its users call it: commands, their settings, their help.
enum SalesTool {
    private typealias S = SalesSettings

    static let version = "0.1.0"

    static let tool = CommandLineTool(
        name: "sales", version: version,
        summary: "Makes product sales and moves them, each exactly once, through a log and files into a table",
        details: """
            Without any cluster everything runs on embedded stores below --data:

                sales run                   20 iterations: publish, cut, load, compare
                sales run --continuous      until stopped; again, and it goes on
                sales reconcile --drained   proves that nothing was lost or doubled

            With --broker kafka://HOST:9092 the messages go through Apache Kafka:

                sales setup --broker kafka://HOST:9092 --partitions 4
                sales doctor --broker kafka://HOST:9092
            """,
        common: [places, common],
        commands: [generate, publish, stream, load, run, setup, doctor, reconcile, status, config],
        environmentPrefix: "SALES_", configFiles: ["sales.yaml", "/etc/sales/sales.yaml"])

    private static let places = SettingGroup("Places", [S.broker, S.store, S.table, S.data, S.inbound, S.countries, S.catalog])
    private static let common = SettingGroup(
        "Common",
        [
            CommandLineTool.configFile, S.json, S.quiet, S.verbose, S.logFile, S.logFormat, S.memory, S.stopWithin, S.retention,
        ])
    private static let kafka = SettingGroup("Kafka", [S.kafka, S.kafkaPassword])
    private static let topics = SettingGroup("Topics that have to be made", [S.partitions, S.replication, S.topicRetention])
    private static let sold = SettingGroup("What is sold", [S.seed, S.rate, S.start, S.first])
    private static let sent = SettingGroup(
        "What is sent",
        [S.iterations, S.generateCount, S.upTo, S.continuous, S.pace, S.ahead, S.newStream, S.input, S.transaction, S.transactionTime])
    private static let cut = SettingGroup("How files are cut", [S.rows, S.seconds, S.group])
    private static let loaded = SettingGroup("How rows are loaded", [S.concurrency, S.onConflict, S.wcu])

    private static let generate = Command(
        "generate", summary: "Sales as CSV or JSON lines, on standard output or into files",
        details: """
            Country by country; CSV begins with one header. The same settings give the same bytes, whatever --jobs is.

                sales generate --count 1000 --country US
                sales generate --count 1000000 --format json --output sales/
            """,
        groups: [sold, SettingGroup("What is written", [S.generateCount, S.format, S.output, S.jobs])])

    private static let publish = Command(
        "publish", summary: "Sales into one topic per country, each exactly once",
        details: """
            Where it ended is read from the topics themselves: killed at any moment, the same command goes on with the
            next sale. A second publisher takes over from the first, which leaves with status 75.

                sales publish --iterations 20
                sales publish --upto 1000000     may be repeated until it is done
                sales publish --continuous --rate 100
                sales publish --input my-sales.csv
            """,
        groups: [sold, sent, topics, kafka])

    private static let stream = Command(
        "stream", summary: "Topics into CSV files, 10,000 rows or 45 s each",
        details: """
            Several may run at once and share the partitions. SIGTERM cuts what is open, stores it and leaves; after
            kill -9 the next one cuts at the same places, so that no file is there twice and none is missing.

                sales stream
                sales stream --until-drained
                sales stream --rows 500 --seconds 5s
            """,
        groups: [
            cut, SettingGroup("When it ends", [S.untilDrained, S.resumeFromFiles]),
            SettingGroup("Dead letter topics that have to be made", [S.replication]), kafka,
        ])

    private static let load = Command(
        "load", summary: "Files from Inbound/ into the table, then to Processed/",
        details: """
            Loads what is there and leaves, or goes on with --watch. Rows that are no sales go to Rejected/<file>, with
            line, column and reason; mend the column "original" there and take them up again with --rejected.

                sales load
                sales load --watch
                sales load --rejected
            """,
        groups: [loaded, SettingGroup("When it ends", [S.watch, S.strict, S.rejected])])

    private static let run = Command(
        "run", summary: "Publish, stream and load together, then reconcile",
        details: """
            Without flags: 20 iterations on the embedded stores, done in seconds. Run again, it adds as many.

                sales run
                sales run --upto 100000
                sales run --continuous --rate 1000
            """,
        groups: [
            sold, sent, topics, cut, SettingGroup("How rows are loaded", [S.concurrency, S.onConflict, S.wcu, S.strict]),
            SettingGroup("How all is compared", [S.compares, S.tableCheck, S.resumeFromFiles]),
            kafka,
        ])

    private static let setup = Command(
        "setup", summary: "Make topics, store and table where they are absent",
        details: """
            A topic a country and one for its dead letters (one partition), the store, the table. What exists is left
            alone and compared with what is asked for here; the command that would change it is told. Leaves with 1
            where something differs. May be repeated.

                sales setup
                sales setup --dry-run --broker kafka://host:9092 --partitions 4
            """,
        groups: [topics, SettingGroup("What is done", [S.dryRun]), kafka])

    private static let doctor = Command(
        "doctor", summary: "Look at every connection, right and version",
        details: """
            A line each: ok, or what is wrong and how to mend it. It begins with the broker's address and the topics,
            takes 20 s at the most and changes nothing. Leaves with 1 where something is wrong.

                sales doctor
                sales doctor --broker kafka://host:9092 --json
            """,
        groups: [SettingGroup("Who asks", [S.group]), kafka])

    private static let reconcile = Command(
        "reconcile", summary: "Compare what was published, streamed and loaded, sale by sale",
        details: """
            Up to the committed offsets: published = streamed + dead letters; of the files that were loaded: streamed =
            loaded + rejected. What lies between is in flight and no difference. Leaves with 1 where something is wrong.

                sales reconcile
                sales reconcile --drained --table-check scan
            """,
        groups: [SettingGroup("What is compared", [S.drained, S.tableCheck, S.group]), kafka])

    private static let status = Command(
        "status", summary: "Where each country stands",
        details: """
            Lag is counted to the end of the topic: 0 when nothing waits.

                sales status
                sales status --watch
            """,
        groups: [SettingGroup("What is shown", [S.watch, S.group]), kafka])

    private static let config = Command(
        "config", summary: "The settings in force, and where each comes from",
        details: """
            A flag goes before the environment (SALES_ROWS), that before the file (rows:), that before the default.

                sales config
                sales config --json
            """,
        takesAllSettings: true)
}
