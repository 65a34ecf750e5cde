/// What came of reading a traffic description.
public struct TrafficLoadResult: Sendable {
    public let file: String
    /// nil when there is an error among the problems.
    public let traffic: TrafficSettings?
    public let problems: [ConfigurationProblem]

    /// One line a problem, each ending in a line feed; empty when there is none.
    public var report: String { problems.map { "\($0.rendered(file: file))\n" }.joined() }
}

/// Reads the traffic of a simulation. All problems come at once, as a configuration's do.
public enum TrafficLoader {
    public static func load(path: String) -> TrafficLoadResult {
        switch ConfigurationFile.read(path, bytesMaximum: ConfigurationLoader.bytesMaximum) {
        case .success(let bytes): return load(text: bytes, file: path)
        case .failure(let fault):
            let problem = ConfigurationProblem(at: .start, rule: fault.rule, fix: fault.fix)
            return TrafficLoadResult(file: path, traffic: nil, problems: [problem])
        }
    }

    /// The same for text that has been read already.
    public static func load(text: String, file: String) -> TrafficLoadResult {
        load(text: Array(text.utf8), file: file)
    }

    private static func load(text: [UInt8], file: String) -> TrafficLoadResult {
        let problems = ProblemCollector()
        let traffic = ConfigurationLoader.parse(text, problems: problems).map {
            TrafficDecoder(problems: problems).decode($0)
        }
        return TrafficLoadResult(
            file: file, traffic: problems.hasErrors ? nil : traffic, problems: problems.inFileOrder)
    }
}
