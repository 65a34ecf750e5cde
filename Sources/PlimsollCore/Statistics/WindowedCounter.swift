/// How many events the last stretch of time held, counted exactly in ten buckets: no average that
/// lets a burst fade while it lasts, and nothing to sample.
///
/// The oldest bucket leaves as a whole, so a total covers between nine tenths of the window and
/// all of it.
public struct WindowedCounter: Sendable {
    public static var bucketCount: Int { 10 }

    var buckets: InlineArray<10, UInt32>
    /// The bucket of the present, as a number of bucket lengths since the clock's origin.
    var period: Int64
    let bucketNanoseconds: Int64
    var sum: Int

    /// - Parameter windowNanoseconds: the stretch of time; at least 10.
    public init(windowNanoseconds: Int64, start: Instant) {
        precondition(windowNanoseconds >= 10, "a window has ten buckets of a nanosecond or more")
        bucketNanoseconds = windowNanoseconds / 10
        buckets = InlineArray(repeating: 0)
        period = start.nanoseconds / bucketNanoseconds
        sum = 0
    }

    /// Counts events that happened now. An instant before the latest one seen counts as that.
    public mutating func add(_ events: Int = 1, at now: Instant) {
        moveOn(to: now)
        let slot = Int(truncatingIfNeeded: period % 10)
        let added = UInt32(clamping: Int(buckets[slot]) + events)
        sum += Int(added) - Int(buckets[slot])
        buckets[slot] = added
    }

    /// The events of the window that ends now.
    public mutating func total(at now: Instant) -> Int {
        moveOn(to: now)
        return sum
    }

    /// Forgets everything.
    public mutating func reset() {
        buckets = InlineArray(repeating: 0)
        sum = 0
    }

    private mutating func moveOn(to now: Instant) {
        let present = now.nanoseconds / bucketNanoseconds
        guard present > period else { return }
        if present - period >= 10 {
            reset()
        } else {
            for passed in period + 1...present {
                let slot = Int(truncatingIfNeeded: passed % 10)
                sum -= Int(buckets[slot])
                buckets[slot] = 0
            }
        }
        period = present
    }
}
