import Testing

/// The floor plan: who may know whom (docs/ARCHITECTURE.md).
@Suite struct ImportTests {
    private static let floors: Set<String> = [
        "PlimsollCore", "PlimsollPolicy", "PlimsollHTTP", "PlimsollIO", "PlimsollConfig",
        "PlimsollProxy",
    ]
    private static let system: Set<String> = ["Glibc", "Synchronization"]

    /// What each module may import. Arrows only point down, and siblings do not know each other;
    /// the one exception is that Config fills in the settings that live beside the policies.
    private static let allowed: [String: Set<String>] = [
        "PlimsollCore": [],
        "PlimsollPolicy": ["PlimsollCore"],
        "PlimsollHTTP": ["PlimsollCore"],
        "PlimsollIO": system.union(["PlimsollCore", "CLiburing", "CLinux", "COpenSSL"]),
        "PlimsollConfig": system.union(["PlimsollCore", "PlimsollPolicy", "CToml"]),
        "PlimsollProxy": system.union(floors).subtracting(["PlimsollProxy"]),
        "PlimsollSimulation": system.union(floors),
        "plimsoll": system.union(floors).union(["PlimsollSimulation"]),
        "plimsoll-gate": system.union(floors).union(["PlimsollSimulation", "CAllocationCount"]),
    ]

    /// C libraries, and the one place that speaks to each.
    private static let homes: [String: String] = [
        "CLiburing": "Sources/PlimsollIO/Driver/Uring/",
        "CLinux": "Sources/PlimsollIO/",
        "COpenSSL": "Sources/PlimsollIO/TLS/",
        "CToml": "Sources/PlimsollConfig/Toml/",
        "CAllocationCount": "Sources/plimsoll-gate/",
    ]

    @Test func `a module imports only what is below it`() {
        var findings: [String] = []
        for file in SourceTree.shared.swift(below: "Sources/") {
            let module = String(file.path.split(separator: "/")[1])
            guard let allowed = Self.allowed[module] else {
                findings.append(file.finding(1, "\(module) is not on the floor plan"))
                continue
            }
            for (line, name) in file.imports where !allowed.contains(name) {
                findings.append(file.finding(line, "\(module) may not import \(name)"))
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test func `a C library is spoken to in one place`() {
        var findings: [String] = []
        for file in SourceTree.shared.swift(below: "Sources/") {
            for (line, name) in file.imports {
                if let home = Self.homes[name], !file.path.hasPrefix(home) {
                    findings.append(file.finding(line, "\(name) belongs into \(home)"))
                }
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test func `pure modules keep no state of their own`() {
        var findings: [String] = []
        for module in ["PlimsollCore", "PlimsollPolicy", "PlimsollHTTP"] {
            for file in SourceTree.shared.swift(below: "Sources/\(module)/") {
                for (index, line) in file.code.enumerated()
                where line.contains(word: "static var") && !line.contains("{")
                    || line.hasPrefix("var ") || line.hasPrefix("nonisolated(unsafe)")
                {
                    findings.append(file.finding(index + 1, "global mutable state"))
                }
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }
}
