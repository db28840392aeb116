// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0480-swiftpm-warning-control.md
    .treatAllWarnings(as: .error),
]

/// How released programs are linked, which is a tenth of their memory: 38 MiB of a draining publisher instead of 42.
///
/// Relocations of a static program take 3 MB where each is written out, and its 33,000 symbols as much where they are
/// exported, which is for libraries that look them up; backtraces read the symbol table.
let linking: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "--no-export-dynamic",
        ],
        .when(platforms: [.linux], configuration: .release)
    )
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let histogram: Target.Dependency = .product(name: "Histogram", package: "hdrhistogram-swift")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let grpcCore: Target.Dependency = .product(name: "GRPCCore", package: "grpc-swift-2")
let grpcProtobuf: Target.Dependency = .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let grpcTransport: Target.Dependency = .product(
    name: "GRPCNIOTransportHTTP2Posix",
    package: "grpc-swift-nio-transport"
)
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let inMemoryLogging: Target.Dependency = .product(name: "InMemoryLogging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let lifecycleTesting: Target.Dependency = .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")

/// The benchmarks: built only where they are asked for, see `make bench`.
let benchmarks: [Target] = [
    .executableTarget(
        name: "relay-limit",
        dependencies: ["CLibPQ", "CLibNATS"],
        path: "Benchmarks/Limit",
        cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]
    ),
    .executableTarget(
        name: "RelayBench",
        dependencies: [
            "EventLog", "JetStream", "LocalServers", "Outbox", "Postgres", "RawJSON", "Schema", "Waiting",
            argumentParser, asyncHTTPClient, histogram, logging, nioCore, nioHTTP1, system,
        ],
        path: "Benchmarks/RelayBench",
        swiftSettings: settings
    ),
]
let hasBenchmarks = Context.environment["NOETL_RELAY_BENCHMARKS"] == "1"

