import PlimsollCore

/// What a request to an endpoint is expected to cost: an average of its latencies that rises with
/// a slow answer at once and forgets it slowly (peak EWMA, after Finagle).
public struct EndpointLoad: Equatable, Sendable, BitwiseCopyable {
    /// After this long without news 1/e of an old latency is left. Finagle's and product's 10 s:
    /// a pause of a second still counts in the next ones.
    public static let tauNanoseconds: Int64 = 10_000_000_000
    /// What is expected of an endpoint that has not answered yet: a middling service.
    public static let unknownNanoseconds: Double = 30_000_000
    /// A failure counts as an answer twice as slow as expected, up to this. Without it the
    /// endpoint that fails fastest would draw all traffic.
    public static let penaltyMaximumNanoseconds: Double = 10_000_000_000

    /// The expectation at `recordedAt`, in nanoseconds.
    private var expected = Self.unknownNanoseconds
    private var recordedAt: Instant

    public init(at now: Instant) {
        recordedAt = now
    }

    /// An answer came after so many nanoseconds.
    public mutating func record(latencyNanoseconds: Int64, at now: Instant) {
        let latency = Double(max(0, latencyNanoseconds))
        if latency > expected {
            expected = latency
        } else {
            let left = factor(at: now)
            expected = expected * left + latency * (1 - left)
        }
        recordedAt = max(recordedAt, now)
    }

    /// An attempt failed.
    public mutating func recordFailure(at now: Instant) {
        // A failure after a long silence is judged by what an unknown endpoint would cost.
        let before = max(expectedNanoseconds(at: now), Self.unknownNanoseconds)
        expected = max(
            expectedNanoseconds(at: now), min(before * 2, Self.penaltyMaximumNanoseconds))
        recordedAt = max(recordedAt, now)
    }

    /// The expected latency. It shrinks while there is no news: an endpoint that was slow once
    /// must be tried again some day, and only a request brings news.
    public func expectedNanoseconds(at now: Instant) -> Double {
        expected * factor(at: now)
    }

    /// What the next request is expected to cost with so many in flight already.
    public func cost(inFlight: Int, at now: Instant) -> Double {
        expectedNanoseconds(at: now) * Double(inFlight + 1)
    }

    private func factor(at now: Instant) -> Double {
        decayFactor(
            elapsedNanoseconds: now.nanoseconds(since: recordedAt),
            tauNanoseconds: Self.tauNanoseconds)
    }
}
