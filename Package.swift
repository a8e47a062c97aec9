// swift-tools-version: 6.2
import PackageDescription

/// What every target is compiled with: the compiler checks what it can.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
]

let collections = "swift-collections"
let deque = Target.Dependency.product(name: "DequeModule", package: collections)
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let arguments = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

/// One library module in `Sources/NAME`.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The unit tests of one module in `Tests/NAMETests`.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], path: String? = nil,
    exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: strict)
}

/// One program in `Tools/NAME`.
func tool(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Tools/\(name)", swiftSettings: strict,
        linkerSettings: [startsQuickly])
}

/// How a program is linked so that it starts quickly, for people run programs in loops.
///
/// A third of the time would go into loading the C++ library, and into moving the program to a
/// random address; and what runs at the start stands together, so that little of the program is
/// loaded. See the Makefile for the rest of it.
let startsQuickly = LinkerSetting.unsafeFlags(
    [
        "-use-ld=lld", "-Xlinker", "--whole-archive", "-Xlinker", "-l:libstdc++.a", "-Xlinker",
        "--no-whole-archive", "-Xlinker", "--no-export-dynamic", "-Xclang-linker", "-no-pie",
        "-Xclang-linker", "-static-libgcc", "-Xlinker",
        "--symbol-ordering-file=\(Context.packageDirectory)/Tools/startup.order", "-Xlinker",
        "--no-warn-symbol-ordering", "-Xlinker", "\(Context.packageDirectory)/Tools/startup.ld",
    ],
    .when(platforms: [.linux], configuration: .release))

/// The scripts in `Examples/`, one folder each.
let exampleNames = [
    "sequential", "deferred", "deferred-list", "inline-callbacks", "crawler", "thread-counter",
    "no-reactor", "generators", "web-socket", "check-zone", "mx",
]
let examples = exampleNames.map { name in
    Target.executableTarget(
        name: "example-\(name)", dependencies: ["Twine"], path: "Examples/\(name)",
        swiftSettings: strict)
}

/// A C library of the system, found by pkg-config.
func system(_ name: String, _ pkgConfig: String, apt: String, brew: String) -> Target {
    .systemLibrary(
        name: name, pkgConfig: pkgConfig, providers: [.apt([apt]), .brew([brew])])
}

