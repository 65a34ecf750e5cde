import PlimsollCore
import PlimsollPolicy

/// What an upstream carries at one moment, over all loops.
public struct UpstreamLoad: Sendable, Equatable {
    /// Permits out.
    public var inFlight: Int
    /// Tickets in the queue.
    public var waiting: Int
    /// Permits there are.
    public var limit: Int
}

extension SharedUpstream {
    public var load: UpstreamLoad {
        let counts = permits.counts
        return UpstreamLoad(
            inFlight: Int(counts.inFlight), waiting: Int(counts.waiting), limit: permits.limitNow)
    }

    /// What its breaker is doing.
    public func breakerSnapshot(at now: Instant) -> BreakerSnapshot {
        breaker.snapshot(at: now)
    }
}
