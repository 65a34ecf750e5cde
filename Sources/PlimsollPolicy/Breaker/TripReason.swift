/// Why a breaker opened.
public enum TripReason: Equatable, Sendable {
    /// Too many failures among the requests of the window.
    case failureRatio(failures: Int, requests: Int)
    /// Too many failures in a row.
    case consecutiveFailures(Int)
    /// Too many slow successes among the requests of the window.
    case slowRatio(slow: Int, requests: Int)
    /// A probe failed.
    case probeFailed(FailureKind)
    /// A probe succeeded, but slowly.
    case probeSlow
    /// A probe had no outcome within its timeout.
    case probeTimedOut
    /// Requests waited, and nothing was answered.
    case silence
    /// An operator opened it.
    case manual

    /// The reason in metrics and logs.
    public var label: StaticString {
        switch self {
        case .failureRatio: "failure-ratio"
        case .consecutiveFailures: "consecutive-failures"
        case .slowRatio: "slow-ratio"
        case .probeFailed: "probe-failed"
        case .probeSlow: "probe-slow"
        case .probeTimedOut: "probe-timed-out"
        case .silence: "silence"
        case .manual: "manual"
        }
    }

    /// Its place in ``labels``.
    public var position: Int {
        switch self {
        case .failureRatio: 0
        case .consecutiveFailures: 1
        case .slowRatio: 2
        case .probeFailed: 3
        case .probeSlow: 4
        case .probeTimedOut: 5
        case .silence: 6
        case .manual: 7
        }
    }

    /// The labels of all reasons, by ``position``.
    public static let labels: [StaticString] = [
        "failure-ratio", "consecutive-failures", "slow-ratio", "probe-failed", "probe-slow",
        "probe-timed-out", "silence", "manual",
    ]
}
