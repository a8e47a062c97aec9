// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "dns-benchmark",
    platforms: [.macOS("26.0")],
    dependencies: [.package(name: "twine", path: "../..")],
    targets: [
        .executableTarget(
            name: "dns-text", dependencies: [.product(name: "Twine", package: "twine")],
            swiftSettings: [
                .strictMemorySafety(), .enableUpcomingFeature("MemberImportVisibility"),
            ])
    ]
)
