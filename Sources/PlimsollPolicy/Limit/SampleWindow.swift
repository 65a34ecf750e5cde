import PlimsollCore

/// What a loop, or several, saw of an upstream over a short time: exact counts, so that windows of
/// several loops merge into what one would have seen.
public struct SampleWindow: Sendable {
    /// Latencies of answers of a working upstream, from the beginning of the attempt to the head.
    public private(set) var latencies = LatencyProfile()
    /// Of those, the ones whose request had to wait for its permit: the limit was in the way.
    public private(set) var waited = 0
    /// Attempts by which the upstream said that it has too much: timeouts, resets, answers 429
    /// and 503. Their latency says nothing.
    public private(set) var drops = 0
    /// Requests turned away for want of a permit.
    public private(set) var refused = 0
    /// When the first of all this came.
    public private(set) var since = Instant.distantFuture

    public init() {}

    /// Answers with a latency.
    public var samples: Int { latencies.count }

    public var isEmpty: Bool { since == .distantFuture }

    /// An answer of a working upstream.
    /// - Parameters:
    ///   - nanoseconds: from the beginning of the attempt to the head of its answer.
    ///   - hasWaited: whether the request found no free permit.
    @inline(__always)
    public mutating func recordAnswer(_ nanoseconds: Int64, hasWaited: Bool, at now: Instant) {
        begin(at: now)
        latencies.record(nanoseconds)
        waited += hasWaited ? 1 : 0
    }

    /// An attempt that ended in a timeout, a reset, or an answer that says "too much".
    public mutating func recordDrop(at now: Instant) {
        begin(at: now)
        drops += 1
    }

    /// A request that was turned away since there was no permit for it.
    public mutating func recordRefusal(at now: Instant) {
        begin(at: now)
        refused += 1
    }

    @inline(__always)
    private mutating func begin(at now: Instant) {
        if now < since { since = now }
    }

    /// Takes in what another loop saw.
    public mutating func merge(_ other: borrowing SampleWindow) {
        latencies.merge(other.latencies)
        waited += other.waited
        drops += other.drops
        refused += other.refused
        since = min(since, other.since)
    }

    /// The share of samples and refused arrivals that found the limit in the way.
    var bindingShare: Double {
        let all = samples + refused
        return all > 0 ? Double(waited + refused) / Double(all) : 0
    }

    /// Whether the limit, and not the demand, decided how much was in flight.
    var isBinding: Bool { bindingShare >= 0.5 }

    /// The share of attempts that were dropped.
    var dropShare: Double {
        drops > 0 ? Double(drops) / Double(drops + samples) : 0
    }
}
