import Testing

/// A file is found by the name of what is in it.
@Suite struct FileNameTests {
    @Test func `a file holds the type that it is named after`() {
        let kinds = ["struct", "class", "enum", "protocol", "typealias", "extension", "func"]
        // Families of small things that read best on one page.
        let families = [
            "MessageText", "PolicyDecoding", "ConfigurationPrinter", "DecayFactor", "HeadParse",
            "LoopQueues", "ConnectionPool",
        ]
        var findings: [String] = []
        for file in SourceTree.shared.swift(below: "Sources/") {
            // Type+Concern.swift extends Type.
            let type = file.name.split(separator: "+").first.map(String.init) ?? file.name
            let isThere = kinds.contains {
                !file.lines(with: "\($0) \(type)", inComments: false).isEmpty
            }
            if !isThere && !families.contains(type) {
                findings.append(file.finding(1, "holds no \(type)"))
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }
}
