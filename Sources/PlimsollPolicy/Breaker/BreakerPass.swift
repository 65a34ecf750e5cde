/// What a breaker let through, to be given back with the outcome.
public struct BreakerPass: Hashable, Sendable, BitwiseCopyable {
    /// The state's number when the request was admitted. An outcome that comes back in a later
    /// state is old news.
    public let epoch: UInt32
    /// The place among the probes, or ``noProbe``.
    let probe: UInt8

    static let noProbe: UInt8 = .max

    init(epoch: UInt32, probe: UInt8) {
        self.epoch = epoch
        self.probe = probe
    }

    /// The pass of a request that found the breaker closed, made from a published ``BreakerWord``
    /// without asking the breaker itself.
    public init(closedEpoch: UInt32) {
        self.init(epoch: closedEpoch, probe: Self.noProbe)
    }

    /// Whether the request tests a half-open breaker: its outcome must be recorded, whatever it is.
    public var isProbe: Bool { probe != Self.noProbe }
}

/// What a breaker says to an arrival.
public enum BreakerVerdict: Equatable, Sendable {
    case pass(BreakerPass)
    /// Not now; worth another try after so many nanoseconds.
    case refuse(retryAfterNanoseconds: Int64)
}
