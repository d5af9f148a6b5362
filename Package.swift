// swift-tools-version: 6.3
import PackageDescription

/// What tests are compiled with; each flag with its proposal.
let testSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),  // SE-0443
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461: async functions stay on the caller's loop
    .enableUpcomingFeature("InferIsolatedConformances"),  // SE-0470
    .enableUpcomingFeature("ImmutableWeakCaptures"),  // SE-0481
]

/// What every other target is compiled with: unsafe code is marked where it stands (SE-0458).
///
/// A release has no checks for exclusive access at run time; debug builds, and with them the tests, have them
/// (Docs/decisions/0017-exclusivity.md).
let settings =
    testSettings + [
        .strictMemorySafety(),
        .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
    ]

// Third-party products, by the name of what they bring.
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioConcurrency = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")

/// A library target of Sources/; the list below is the layering, each imports only those above it.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one target, in Tests/<name>Tests.
func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.target(name: name)] + dependencies,
        swiftSettings: testSettings
    )
}

/// The operator's page: plain files, served as they are.
let consoleFiles: [Resource] = [
    "console.html", "console.css", "parts.css", "main.js", "server.js", "elements.js", "words.js", "plot.js",
    "dialog.js", "signin.js", "overview.js", "mailboxes.js", "sessions.js", "decisions.js", "tryout.js",
    "configuration.js", "editor.js", "jsontext.js", "difference.js", "tasks.js", "snapshots.js", "drivers.js",
].map { .embedInCode("Resources/console/\($0)") }

