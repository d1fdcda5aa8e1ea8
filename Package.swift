// swift-tools-version: 6.2
import PackageDescription

/// What every target of ours is compiled with: Swift 6 language mode, the upcoming features that make imports
/// and isolation explicit, and no warning left standing.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A C library of the system, seen only by the one target that wraps it.
func system(_ name: String, _ pkgConfig: String, _ package: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: settings)
}

let package = Package(
    name: "sales-pipeline",
    products: [
        .executable(name: "sales", targets: ["sales"]),
        .executable(name: "simulate", targets: ["Simulate"]),
        .library(name: "SalesModel", targets: ["SalesModel"]),
        .library(name: "SalesGenerator", targets: ["SalesGenerator"]),
        .library(name: "CRdKafka", targets: ["CRdKafka"]),
    ],
    targets: [
        system("CSQLite", "sqlite3", "libsqlite3-dev"),
        system("CYAML", "yaml-0.1", "libyaml-dev"),
        system("CCrypto", "libcrypto", "libssl-dev"),
        system("CRdKafka", "rdkafka", "librdkafka-dev"),
        .systemLibrary(name: "CMimalloc", path: "Sources/CLibraries/CMimalloc", providers: [.apt(["libmimalloc-dev"])]),
        .systemLibrary(name: "CLinux", path: "Sources/CLibraries/CLinux"),

        library("Checksums", ["CCrypto"]),
        library("YAML", ["CYAML"]),
        library("BlockingExecutor"),
        library("Logging"),
        library("Settings", ["YAML"]),
        library("SalesModel"),
        library("SalesGenerator", ["SalesModel", "Checksums", "YAML"]),
        library("Pipeline", ["SalesModel", "SalesGenerator", "Checksums", "Logging"]),
        library("EmbeddedStores", ["Pipeline", "SalesModel", "Checksums", "BlockingExecutor", "CSQLite", "CLinux"]),
        library("KafkaLog", ["Pipeline", "Logging", "BlockingExecutor", "CRdKafka", "CLinux"]),
        .executableTarget(
            name: "sales",
            dependencies: [
                "SalesModel", "SalesGenerator", "Pipeline", "EmbeddedStores", "KafkaLog", "Settings", "Logging", "YAML",
                "Checksums", "BlockingExecutor", "CLinux", "CMimalloc",
            ],
            swiftSettings: settings),

        // What tests share: the contract that every adapter of a port passes, the world of faults, the program as its users call it,
        // and real clusters with a proxy for faults.
        .target(
            name: "PortContracts", dependencies: ["Pipeline", "SalesModel", "Checksums"], path: "Tests/PortContracts",
            swiftSettings: settings),
        .target(
            name: "FaultSimulator", dependencies: ["Pipeline", "SalesModel", "SalesGenerator", "Checksums", "Logging"],
            path: "Tests/FaultSimulator", swiftSettings: settings),
        .target(name: "ProgramSupport", path: "Tests/ProgramSupport", swiftSettings: settings),
        .target(name: "KafkaCluster", dependencies: ["ProgramSupport"], path: "Tests/KafkaCluster", swiftSettings: settings),
        .executableTarget(
            name: "Simulate", dependencies: ["FaultSimulator"], path: "Tests/Simulate", swiftSettings: settings),

        tests("SalesModelTests", ["SalesModel"]),
        tests("SalesGeneratorTests", ["SalesGenerator", "SalesModel", "Checksums"]),
        tests("YAMLTests", ["YAML"]),
        tests("SettingsTests", ["Settings"]),
        tests("LoggingTests", ["Logging"]),
        tests("BlockingExecutorTests", ["BlockingExecutor"]),
        tests("PipelineTests", ["Pipeline", "FaultSimulator", "PortContracts", "SalesModel", "SalesGenerator", "Logging"]),
        tests("EmbeddedStoresTests", ["EmbeddedStores", "PortContracts", "Pipeline", "SalesModel", "Checksums"]),
        tests("KafkaLogTests", ["KafkaLog", "PortContracts", "Pipeline", "Logging", "CRdKafka", "KafkaCluster", "ProgramSupport"]),
        tests("CommandTests", ["sales", "ProgramSupport", "EmbeddedStores", "Pipeline"], exclude: ["Fixtures"]),
        tests("LiveTests", ["sales", "KafkaCluster", "ProgramSupport"], exclude: ["Python"]),
    ]
)
