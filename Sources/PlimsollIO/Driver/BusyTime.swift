import PlimsollCore

/// Measures how long a driver does not hear what is new: from the end of one wait to the
/// beginning of the next.
struct BusyTime {
    private var heardAt = Instant.distantFuture
    /// Before the last time that the kernel was asked; 0 when it was not asked in this turn.
    private(set) var nanoseconds: Int64 = 0

    /// A turn begins in which nobody may ask.
    mutating func beginTurn() {
        nanoseconds = 0
    }

    /// The kernel is asked at `now`, and the loop hears what it says right after.
    mutating func ask(at now: Instant) {
        // A turn may ask several times; only the first had news wait for it.
        guard heardAt != .distantFuture else { return }
        nanoseconds = max(nanoseconds, now.nanoseconds(since: heardAt))
    }

    /// The kernel has answered at `now`.
    mutating func hear(at now: Instant) {
        heardAt = now
    }
}
