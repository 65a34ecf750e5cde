/// A point on the monotonic clock. Only differences mean anything.
@frozen
public struct Instant: Comparable, Hashable, Sendable {
    /// Nanoseconds since an arbitrary origin (the machine's start on Linux, zero in a simulation).
    public var nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Later than everything: the deadline of what has none.
    public static var distantFuture: Instant { Instant(nanoseconds: .max) }

    /// This instant moved by a number of nanoseconds; ``distantFuture`` stays where it is and a sum
    /// beyond it stops there.
    @inlinable
    public func advanced(byNanoseconds delta: Int64) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(delta)
        return Instant(nanoseconds: overflow ? .max : (nanoseconds == .max ? .max : sum))
    }

    /// Nanoseconds from `earlier` to this instant; negative when `earlier` is later.
    @inlinable
    public func nanoseconds(since earlier: Instant) -> Int64 {
        nanoseconds &- earlier.nanoseconds
    }

    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}