let package = Package(
    name: "switchboard",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "switchboard", targets: ["switchboard"]),
        .executable(name: "bench", targets: ["Bench"]),
        .executable(name: "micro", targets: ["Micro"]),
        .executable(name: "simulate", targets: ["simulate"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        .target(name: "CLinux"),
        .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
        .target(name: "CZstd", linkerSettings: [.linkedLibrary("zstd")]),
        .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("crypto")]),
        library("Primitives", ["CLinux"]),
        library("Telemetry", ["Primitives", "CLinux", coreMetrics]),
        library("Frames", ["Primitives", "CZlib", nioCore]),
        library("Wire", ["Primitives", nioCore]),
        library("Disks", ["Primitives", "CLinux"]),
        library("Compression", ["CZstd"]),
        library("Sealing", ["COpenSSL"]),
        library("Journaling", ["Primitives", "CLinux", "Disks", "Compression", "Sealing"]),
        library("Snapshots", ["Primitives", "Disks", "Compression", "Sealing"]),
        library("ColdStorage", ["Primitives", "Disks", "Compression", "Sealing", grdb]),
        library("Policies", ["Primitives", nioCore]),
        library(
            "Providers",
            ["Primitives", "Telemetry", "Policies", httpClient, crypto, jwt, nioCore, nioHTTP1]
        ),
        library(
            "Engine",
            [
                "Primitives", "CLinux", "Telemetry", "Frames", "Wire", "Disks", "Sealing", "Journaling", "Snapshots",
                "ColdStorage", "Policies",
                deque, heap, logging, nioCore,
                nioPosix, nioConcurrency,
            ]
        ),
        library("Accounts", ["Primitives", "COpenSSL", "Telemetry", "Wire", "Engine", jwt, nioPosix]),
        library("Messenger", ["Primitives", "Wire", "Engine", "Accounts", nioCore]),
        library("Drivers", ["Primitives", "Wire", "Policies", "Providers", "Engine", nioCore]),
        .target(
            name: "HTTPEdge",
            dependencies: [
                "Primitives", "Telemetry", "Wire", "Snapshots", "Policies", "Providers", "Engine", "Accounts",
                "Messenger",
                "Drivers", hummingbirdCore,
                httpTypes,
                lifecycle, logging, nioCore, nioHTTP1, nioPosix, nioTLS,
            ],
            resources: [
                .embedInCode("Resources/openapi.yml"), .embedInCode("Resources/docs.html"),
                .embedInCode("Resources/docs.js"), .embedInCode("Resources/welcome.html"),
            ] + consoleFiles,
            swiftSettings: settings
        ),
        library(
            "WebSocketEdge",
            ["Primitives", "Telemetry", "Frames", "Wire", "Engine", "Accounts", "Messenger", logging, nioCore]
        ),
        .executableTarget(
            name: "switchboard",
            dependencies: [
                "Primitives", "CLinux", "Telemetry", "Wire", "Disks", "Sealing", "Journaling", "Snapshots",
                "ColdStorage", "Providers", "Engine", "Accounts", "Messenger", "Drivers", "HTTPEdge", "WebSocketEdge",
                argumentParser,
                lifecycle, signals, logging,
                nioCore, nioHTTP1, nioPosix,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "TestKit",
            dependencies: ["Primitives", "Disks", "ColdStorage"],
            swiftSettings: settings
        ),
        library(
            "Simulation",
            [
                "Primitives", "Policies", "Disks", "Sealing", "Journaling", "Snapshots", "ColdStorage", "Engine",
                "TestKit", nioCore, nioEmbedded,
            ]
        ),
        .executableTarget(
            name: "simulate",
            dependencies: ["Simulation", argumentParser],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Bench",
            dependencies: [
                "CLinux", "Primitives", "Frames", "Wire", "Disks", "Sealing", "Journaling", "Snapshots", "Engine",
                argumentParser, histogram,
                nioCore, nioHTTP1, nioPosix, nioTLS,
            ],
            path: "Benchmarks/Bench",
            swiftSettings: settings
        ),
        .target(name: "CMicro", path: "Benchmarks/CMicro"),
        .target(name: "Counts", path: "Benchmarks/Counts", swiftSettings: settings),
        .executableTarget(
            name: "Micro",
            dependencies: [
                "CMicro", "Primitives", "Telemetry", "Frames", "Wire", "Disks", "Journaling", "Policies", "Providers",
                "Engine", "Accounts",
                "Messenger", "Drivers", "Simulation", "Counts", argumentParser, nioCore,
            ],
            path: "Benchmarks/Micro",
            exclude: ["thresholds.tsv"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "EchoServer",
            dependencies: ["Primitives", "Frames", "Engine", "WebSocketEdge", nioCore, nioPosix],
            path: "Tests/Conformance/EchoServer",
            swiftSettings: settings
        ),
        tests("Primitives"),
        tests("Telemetry", ["Primitives", coreMetrics]),
        tests("Frames", ["Primitives", nioCore]),
        tests("Wire", ["Primitives", nioCore]),
        tests("Sealing"),
        tests("Journaling", ["Primitives", "Disks", "Sealing", "TestKit"]),
        tests("Snapshots", ["Primitives", "Disks", "Sealing", "TestKit"]),
        tests("ColdStorage", ["Primitives", "Disks", "Sealing", grdb]),
        tests("Policies", ["Primitives", nioCore]),
        tests(
            "Providers",
            ["Primitives", "Telemetry", "Policies", crypto, cryptoExtras, jwt, nioCore, nioPosix, nioHTTP1]
        ),
        tests(
            "Engine",
            [
                "Primitives", "Telemetry", "Wire", "Policies", "Disks", "Sealing", "Journaling", "Snapshots",
                "ColdStorage", "TestKit", nioCore, nioPosix, nioEmbedded,
            ]
        ),
        tests("Accounts", ["Primitives", "Engine", "Telemetry", "TestKit", jwt]),
        tests("Messenger", ["Primitives", "Engine", "Accounts", "Telemetry", nioCore]),
        tests("HTTPEdge", ["Primitives", "Wire", "Engine", "Accounts", "Messenger", nioCore, nioEmbedded, httpTypes]),
        tests("WebSocketEdge", ["Primitives", "Frames", "Wire", "Engine", nioCore, nioPosix, nioEmbedded]),
        tests("Simulation", ["Engine", nioCore]),
        tests("Bench", [nioCore]),
        tests("Counts"),
        .testTarget(name: "Tidy", swiftSettings: testSettings),
    ]
)

// The fuzzers need a build of their own, with libFuzzer: `make fuzz`.
if Context.environment["SWITCHBOARD_FUZZ"] == "1" {
    package.targets += [
        .target(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "CFuzzer", "Primitives", "Frames", "Wire", "Disks", "Journaling", "Snapshots", "TestKit", nioCore,
            ],
            path: "Tests/Fuzz/Fuzz",
            swiftSettings: testSettings
        ),
    ]
}
