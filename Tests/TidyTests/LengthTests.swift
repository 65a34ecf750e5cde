import Testing

/// What fits on a screen can be read at once.
@Suite struct LengthTests {
    private let tree = SourceTree.shared

    @Test func `no line is wider than a hundred columns`() {
        var findings: [String] = []
        for file in tree.files(ending: ".swift", ".c", ".h", ".cpp") {
            for (index, line) in file.lines.enumerated()
            where line.utf8.count > 100 && line.count > 100 {
                // In a test, a message that is compared whole is easier to read whole.
                let isText =
                    file.path.hasPrefix("Tests/") && !line.drop { $0 == " " }.hasPrefix("//")
                    && file.code[index].allSatisfy { " \",+".contains($0) }
                if isText { continue }
                findings.append(file.finding(index + 1, "\(line.count) columns; break it at 100"))
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test func `no source is longer than four hundred lines, no file than five hundred`() {
        var findings: [String] = []
        for file in tree.files(ending: ".swift", ".c", ".h", ".cpp") {
            let limit = file.path.hasPrefix("Sources/") ? 400 : 500
            if file.lines.count > limit {
                findings.append(
                    file.finding(limit, "\(file.lines.count) lines; split it as Type+Concern"))
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test func `no function is longer than sixty lines`() {
        var findings: [String] = []
        for file in tree.swift(below: "") {
            for function in FunctionScan.functions(of: file)
            where function.lineCount > 60 && !function.isTable {
                findings.append(
                    file.finding(function.line, "\(function.lineCount) lines; split it at 60"))
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }
}
