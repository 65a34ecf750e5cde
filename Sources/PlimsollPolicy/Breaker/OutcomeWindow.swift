import PlimsollCore

/// Requests, failures and slow successes of the last while: exact counts in ten buckets.
///
/// The window moves a bucket at a time, so it covers between nine and ten tenths of its length. A
/// time-weighted average would need no buckets, but it hides bursts and cannot be checked by hand.
struct OutcomeWindow: Sendable {
    /// Ten: the edge of the window is a tenth coarse, and the table stays within five cache lines.
    static let bucketCount = 10

    struct Counts: Equatable, Sendable {
        var requests = 0
        var failures = 0
        var slow = 0
    }

    private let bucketNanoseconds: Int64
    private var buckets = InlineArray<10, Counts>(repeating: Counts())
    /// The bucket being filled, counted from the origin of time.
    private var current: Int64 = .min
    /// The sums over all buckets.
    private(set) var counts = Counts()

    /// - Parameter nanoseconds: the length; at least ten.
    init(nanoseconds: Int64) {
        precondition(nanoseconds >= Int64(Self.bucketCount), "a window needs ten nanoseconds")
        bucketNanoseconds = nanoseconds / Int64(Self.bucketCount)
    }

    /// Forgets what has left the window. A `now` before the latest one, as another loop may bring
    /// it, moves nothing.
    mutating func advance(to now: Instant) {
        let bucket = now.nanoseconds / bucketNanoseconds
        guard bucket > current else { return }
        if current == .min || bucket - current >= Int64(Self.bucketCount) {
            buckets = .init(repeating: Counts())
            counts = Counts()
        } else {
            for passed in (current + 1)...bucket { empty(slot(of: passed)) }
        }
        current = bucket
    }

    mutating func record(successes: Int, slow: Int, failures: Int, at now: Instant) {
        advance(to: now)
        let slot = slot(of: current)
        buckets[slot].requests += successes + failures
        buckets[slot].failures += failures
        buckets[slot].slow += slow
        counts.requests += successes + failures
        counts.failures += failures
        counts.slow += slow
    }

    mutating func clear() {
        buckets = .init(repeating: Counts())
        counts = Counts()
        current = .min
    }

    private func slot(of bucket: Int64) -> Int {
        let remainder = Int(bucket % Int64(Self.bucketCount))
        return remainder < 0 ? remainder + Self.bucketCount : remainder
    }

    private mutating func empty(_ slot: Int) {
        counts.requests -= buckets[slot].requests
        counts.failures -= buckets[slot].failures
        counts.slow -= buckets[slot].slow
        buckets[slot] = Counts()
    }
}
