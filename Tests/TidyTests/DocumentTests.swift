import Testing

/// What is written about the code must be true of it.
@Suite struct DocumentTests {
    private let tree = SourceTree.shared

    @Test func `links between documents lead somewhere`() {
        var findings: [String] = []
        for file in tree.files(ending: ".md") {
            let folder = file.path.split(separator: "/").dropLast()
            for (index, line) in file.lines.enumerated() {
                for target in targets(of: line) {
                    let parts = target.split(separator: "/")
                    var place = Array(folder)
                    for part in parts {
                        if part == ".." {
                            _ = place.popLast()
                        } else if part != "." {
                            place.append(part)
                        }
                    }
                    if !tree.exists(place.joined(separator: "/")) {
                        findings.append(file.finding(index + 1, "\(target) is not there"))
                    }
                }
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    /// Targets of Markdown links within the repository, without what follows `#`.
    private func targets(of line: String) -> [Substring] {
        var found: [Substring] = []
        var rest = line[...]
        while let start = rest.firstRange(of: "](") {
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: ")") else { break }
            let target = rest[..<end].prefix { $0 != "#" }
            if !target.isEmpty && !target.contains("://") { found.append(target) }
            rest = rest[end...]
        }
        return found
    }

    @Test func `files that a document names exist`() {
        let names = Set(tree.files.map { $0.path.split(separator: "/").last ?? "" })
        let roots = [
            "Sources/", "Tests/", "scripts/", "config/", "systemd/", "docker/", "docs/", ".ci/",
        ]
        var findings: [String] = []
        for file in tree.files(ending: ".md") {
            for (index, line) in file.lines.enumerated() {
                // What stands between backticks is every second part.
                let parts = line.split(separator: "`", omittingEmptySubsequences: false)
                for (position, word) in parts.enumerated() where position % 2 == 1 {
                    if word.contains(" ") || word.contains("*") || word.contains("…")
                        || word.contains("NAME")
                    {
                        continue
                    }
                    let isFile = roots.contains { word.hasPrefix($0) } && word.contains("/")
                    let isMissing =
                        isFile
                        ? !tree.exists(String(word))
                        : word.hasSuffix(".swift") && !names.contains(word)
                            && !tree.files.contains { $0.path.hasSuffix(word) }
                    if isMissing {
                        findings.append(file.finding(index + 1, "\(word) is not there"))
                    }
                }
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test func `nothing speaks of the machine that it was written on`() {
        // Put together, so that this file may say it.
        let places = [
            ["/home", "/"], ["/root", "/"], ["/Users", "/"], ["/wo", "rk/"], ["../", "shared"],
        ]
        var findings: [String] = []
        for file in tree.files {
            for place in places {
                for line in file.lines(with: place.joined(), inComments: true) {
                    findings.append(file.finding(line, "names a place of one machine"))
                }
            }
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }
}
