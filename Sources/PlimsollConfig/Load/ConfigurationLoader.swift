/// What came of reading a configuration file.
public struct LoadResult: Sendable {
    /// The file as it was named; stands in front of every message.
    public let file: String
    /// nil when there are errors.
    public let configuration: Configuration?
    /// Everything that is wrong, in the order of the file.
    public let problems: [ConfigurationProblem]

    public var hasErrors: Bool { configuration == nil }
    public var hasWarnings: Bool { problems.contains { $0.severity == .warning } }

    /// One line a problem, each ending in a line feed; empty when there is none.
    public var report: String { problems.map { "\($0.rendered(file: file))\n" }.joined() }
}

/// Reads, decodes and checks a configuration. All problems come at once.
public enum ConfigurationLoader {
    /// Larger files are refused: a configuration is written by people.
    public static let bytesMaximum = 1 << 20

    public static func load(path: String) -> LoadResult {
        switch ConfigurationFile.read(path, bytesMaximum: bytesMaximum) {
        case .success(let bytes): return load(text: bytes, file: path)
        case .failure(let fault):
            let problem = ConfigurationProblem(at: .start, rule: fault.rule, fix: fault.fix)
            return LoadResult(file: path, configuration: nil, problems: [problem])
        }
    }

    /// The same for text that has been read already.
    public static func load(text: String, file: String) -> LoadResult {
        load(text: Array(text.utf8), file: file)
    }

    static func load(text: [UInt8], file: String) -> LoadResult {
        let problems = ProblemCollector()
        let configuration = decode(text, problems: problems)
        return LoadResult(
            file: file, configuration: problems.hasErrors ? nil : configuration,
            problems: problems.inFileOrder)
    }

    /// The text as TOML, if it is.
    static func parse(_ text: [UInt8], problems: ProblemCollector) -> TomlDocument? {
        guard text.count <= bytesMaximum else {
            problems.error(
                at: .start, "the file is larger than \(SizeText.write(Int64(bytesMaximum)))",
                fix: "check that it is a configuration file")
            return nil
        }
        if let position = UTF8Check.firstFault(in: text) {
            problems.error(
                at: position, "this is not UTF-8", fix: "save the file in UTF-8, as TOML asks for")
            return nil
        }
        if let position = KeyDepthCheck.firstFault(in: text) {
            problems.error(
                at: position, "a key has more than \(KeyDepthCheck.partsMaximum) parts",
                fix: "no key has more than five; check the points")
            return nil
        }
        do {
            return try TomlDocument(text)
        } catch {
            problems.error(at: error.position, "this is not TOML", fix: "\(error.reason)")
            return nil
        }
    }

    private static func decode(_ text: [UInt8], problems: ProblemCollector) -> Configuration? {
        guard let document = parse(text, problems: problems) else { return nil }
        var decoder = ConfigurationDecoder(problems: problems)
        decoder.decode(document)
        decoder.addImpliedRoute()
        ConfigurationCheck(
            configuration: decoder.configuration, map: decoder.map,
            isListenerMissing: decoder.isListenerMissing,
            isRouteMissing: decoder.isRouteImplied, problems: problems
        ).run()
        return decoder.configuration
    }
}
