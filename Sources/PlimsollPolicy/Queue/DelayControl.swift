import PlimsollCore

/// Controlled delay: whether every wait of the last interval was too long. A queue that empties
/// now and then does its work; one where even the shortest wait is long only makes everybody late.
struct DelayControl {
    private var intervalEndsAt = Instant(nanoseconds: .min)
    private var shortest: Int64 = .max
    private(set) var isOverloaded = false

    /// A ticket's turn comes after this wait.
    mutating func observe(
        waitNanoseconds: Int64, target: Int64, interval: Int64, at now: Instant
    ) {
        if now >= intervalEndsAt {
            isOverloaded = shortest != .max && shortest > target
            shortest = waitNanoseconds
            intervalEndsAt = now.advanced(byNanoseconds: interval)
        } else {
            shortest = min(shortest, waitNanoseconds)
        }
    }

    /// The queue is empty: whoever comes now does not wait.
    mutating func emptied() {
        shortest = 0
    }
}
