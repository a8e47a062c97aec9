// swift-tools-version: 6.3
import PackageDescription

// With these the fuzzer's own `main` is the program's.
let settings: [SwiftSetting] = [
    .strictMemorySafety(), .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-parse-as-library"]),
]
let twine = Target.Dependency.product(name: "Twine", package: "twine")

let package = Package(
    name: "fuzz",
    platforms: [.macOS("26.0")],
    dependencies: [.package(name: "twine", path: "../..")],
    targets: [.target(name: "FuzzChecks", dependencies: [twine], swiftSettings: settings)]
        + [
            "css-links", "dns-message", "dns-rdata", "dns-record", "dns-zone", "html-links",
            "http-cookies", "http-disposition", "http-fields", "http-hsts", "http-message",
            "http-netrc", "http-robots", "http-url",
            "metalink",
        ].map {
            .executableTarget(
                name: $0, dependencies: ["FuzzChecks", twine], swiftSettings: settings)
        } + [
            // What a program has in no module is here by links.
            .executableTarget(
                name: "wgetrc", dependencies: ["FuzzChecks", twine],
                exclude: ["Options/Surroundings+System.swift", "Options/CredentialPrompt.swift"],
                swiftSettings: settings)
        ]
)
