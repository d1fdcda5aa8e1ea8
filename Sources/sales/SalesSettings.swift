internal import KafkaLog
internal import Pipeline
internal import SalesGenerator
internal import SalesModel
internal import Settings

/// How fast sales are sent.
enum Pace: String, CaseIterable, Sendable {
    case max
    case real
}

/// Every setting of the program, each once.
enum SalesSettings {
    // Where things are.
    static let data = Setting(
        "data", .path(placeholder: "DIR"), default: "data", help: "Folder that holds all defaults, logs and the spool")
    static let broker = Setting(
        "broker", BrokerAddress.settingType, defaultText: "sqlite:DATA/broker.db", derived: { .embedded("\($0[data])/broker.db") },
        help: "Where messages are: kafka://HOST:9092,HOST2:9092 or sqlite:FILE")
    static let store = Setting(
        "store", address(["file:"]), defaultText: "file:DATA/raw-data-store-de-project-1",
        derived: { "file:\($0[data])/raw-data-store-de-project-1" }, help: "Where files are: file:FOLDER")
    static let table = Setting(
        "table", address(["sqlite:"]), defaultText: "sqlite:DATA/stage.sales.db", derived: { "sqlite:\($0[data])/stage.sales.db" },
        help: "Where rows are: sqlite:FILE")
    static let inbound = Setting(
        "inbound", .path(placeholder: "DIR"), defaultText: "DATA/spool/Inbound", derived: { "\($0[data])/spool/Inbound" },
        help: "Folder for the local copies of files, with Archived/ in each country's")
    static let countries = Setting(
        "countries", .list(of: country), help: "Countries to work on, such as US,UK", alias: "country", defaultText: "all of the catalog")
    static let catalog = Setting(
        "catalog", .path(), help: "Products, prices and countries (YAML)", defaultText: "ten products, five countries")

    // Kafka
    static let kafka = Setting(
        "kafka",
        .pairs(
            isSecret: KafkaSettings.isSecret, standIn: { $0 == passwordProperty ? "kafka-password" : nil }, check: checkProperty),
        default: [:], help: "A property of librdkafka's, such as security.protocol=sasl_ssl")
    static let kafkaPassword = Setting(
        "kafka-password", .string(), help: "Password of Kafka's user: sasl.password", isSecret: true)
    static let partitions = Setting("partitions", .integer(1...10_000), default: 1, help: "Partitions of each")
    static let replication = Setting("replication", .integer(1...32_767), help: "Replicas of each", defaultText: "the cluster's own")
    static let topicRetention = Setting(
        "topic-retention", .duration(.seconds(60) ... .seconds(3650 * 86_400)), help: "How long the cluster keeps their messages",
        defaultText: "the cluster's own")
    /// What `kafka-password` stands for.
    static let passwordProperty = "sasl.password"

    // For every command.
    static let json = Setting(flag: "json", help: "Print one JSON object at the end")
    static let quiet = Setting(flag: "quiet", help: "Only warnings and errors", short: "q")
    static let verbose = Setting(flag: "verbose", help: "Tell every step", short: "v")
    static let logFile = Setting(
        "log-file", .path(), defaultText: "DATA/logs/log_1.txt", derived: { "\($0[data])/logs/log_1.txt" },
        help: "Where log lines go too; rotated daily and by size")
    static let logFormat = Setting("log-format", .choice(of: LogText.self), default: .text, help: "How log lines are written")
    static let memory = Setting(
        "memory", .bytes(16 << 20...1 << 40), default: 256 << 20, help: "Bound on messages and rows in memory, whatever the backlog")
    static let stopWithin = Setting(
        "stop-within", .duration(.seconds(1) ... .seconds(3600)), default: .seconds(25), help: "How long a clean stop may take")
    static let retention = Setting(
        "retention", .duration(.seconds(60) ... .seconds(3650 * 86_400)), default: .seconds(7 * 86_400),
        help: "How long consumed messages, archived files and logs are kept")

    // What is sold.
    static let seed = Setting("seed", .integer(0 ... .max), default: 1, help: "Where chance begins: another seed, other sales")
    static let rate = Setting(
        "rate", .decimal(0.000001...10_000_000, unit: "sales a second"), default: DecimalNumber(10),
        help: "How often sales happen, all countries together, as the mean of a year")
    static let start = Setting(
        "start", .instant(), help: "When the stream begins (RFC 3339, whole seconds)",
        defaultText: "generate: 2026-01-01T00:00:00Z; else as the topics say or as is needed")
    static let first = Setting("first", .integer(0...1 << 52 - 1), default: 0, help: "First ordinal of a stream that is new")