let package = Package(
    name: "twine",
    platforms: [.macOS("26.0")],
    products: [
        .executable(name: "swift-titles", targets: ["swift-titles"]),
        .executable(name: "swift-echo", targets: ["swift-echo"]),
        .executable(name: "swift-serve", targets: ["swift-serve"]),
        .executable(name: "swift-dig", targets: ["swift-dig"]),
        .executable(name: "swift-wget", targets: ["swift-wget"]),
        .library(name: "Twine", targets: ["Twine"]),
        .library(name: "TwineTesting", targets: ["TwineTesting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // C: shims for what Glibc does not import, and libraries of the system.
        .target(name: "CTwine"),
        .target(name: "CLazy", dependencies: ["CLibXML2", "COpenSSL"]),
        system("COpenSSL", "openssl", apt: "libssl-dev", brew: "openssl@3"),
        system("CLibXML2", "libxml-2.0", apt: "libxml2-dev", brew: "libxml2"),
        system("CZlib", "zlib", apt: "zlib1g-dev", brew: "zlib"),
        system("CBrotli", "libbrotlidec", apt: "libbrotli-dev", brew: "brotli"),
        system("CZstd", "libzstd", apt: "libzstd-dev", brew: "zstd"),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        system("CIDN2", "libidn2", apt: "libidn2-dev", brew: "libidn2"),
        system("CPSL", "libpsl", apt: "libpsl-dev", brew: "libpsl"),
        system("CPCRE2", "libpcre2-8", apt: "libpcre2-dev", brew: "pcre2"),

        // The modules, lowest first: an arrow only goes up this list.
        module("TwineBytes"),
        module("TwineCore", ["TwineBytes", "CTwine", deque, logging]),
        module("TwineTLS", ["TwineCore", "CLazy", "COpenSSL"]),
        module(
            "TwineCred",
            [
                "TwineCore", "CLazy", "COpenSSL",
                .target(name: "CCrypt", condition: .when(platforms: [.linux])),
            ]),
        module(
            "TwineDNS",
            [
                "TwineBytes", "TwineCore", "TwineTLS", "CTwine", "CIDN2", "CLazy", "COpenSSL",
            ]),
        module(
            "TwineHTTP",
            [
                "TwineBytes", "TwineCore", "TwineTLS", "TwineDNS", "TwineCred",
                "CLazy", "COpenSSL", "CIDN2", "CPSL", "CZlib", "CBrotli", "CZstd", deque, httpTypes,
            ]),
        module("TwineHTML", ["CLazy", "CLibXML2"]),
        module(
            "Twine",
            [
                "TwineBytes", "TwineCore", "TwineTLS", "TwineCred", "TwineDNS", "TwineHTTP",
                "TwineHTML", httpTypes,
            ]),
        module("TwineTesting", ["TwineBytes", "TwineCore"]),
        module("ToolKit", ["CTwine", "TwineCore"]),
        module("ToolOptions", ["ToolKit", arguments]),

        // The programs.
        tool(
            "swift-titles",
            ["CTwine", "Twine", "ToolKit", "ToolOptions", arguments, deque, httpTypes]),

        tool("swift-echo", ["CTwine", "Twine", "ToolKit", "ToolOptions", arguments]),
        tool("swift-serve", ["CTwine", "Twine", "ToolKit", "ToolOptions", arguments, httpTypes]),
        tool(
            "swift-dig", ["TwineCore", "TwineTLS", "TwineDNS", "TwineHTTP", "ToolKit", deque]),
        tool(
            "swift-wget",
            [
                "CTwine", "CPCRE2", "COpenSSL", "TwineBytes", "TwineCore", "TwineTLS", "TwineDNS",
                "TwineHTTP", "TwineHTML", "ToolKit", deque, httpTypes,
            ]),

        // The tests.
        tests("TwineBytesTests", ["TwineBytes"]),
        tests("TwineCoreTests", ["TwineCore", "TwineTesting"]),
        tests("TwineTLSTests", ["TwineTLS", "TwineCore", "TwineTesting", logging]),
        tests("TwineCredTests", ["TwineCred", "TwineCore"]),
        tests(
            "TwineDNSTests",
            ["TwineBytes", "TwineDNS", "TwineCore", "TwineTLS", "TwineTesting", "COpenSSL"]),
        tests(
            "TwineHTTPTests",
            ["TwineHTTP", "TwineCore", "TwineCred", "TwineTesting", httpTypes]),
        tests("TwineHTMLTests", ["TwineHTML", "TwineTesting"]),
        tests("TwineTests", ["Twine", "TwineTesting"]),
        tests(
            "WgetTests",
            [
                "swift-wget", "CTwine", "TwineBytes", "TwineCore", "TwineHTTP", "TwineHTML",
                "ToolKit", "TwineTesting", subprocess, httpTypes,
            ]),
        tests(
            "ToolTests",
            [
                "ToolKit", "ToolOptions", "Twine", "TwineTesting", "swift-titles", "swift-echo",
                "swift-serve", "swift-dig", "swift-wget",
                arguments,
                subprocess,
                httpTypes,
            ]
                + exampleNames.map { .init(stringLiteral: "example-\($0)") }),
        tests(
            "InteropTests",
            [
                "Twine", "TwineTLS", "TwineTesting", "swift-titles", "swift-dig", "swift-wget",
                "example-mx",
                subprocess, httpTypes,
            ],
            path: "Tests/Interop",
            exclude: [
                "servers", "dig-matrix", "dig-matrix.py", "wget-matrix", "reasons.py",
                "wget-matrix.py",
                "wget-terminal.py", "wget-torture.py",
            ]),
    ] + examples
)
