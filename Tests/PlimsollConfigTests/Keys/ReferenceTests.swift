import Testing

@testable import PlimsollConfig

/// Files of the repository, found from where this one lies.
enum Repository {
    static func path(_ name: String, from file: String = #filePath) -> String {
        file.split(separator: "/", omittingEmptySubsequences: false).dropLast(4)
            .joined(separator: "/") + "/" + name
    }

    static func text(_ name: String) throws -> String {
        let read = ConfigurationFile.read(path(name), bytesMaximum: 1 << 20)
        return String(decoding: try read.get(), as: UTF8.self)
    }
}

@Suite struct ReferenceTests {
    @Test func `the reference has every key with its default and range, and no other`() throws {
        let rows = try Repository.text("docs/CONFIGURATION.md").split(separator: "\n")
            .map(String.init).filter {
                $0.hasPrefix("| `") && $0.contains(".") && !$0.contains("KiB`, `MiB")
            }
            .filter { row in !row.hasPrefix("| `\"") }
        #expect(rows.sorted() == ConfigurationKey.all.map(\.referenceRow).sorted())
    }

    @Test func `no key is listed twice`() {
        let paths = ConfigurationKey.all.map(\.path)
        #expect(Set(paths).count == paths.count)
    }

    @Test(arguments: [
        "config/plimsoll.toml", "config/examples/minimal.toml",
        "config/examples/many-upstreams.toml", "config/examples/websocket.toml",
        "config/examples/static-answers.toml", "config/examples/bulkheads.toml",
    ])
    func `every file that we hand out loads without a warning`(_ name: String) throws {
        let result = ConfigurationLoader.load(path: Repository.path(name))
        #expect(result.report.isEmpty)
        #expect(result.configuration != nil)
    }

    /// The tutorial shows defaults behind `# key = value`; they must be the defaults.
    @Test func `what the tutorial comments out is the default`() throws {
        let text = try Repository.text("config/plimsoll.toml")
        let enabled = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line -> Substring in
                let isDefault = line.hasPrefix("# ") && line.contains(" = ")
                let isSuggestion = ["trusted_proxies", "slow_call", "path = ", "interval"]
                    .contains { line.contains($0) }
                return isDefault && !isSuggestion ? line.dropFirst(2) : line
            }.joined(separator: "\n")
        #expect(enabled != text)
        #expect(try configuration(enabled).withoutLines == configuration(text).withoutLines)
    }
}
