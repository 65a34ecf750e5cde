import PlimsollCore

/// The share of a core that a loop used between two looks at its processor time.
struct LoopShare {
    /// Between two looks that count: what is shorter says more about the clock than the loop.
    static var intervalNanoseconds: Int64 { 1_000_000_000 }

    private var busyBefore: Int64 = 0
    private var lookedAt: Instant?
    private var share = 0

    /// The share since the look before that was at least a second ago, in millionths; 0 before
    /// there is one.
    /// - Parameter busy: nanoseconds of processor time so far.
    mutating func millionths(busy: Int64, at now: Instant) -> Int {
        guard let before = lookedAt else {
            lookedAt = now
            busyBefore = busy
            return share
        }
        let passed = now.nanoseconds(since: before)
        guard passed >= Self.intervalNanoseconds else { return share }
        // The two clocks are not read at the same moment.
        share = min(1_000_000, max(0, Int((busy - busyBefore) / (passed / 1_000_000))))
        lookedAt = now
        busyBefore = busy
        return share
    }
}
