// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "httpd-benchmark",
    platforms: [.macOS("26.0")],
    dependencies: [.package(name: "twine", path: "../..")],
    targets: [
        .executableTarget(
            name: "hello-server", dependencies: [.product(name: "Twine", package: "twine")],
            swiftSettings: [
                .strictMemorySafety(), .enableUpcomingFeature("MemberImportVisibility"),
            ])
    ]
)