let package = Package(
    name: "noetl-relay",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "internal-api", targets: ["InternalAPI"]),
        .executable(name: "outbox-publisher", targets: ["OutboxPublisher"]),
        .executable(name: "projector", targets: ["Projector"]),
        .executable(name: "relayctl", targets: ["RelayCtl"]),
    ] + (hasBenchmarks ? [.executable(name: "relay-bench", targets: ["RelayBench"])] : []),
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    ],
    targets: [
        // MARK: C libraries
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLibNATS", pkgConfig: "libnats", providers: [.apt(["libnats-dev"])]),

        // MARK: Their Swift faces, and what both stand on
        .target(name: "Waiting", swiftSettings: settings),
        .target(name: "Settings", dependencies: [configuration], swiftSettings: settings),
        .target(
            name: "Postgres",
            dependencies: ["Waiting", "CLibPQ", "Settings", deque, logging],
            swiftSettings: settings
        ),
        .target(
            name: "JetStream",
            dependencies: ["Waiting", "CLibNATS", "RawJSON", "Settings", logging],
            swiftSettings: settings
        ),

        // MARK: Tables, and the contract about them
        .target(name: "RawJSON", swiftSettings: settings),
        .target(name: "Schema", dependencies: ["Postgres", "Waiting", logging], swiftSettings: settings),
        .target(name: "Outbox", dependencies: ["Postgres", "Settings", "Waiting"], swiftSettings: settings),
        .target(name: "EventLog", dependencies: ["Postgres", "RawJSON"], swiftSettings: settings),
        .target(
            name: "InternalContract",
            dependencies: [
                "RawJSON", "Settings", "Waiting",
                asyncHTTPClient, logging, nioCore, nioHTTP1, nioPosix, system,
            ],
            swiftSettings: settings
        ),

        // Generated, see CONTRIBUTING.md.
        .target(
            name: "ExternalScaler",
            dependencies: [grpcCore, grpcProtobuf, protobuf],
            exclude: ["externalscaler.proto"]
        ),

        // MARK: Executables
        .target(
            name: "ServiceRuntime",
            dependencies: [
                "RawJSON", "Settings",
                httpTypes, hummingbird, hummingbirdCore, lifecycle, logging, metrics, nioCore, unixSignals,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "InternalAPI",
            dependencies: [
                "EventLog", "ExternalScaler", "InternalContract", "Outbox", "Postgres", "RawJSON", "ServiceRuntime",
                "Settings", "Waiting",
                grpcCore, grpcTransport, httpTypes, hummingbird, hummingbirdCore, lifecycle, logging, metrics, nioCore,
                nioHTTP1, nioHTTPTypes,
            ],
            swiftSettings: settings,
            linkerSettings: linking
        ),
        .executableTarget(
            name: "OutboxPublisher",
            dependencies: [
                "InternalContract", "JetStream", "Outbox", "Postgres", "RawJSON", "ServiceRuntime", "Settings",
                "Waiting",
                lifecycle, logging, metrics,
            ],
            swiftSettings: settings,
            linkerSettings: linking
        ),
        .executableTarget(
            name: "Projector",
            dependencies: [
                "EventLog", "InternalContract", "JetStream", "Postgres", "RawJSON", "Schema", "ServiceRuntime",
                "Settings", "Waiting",
                lifecycle, logging, metrics,
            ],
            swiftSettings: settings,
            linkerSettings: linking
        ),
        .target(name: "LocalServers", dependencies: [subprocess, system], swiftSettings: settings),
        .executableTarget(
            name: "RelayCtl",
            dependencies: [
                "EventLog", "InternalContract", "JetStream", "LocalServers", "Outbox", "Postgres", "RawJSON", "Schema",
                "Settings", "Waiting",
                argumentParser, asyncHTTPClient, histogram, logging, nioCore, nioHTTP1, subprocess, system, unixSignals,
            ],
            swiftSettings: settings,
            linkerSettings: linking
        ),

        // MARK: Tests
        .target(
            name: "TestSupport",
            dependencies: [
                "ExternalScaler", "JetStream", "LocalServers", "Postgres", "Schema", "Waiting",
                grpcCore, grpcTransport, logging, nioCore, nioPosix, subprocess, system,
            ],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .testTarget(name: "RawJSONTests", dependencies: ["RawJSON"], swiftSettings: settings),
        .testTarget(
            name: "ServiceRuntimeTests",
            dependencies: [
                "ServiceRuntime", hummingbird, hummingbirdTesting, inMemoryLogging, lifecycle, logging, metrics,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "LocalServersTests",
            dependencies: ["LocalServers", "TestSupport", subprocess, system],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OutboxPublisherTests",
            dependencies: [
                "JetStream", "LocalServers", "Outbox", "OutboxPublisher", "Postgres", "ServiceRuntime", "Settings",
                "TestSupport", "Waiting",
                inMemoryLogging, lifecycleTesting, logging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ProjectorTests",
            dependencies: [
                "EventLog", "InternalAPI", "InternalContract", "JetStream", "LocalServers", "Postgres", "Projector",
                "RawJSON", "Schema", "ServiceRuntime", "Settings", "TestSupport",
                inMemoryLogging, lifecycleTesting, logging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "InternalAPI", "JetStream", "LocalServers", "OutboxPublisher", "Postgres", "Projector", "RelayCtl",
                "Schema", "TestSupport", "Waiting",
                asyncHTTPClient, logging, nioCore, nioHTTP1, subprocess, system,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DocumentationTests",
            dependencies: [
                "EventLog", "InternalAPI", "OutboxPublisher", "Projector", "ServiceRuntime", "Settings",
                logging, metrics,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PostgresTests",
            dependencies: ["LocalServers", "Postgres", "Settings", "TestSupport", "Waiting", logging, system],
            swiftSettings: settings
        ),
        .testTarget(
            name: "OutboxTests",
            dependencies: ["Outbox", "Postgres", "TestSupport", "Waiting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InternalContractTests",
            dependencies: [
                "InternalContract", "RawJSON", "Settings", "TestSupport", logging, system,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "InternalAPITests",
            dependencies: [
                "ExternalScaler", "InternalAPI", "InternalContract", "LocalServers", "Outbox", "Postgres", "RawJSON",
                "Schema", "ServiceRuntime", "Settings", "TestSupport",
                asyncHTTPClient, grpcCore, grpcTransport, httpTypes, logging, nioCore, nioHTTP1, nioPosix, subprocess,
                system,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RelayCtlTests",
            dependencies: [
                "EventLog", "JetStream", "LocalServers", "Postgres", "RawJSON", "RelayCtl",
                logging, subprocess, system,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "JetStreamTests",
            dependencies: ["JetStream", "LocalServers", "Settings", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SchemaTests",
            dependencies: ["Postgres", "Schema", "TestSupport", "Waiting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EventLogTests",
            dependencies: ["EventLog", "Postgres", "RawJSON", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WaitingTests",
            dependencies: ["Waiting"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SettingsTests",
            dependencies: ["Settings"],
            swiftSettings: settings
        ),
    ] + (hasBenchmarks ? benchmarks : [])
)
