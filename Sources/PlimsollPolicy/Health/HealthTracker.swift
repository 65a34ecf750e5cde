/// Whether an endpoint is well, by the answers in a row that say otherwise.
public struct HealthTracker: Equatable, Sendable {
    private var rise: Int
    private var fall: Int
    /// Endpoints begin healthy: a daemon that starts must not refuse all until its first round of
    /// questions is over, and the breaker looks after the ones that are not.
    public private(set) var isHealthy = true
    /// Answers in a row that contradict ``isHealthy``.
    public private(set) var contradictions = 0

    public init(settings: HealthSettings) {
        rise = settings.rise
        fall = settings.fall
    }

    /// An answer came, or failed to come.
    /// - Returns: whether ``isHealthy`` has changed.
    public mutating func record(isPassing: Bool) -> Bool {
        guard isPassing != isHealthy else {
            contradictions = 0
            return false
        }
        contradictions += 1
        guard contradictions >= (isHealthy ? fall : rise) else { return false }
        isHealthy.toggle()
        contradictions = 0
        return true
    }

    /// Takes new settings and keeps the verdict.
    public mutating func reconfigure(_ settings: HealthSettings) {
        rise = settings.rise
        fall = settings.fall
    }

    /// Whether a status is a good answer: a page that was found, or a redirect to one.
    public static func isPassing(status: UInt16) -> Bool {
        status >= 200 && status < 400
    }
}
