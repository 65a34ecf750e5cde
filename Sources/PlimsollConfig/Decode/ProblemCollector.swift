/// Gathers what is wrong with a file, so that all of it can be told at once. Lives for one
/// decoding, on one thread.
final class ProblemCollector {
    private var problems: [ConfigurationProblem] = []

    /// Grows with every error; tells whether something was refused in between.
    var errorCount: Int { problems.count { $0.severity == .error } }

    var hasErrors: Bool { problems.contains { $0.severity == .error } }

    func error(at position: TomlPosition, _ rule: String, fix: String) {
        problems.append(ConfigurationProblem(.error, at: position, rule: rule, fix: fix))
    }

    func warning(at position: TomlPosition, _ rule: String, fix: String) {
        problems.append(ConfigurationProblem(.warning, at: position, rule: rule, fix: fix))
    }

    /// In the order of the file; what stands at one place keeps its order.
    var inFileOrder: [ConfigurationProblem] {
        problems.enumerated()
            .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
            .map(\.element)
    }
}
