/// How an upstream's requests are spread over its endpoints; the raw value is the word in the
/// configuration.
public enum BalanceKind: String, CaseIterable, Sendable {
    /// The cheaper of two endpoints drawn by lot. The default: it follows latency, needs no
    /// agreement between loops, and never sends a herd to the one that looks best.
    case twoChoices = "two-choices"
    /// One after the other.
    case roundRobin = "round-robin"
    /// The one with the fewest requests in flight.
    case leastInFlight = "least-in-flight"

    public static let standard = BalanceKind.twoChoices
}
