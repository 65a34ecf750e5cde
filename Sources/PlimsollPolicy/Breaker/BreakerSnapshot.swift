import PlimsollCore

/// What a breaker is doing, for people and metrics.
public enum BreakerState: Equatable, Sendable {
    case closed
    case open(until: Instant)
    case halfOpen(probesInFlight: Int, probesSucceeded: Int)
    /// The probes have succeeded; a growing share passes.
    case ramping

    /// The state in metrics and logs.
    public var label: StaticString {
        switch self {
        case .closed: "closed"
        case .open: "open"
        case .halfOpen: "half-open"
        case .ramping: "ramping"
        }
    }

    /// Its place in ``labels``.
    public var position: Int {
        switch self {
        case .closed: 0
        case .halfOpen: 1
        case .ramping: 2
        case .open: 3
        }
    }

    /// The labels of all states, by ``position``.
    public static let labels: [StaticString] = ["closed", "half-open", "ramping", "open"]
}

/// A breaker at one moment.
public struct BreakerSnapshot: Equatable, Sendable {
    public let state: BreakerState
    /// Grows by one with each change of state.
    public let epoch: UInt32
    /// What the window holds: requests, failures among them, slow successes among them.
    public let requests: Int
    public let failures: Int
    public let slow: Int
    /// Failures since the last success.
    public let consecutiveFailures: Int
    /// Why it opened last; nil: it never did.
    public let lastTrip: TripReason?
    /// Openings in a row without a stable closed period between them.
    public let openings: Int
    /// What an operator has said.
    public let hold: BreakerHold
}
