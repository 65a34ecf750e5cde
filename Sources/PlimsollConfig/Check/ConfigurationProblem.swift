/// Something in a configuration file that its author should know.
public struct ConfigurationProblem: Sendable, Hashable {
    public enum Severity: Sendable {
        /// The file is refused.
        case error
        /// The file works, but probably not as meant.
        case warning
    }

    public var severity: Severity
    public var position: TomlPosition
    /// What was found and which rule it breaks.
    public var rule: String
    /// What to do about it.
    public var fix: String

    public init(
        _ severity: Severity = .error, at position: TomlPosition, rule: String, fix: String
    ) {
        self.severity = severity
        self.position = position
        self.rule = rule
        self.fix = fix
    }

    /// `file:line:column: rule; fix`, the form that editors jump to.
    public func rendered(file: String) -> String {
        let label = severity == .warning ? "warning: " : ""
        return "\(file):\(position.line):\(position.column): \(label)\(rule); \(fix)"
    }
}
