// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "sales-benchmarks",
    dependencies: [.package(name: "sales-pipeline", path: "..")],
    targets: [
        // Counts every allocation of the program, so that "allocates nothing" is a figure and not a hope.
        .target(name: "CAllocationCounter"),
        .executableTarget(
            name: "codec-bench",
            dependencies: ["CAllocationCounter", .product(name: "SalesModel", package: "sales-pipeline")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
    ]
)
