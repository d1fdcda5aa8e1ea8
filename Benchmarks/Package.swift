// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "sales-benchmarks",
    dependencies: [.package(name: "sales-pipeline", path: "..")],
    targets: [
        // Counts every allocation of the program, so that "allocates nothing" is a figure and not a hope.
        .target(name: "CAllocationCounter"),
        .executableTarget(
            name: "codec-bench",
            dependencies: ["CAllocationCounter", .product(name: "SalesModel", package: "sales-pipeline")],
            swiftSettings: settings),
        .executableTarget(
            name: "generator-bench",
            dependencies: [
                .product(name: "SalesGenerator", package: "sales-pipeline"),
                .product(name: "SalesModel", package: "sales-pipeline"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "kafka-ceiling",
            dependencies: [
                .product(name: "CRdKafka", package: "sales-pipeline"),
                .product(name: "SalesGenerator", package: "sales-pipeline"),
                .product(name: "SalesModel", package: "sales-pipeline"),
            ],
            swiftSettings: settings),
    ]
)
