import PlimsollCore

/// How fast permits come back: what a queue's length means in time.
struct ReleaseRate {
    /// How long releases are counted for an estimate: long enough for a few at any load that
    /// fills a queue, short enough to follow a change.
    static let windowNanoseconds: Int64 = 100_000_000
    /// A window this long with a single release was idle time, which says nothing of the rate.
    static let idleNanoseconds: Int64 = 10_000_000_000
    /// Without an estimate: a second, the grain of Retry-After.
    static let unknownNanoseconds: Int64 = 1_000_000_000
    /// Nobody is asked to stay away for longer than a minute by an estimate.
    static let maximumNanoseconds: Int64 = 60_000_000_000

    private var releasedBefore = 0
    private var since: Instant
    /// Nanoseconds a release in the last full window; 0 while unknown.
    private(set) var nanosecondsEach: Int64 = 0

    /// When the estimate was first asked for in this window, and the releases until then: from
    /// then on the upstream was busy for certain.
    private var asked: (at: Instant, released: Int)?

    init(at now: Instant) {
        since = now
    }

    /// Ends the window if it has lasted long enough.
    /// - Parameter released: permits given back since the start.
    mutating func take(released: Int, at now: Instant) {
        let elapsed = now.nanoseconds(since: since)
        guard elapsed >= Self.windowNanoseconds, released > releasedBefore else { return }
        let done = released - releasedBefore
        if done > 1 || elapsed < Self.idleNanoseconds {
            nanosecondsEach = max(1, elapsed / Int64(done))
        }
        releasedBefore = released
        since = now
        asked = nil
    }

    /// How long so many requests take to leave.
    mutating func nanoseconds(for count: Int, released: Int, at now: Instant) -> Int64 {
        let busy = asked ?? (now, released)
        asked = busy
        guard nanosecondsEach > 0 else { return Self.unknownNanoseconds }
        // An upstream that has stopped answering gets slower with every moment it stays silent.
        let silence = now.nanoseconds(since: busy.at) / Int64(max(0, released - busy.released) + 1)
        let (product, overflow) = max(nanosecondsEach, silence).multipliedReportingOverflow(
            by: Int64(max(1, count)))
        return overflow ? Self.maximumNanoseconds : min(product, Self.maximumNanoseconds)
    }
}
