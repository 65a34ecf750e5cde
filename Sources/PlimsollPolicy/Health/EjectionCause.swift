/// Why an endpoint was ejected; the raw value is its place in counters.
public enum EjectionCause: Int, CaseIterable, Sendable {
    /// Real requests failed in a row.
    case consecutiveFailures
    /// It failed a much larger share of its requests than its peers.
    case failureExcess
    /// It was many times slower than its peers.
    case slow

    /// The cause in metrics and logs.
    public var label: StaticString {
        switch self {
        case .consecutiveFailures: "consecutive-failures"
        case .failureExcess: "failure-excess"
        case .slow: "slow"
        }
    }
}
