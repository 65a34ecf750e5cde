import PlimsollCore

/// Whether every loop still turns. An idle loop may rightly sleep for hours, so it is woken first
/// and judged later: by then it must have begun a turn.
struct LoopLiveness {
    /// When the loops were last woken; nil before the first time.
    private var askedAt: Instant?

    /// Judges the loops by what they did since the last call, then counts as asking again: the
    /// caller wakes them.
    /// - Parameter lastTurns: when each loop last began a turn.
    /// - Returns: whether all loops have turned since they were asked; true the first time.
    mutating func check(lastTurns: [Instant], now: Instant) -> Bool {
        defer { askedAt = now }
        guard let askedAt else { return true }
        return lastTurns.allSatisfy { $0 >= askedAt }
    }
}
