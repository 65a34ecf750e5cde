import PlimsollCore

/// How fast a peer moves bytes, counted only while we wait for it: a slow upstream is not held
/// against the client.
struct ConnectionPace: BitwiseCopyable {
    /// Waiting before the minimum rate is asked for. A peer gets this long to come up to speed.
    static var graceNanoseconds: Int64 { 5_000_000_000 }

    private var bytes: Int64 = 0
    private var waitedNanoseconds: Int64 = 0
    /// When the present wait began; nil while we are not waiting.
    private var waitingSince: Instant = .distantFuture

    /// From now on it is the peer's turn.
    /// - Returns: when the peer falls short if nothing comes: the earlier of the idle limit and the
    ///   moment its average would drop below `minimumRate` bytes a second (0: none asked).
    mutating func waits(
        now: Instant, idleNanoseconds: Int64, minimumRate: Int64
    ) -> Instant {
        if waitingSince == .distantFuture {
            waitingSince = now
        }
        let idle = now.advanced(byNanoseconds: idleNanoseconds)
        guard minimumRate > 0 else { return idle }
        let (scaled, overflow) = bytes.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return idle }
        let allowance =
            Self.graceNanoseconds &+ scaled / minimumRate &- waitedNanoseconds
        return min(idle, waitingSince.advanced(byNanoseconds: max(0, allowance)))
    }

    /// Bytes moved; the wait, if there was one, is over.
    mutating func moved(_ count: Int, now: Instant) {
        bytes &+= Int64(count)
        if waitingSince != .distantFuture {
            waitedNanoseconds &+= now.nanoseconds(since: waitingSince)
            waitingSince = .distantFuture
        }
    }
}
