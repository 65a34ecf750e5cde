import PlimsollCore

/// Where a breaker stands, with what it must remember there.
enum BreakerPhase: Sendable {
    case closed(since: Instant, consecutiveFailures: Int)
    case open(BreakerOpening)
    case halfOpen(BreakerSpell)
    case ramping(BreakerRamp)
}

/// A time in which nothing passes.
struct BreakerOpening: Sendable {
    let began: Instant
    /// When it ends by itself.
    var until: Instant
    /// When it would end without what health checks say.
    var scheduledEnd: Instant
    /// Whether a health check that passes after failed ones ends it. Not if that ended the one
    /// before and probes failed all the same: checks that change their mind ten times a second
    /// must not send a stream of probes.
    let endsOnRecovery: Bool
    /// Why: silence is taken back by the first answer to a request from before.
    let isForSilence: Bool
}

/// A time in which probes pass.
struct BreakerSpell: Sendable {
    let began: Instant
    /// A health check ended the opening before its time.
    let isEarly: Bool
    var probes = ProbeTable()
}

/// The time after the probes in which a growing share passes.
struct BreakerRamp: Sendable {
    let began: Instant
    var consecutiveFailures = 0
    /// What arrivals have saved up towards the next that passes, in millionths. The first passes.
    private var credit = whole - firstShare

    private static let whole = 1_000_000
    /// The share that it begins with: a tenth, so that an upstream with little traffic has news
    /// at once.
    private static let firstShare = whole / 10

    init(began: Instant) {
        self.began = began
    }

    /// Whether this arrival belongs to the share that passes now: every n-th does, so that a share
    /// is exact and needs no lot.
    mutating func takes(at now: Instant, of rampNanoseconds: Int64) -> Bool {
        let elapsed = max(0, now.nanoseconds(since: began))
        let grown = Int(Double(Self.whole) * Double(elapsed) / Double(max(1, rampNanoseconds)))
        credit += min(Self.whole, max(Self.firstShare, grown))
        guard credit >= Self.whole else { return false }
        credit -= Self.whole
        return true
    }
}