    // generate
    static let generateCount = Setting(
        "count", .integer(0...1 << 52 - 1), help: "So many sales a country", defaultText: "generate: 20 iterations")
    static let format = Setting("format", .choice(of: RowFormat.self), default: .csv, help: "csv with a header, or json lines")
    static let output = Setting("output", .path(placeholder: "DIR"), help: "Write a file a country", defaultText: "standard output")
    static let jobs = Setting("jobs", .integer(1...1024), help: "Pieces made at the same time", defaultText: "all cores")

    // publish
    static let iterations = Setting(
        "iterations", .integer(0...1_000_000_000), help: "So many iterations more a country: each product its frequency times")
    static let upTo = Setting("upto", .integer(0...1 << 52 - 1), help: "Until so many sales a country are there; may be repeated")
    static let continuous = Setting(flag: "continuous", help: "Until it is stopped")
    static let pace = Setting(
        "pace", .choice(of: Pace.self),
        help: "max: as fast as possible up to the present; real: what was sold meanwhile, then each as it falls due",
        defaultText: "max, with --continuous real")
    static let ahead = Setting(flag: "ahead", help: "Send sales of the future too")
    static let newStream = Setting(flag: "new-stream", help: "Leave another stream in the topics behind and begin a new one")
    static let input = Setting(
        "input", .path(placeholder: "FILE|-"), help: "Publish your own sales instead: CSV with header, or JSON lines")

    static let transaction = Setting(
        "transaction", .integer(1...10_000_000, unit: "sales"), defaultText: "32,768; with Kafka 131,072",
        derived: { if case .kafka = $0[broker] { 131_072 } else { 32_768 } }, help: "So many sales a transaction at the most")
    static let transactionTime = Setting(
        "transaction-time", .duration(.milliseconds(10) ... .seconds(8)), default: .seconds(1),
        help: "End a transaction after so long: open ones hold readers back")

    // stream
    static let rows = Setting("rows", .integer(1...10_000_000, unit: "rows"), default: 10_000, help: "Cut a file when it has so many rows")
    static let seconds = Setting(
        "seconds", .duration(.milliseconds(10) ... .seconds(86_400)), default: .seconds(45),
        help: "Cut a file when its first sale has waited so long")
    static let group = Setting(
        "group", .string(placeholder: "NAME"), default: "sales-stream", help: "Consumer group; one group writes one store")
    static let untilDrained = Setting(flag: "until-drained", help: "Flush what is there, then leave")
    static let resumeFromFiles = Setting(
        flag: "resume-from-files", help: "A group without a position goes on behind the last file in the store")

    // load
    static let watch = Setting(flag: "watch", help: "Go on until it is stopped")
    static let strict = Setting(flag: "strict", help: "Leave with 1 where a row was rejected")
    static let concurrency = Setting("concurrency", .integer(1...256), default: 4, help: "Files at the same time")
    static let onConflict = Setting(
        "on-conflict", .choice(of: ConflictPolicy.self), default: .keep,
        help: "What is done with a row whose sale_id is there with other fields")
    static let wcu = Setting("wcu", .integer(1...10_000_000), help: "Rows a second at the most", defaultText: "as many as the table takes")
    static let rejected = Setting(flag: "rejected", help: "Take the mended rejects up again")

    // setup
    static let dryRun = Setting(flag: "dry-run", help: "Only tell what there is and what would be made")

    // reconcile
    static let compares = Setting(flag: "reconcile", default: true, help: "Compare all places at the end")
    static let drained = Setting(flag: "drained", help: "Nothing may be in flight")
    static let tableCheck = Setting(
        "table-check", .choice(of: ReconcileSettings.TableCheck.self), default: .keys,
        help: "keys: ask for the keys of the files at hand; scan: read the whole table")

    private static let country = SettingType<CountryCode>.custom(placeholder: "CODE") { (text) throws(ValueError) in
        guard let code = CountryCode(text) else { throw ValueError("must be codes of two capital letters") }
        return code
    } show: {
        $0.description
    }

    /// A property is refused before anything is connected.
    private static func checkProperty(_ name: String, _ value: String) throws(ValueError) {
        switch KafkaProperties.refusal(name, value) {
        case nil: return
        case .ours: throw ValueError("this program decides, because exactly once rests on it: leave it out")
        case .unknown:
            throw ValueError("librdkafka \(KafkaLibrary.version) does not know\(NearestName.hint(name, in: KafkaProperties.names))")
        case .value(let words): throw ValueError("librdkafka \(KafkaLibrary.version) refuses: \(words)")
        }
    }

    /// An address that begins with one of these, with something behind it.
    private static func address(_ schemes: [String]) -> SettingType<String> {
        .string(placeholder: "ADDRESS") { (text) throws(ValueError) in
            guard let scheme = schemes.first(where: { text.hasPrefix($0) }), text.utf8.count > scheme.utf8.count else {
                throw ValueError("must be an address that begins with \(schemes.joined(separator: " or "))")
            }
        }
    }
}

/// How log lines are written.
enum LogText: String, CaseIterable, Sendable {
    case text
    case json
}
