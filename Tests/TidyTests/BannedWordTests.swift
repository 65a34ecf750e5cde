import Testing

/// Some calls have a better place, or a better way.
@Suite struct BannedWordTests {
    @Test(arguments: BannedWord.all)
    func `a banned word has its replacement`(_ banned: BannedWord) {
        let findings = banned.findings(in: .shared)
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test func `what is unchecked is argued for right above`() {
        var findings: [String] = []
        for file in SourceTree.shared.swift(below: "Sources/") {
            for (index, line) in file.code.enumerated() where line.contains("@unchecked Sendable") {
                let above = index > 0 ? file.lines[index - 1].drop { $0 == " " } : ""
                if !above.hasPrefix("//") && !above.hasPrefix("@") {
                    findings.append(file.finding(index + 1, "say why it is safe, right above"))
                }
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test func `nothing listens at a fixed port in tests`() {
        let hosts = ["127.0.0.1:", "localhost:", "0.0.0.0:", "[::1]:"]
        var findings: [String] = []
        for file in SourceTree.shared.swift(below: "Tests/IntegrationTests/") {
            for (index, line) in file.lines.enumerated() {
                for host in hosts where isFixed(line, after: host) {
                    findings.append(file.finding(index + 1, "port 0, and ask which it became"))
                }
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    /// Ports 0 (any) and 1 (nobody's, to be refused by) are no fixed ports.
    private func isFixed(_ line: String, after host: String) -> Bool {
        let text = Array(line.utf8)
        let host = Array(host.utf8)
        guard text.count > host.count else { return false }
        for start in 0..<(text.count - host.count)
        where text[start..<start + host.count].elementsEqual(host) {
            let digits = text[(start + host.count)...].prefix { (0x30...0x39).contains($0) }
            if let port = Int(String(decoding: digits, as: UTF8.self)), port > 1 { return true }
        }
        return false
    }

    @Test func `a release build keeps its traps`() {
        for file in SourceTree.shared.files(ending: "Package.swift", "Makefile", ".ci/run") {
            #expect(!file.lines.contains { $0.contains("-Ounchecked") }, "\(file.path)")
        }
    }
}
