// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "deferred-benchmark",
    platforms: [.macOS("26.0")],
    dependencies: [.package(name: "twine", path: "../..")],
    targets: [
        .executableTarget(
            name: "deferred", dependencies: [.product(name: "Twine", package: "twine")],
            swiftSettings: [
                .strictMemorySafety(), .enableUpcomingFeature("MemberImportVisibility"),
            ])
    ]
)
