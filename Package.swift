// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: warnings are errors, and a release build looks through module walls (a
/// generic that is not specialised over one costs fifty times more, docs/decisions/0003).
/// Dynamic exclusivity checks stay on in debug builds, where every test runs, and off in release.
let house: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableExperimentalFeature("Lifetimes"),
    .unsafeFlags(
        ["-cross-module-optimization", "-enforce-exclusivity=unchecked"],
        .when(configuration: .release)),
]

/// Pure targets in addition: no tasks, no actors, no clocks. Tidy tests keep libc out as well.
let pure: [SwiftSetting] =
    house + [.unsafeFlags(["-Xfrontend", "-disable-implicit-concurrency-module-import"])]

let package = Package(
    name: "plimsoll",
    products: [.executable(name: "plimsoll", targets: ["plimsoll"])],
    targets: [
        // C libraries of the system, each behind one small target.
        .target(name: "CLinux"),
        .target(name: "CLiburing", linkerSettings: [.linkedLibrary("uring")]),
        .target(name: "CToml", cxxSettings: [.define("TOML_HEADER_ONLY", to: "1")]),
        .target(
            name: "COpenSSL", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),

        // The floors, from the ground up.
        .target(name: "PlimsollCore", swiftSettings: pure),
        .target(name: "PlimsollPolicy", dependencies: ["PlimsollCore"], swiftSettings: pure),
        .target(name: "PlimsollHTTP", dependencies: ["PlimsollCore"], swiftSettings: pure),
        .target(
            name: "PlimsollIO", dependencies: ["PlimsollCore", "CLiburing", "CLinux"],
            swiftSettings: house),
        .target(
            name: "PlimsollConfig", dependencies: ["PlimsollCore", "PlimsollPolicy", "CToml"],
            swiftSettings: house),
        .target(
            name: "PlimsollProxy",
            dependencies: [
                "PlimsollCore", "PlimsollPolicy", "PlimsollHTTP", "PlimsollIO", "PlimsollConfig",
            ], swiftSettings: house),
        .target(
            name: "PlimsollSimulation",
            dependencies: [
                "PlimsollCore", "PlimsollPolicy", "PlimsollHTTP", "PlimsollIO", "PlimsollConfig",
                "PlimsollProxy",
            ],
            // Thousands of virtual seconds per test run: optimised even in a debug build.
            swiftSettings: house + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
        .executableTarget(
            name: "plimsoll",
            dependencies: [
                "PlimsollCore", "PlimsollPolicy", "PlimsollHTTP", "PlimsollIO", "PlimsollConfig",
                "PlimsollProxy", "PlimsollSimulation",
            ], swiftSettings: house),

        // Measures the worker on a driver that costs nothing, and refuses what is too dear.
        .target(name: "CAllocationCount"),
        .executableTarget(
            name: "plimsoll-gate",
            dependencies: [
                "PlimsollCore", "PlimsollPolicy", "PlimsollHTTP", "PlimsollIO", "PlimsollConfig",
                "PlimsollProxy", "PlimsollSimulation", "CAllocationCount",
            ], swiftSettings: house),

        // Tests mirror the floors.
        .testTarget(
            name: "PlimsollCoreTests", dependencies: ["PlimsollCore"], swiftSettings: house),
        .testTarget(
            name: "PlimsollPolicyTests", dependencies: ["PlimsollCore", "PlimsollPolicy"],
            swiftSettings: house),
        .testTarget(
            name: "PlimsollHTTPTests", dependencies: ["PlimsollCore", "PlimsollHTTP"],
            swiftSettings: house),
        .testTarget(
            name: "PlimsollIOTests",
            dependencies: ["PlimsollCore", "PlimsollIO", "PlimsollSimulation", "COpenSSL"],
            swiftSettings: house),
        .testTarget(
            name: "PlimsollConfigTests",
            dependencies: ["PlimsollCore", "PlimsollPolicy", "PlimsollConfig"],
            swiftSettings: house),
        .testTarget(
            name: "PlimsollProxyTests",
            dependencies: [
                "PlimsollCore", "PlimsollPolicy", "PlimsollHTTP", "PlimsollIO", "PlimsollConfig",
                "PlimsollProxy",
            ], swiftSettings: house),
        .testTarget(
            name: "CommandTests",
            dependencies: ["plimsoll", "PlimsollCore", "PlimsollPolicy", "PlimsollConfig"],
            swiftSettings: house),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "PlimsollCore", "PlimsollPolicy", "PlimsollHTTP", "PlimsollIO", "PlimsollConfig",
                "PlimsollProxy", "PlimsollSimulation",
            ], swiftSettings: house),
        // Knows nothing of the daemon but its binary, which building the tests builds as well.
        .testTarget(
            name: "IntegrationTests", dependencies: ["plimsoll"], swiftSettings: house),
        .testTarget(
            name: "TidyTests",
            // Reads every line of the house, many times.
            swiftSettings: house + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx20
)
