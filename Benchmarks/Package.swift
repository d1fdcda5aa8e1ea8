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
    name: "benchmarks",
    dependencies: [.package(name: "sales-pipeline", path: "..")],
    targets: [
        .executableTarget(
            name: "generator-bench",
            dependencies: [
                .product(name: "SalesGenerator", package: "sales-pipeline"),
                .product(name: "SalesModel", package: "sales-pipeline"),
            ],
            swiftSettings: settings)
    ]
)
