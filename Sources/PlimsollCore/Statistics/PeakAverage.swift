/// A mean of latencies that believes bad news at once and good news slowly (Finagle's peak EWMA):
/// a sample above the mean becomes the mean, one below pulls it down by as much as the time since
/// the last sample allows.
@frozen
public struct PeakAverage: Sendable {
    /// Nanoseconds.
    public private(set) var value: Double
    let tauNanoseconds: Int64
    var latest: Instant

    /// - Parameters:
    ///   - initialNanoseconds: what to believe before the first sample.
    ///   - tauNanoseconds: the time after which 1/e of an old belief is left; above 0.
    public init(initialNanoseconds: Int64, tauNanoseconds: Int64, start: Instant) {
        precondition(tauNanoseconds > 0, "a mean needs time to fade")
        value = Double(initialNanoseconds)
        self.tauNanoseconds = tauNanoseconds
        latest = start
    }

    /// Takes a latency in nanoseconds in.
    public mutating func record(_ nanoseconds: Int64, at now: Instant) {
        let sample = Double(nanoseconds)
        if sample > value {
            value = sample
        } else {
            let kept = decayFactor(
                elapsedNanoseconds: now.nanoseconds(since: latest), tauNanoseconds: tauNanoseconds)
            value = value * kept + sample * (1 - kept)
        }
        if now > latest { latest = now }
    }
}
