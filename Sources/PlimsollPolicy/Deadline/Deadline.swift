import PlimsollCore

/// When an answer is no longer worth having.
public struct Deadline: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The first instant that is too late.
    public var instant: Instant

    public init(_ instant: Instant) {
        self.instant = instant
    }

    /// So long from now.
    public init(_ timeout: Duration, from now: Instant) {
        instant = now.advanced(byNanoseconds: timeout.wholeNanoseconds)
    }

    /// The deadline of a request that has none.
    public static let never = Deadline(.distantFuture)

    public var isNever: Bool { instant == .distantFuture }

    /// Whether it is too late.
    public func hasPassed(at now: Instant) -> Bool {
        !isNever && now >= instant
    }

    /// Nanoseconds left: 0 when it is too late, `Int64.max` when there is no deadline.
    public func remainingNanoseconds(at now: Instant) -> Int64 {
        isNever ? .max : max(0, instant.nanoseconds(since: now))
    }

    /// The earlier of this and another: a deadline is only ever lowered on the way.
    public func lowered(to other: Deadline) -> Deadline {
        min(self, other)
    }

    /// When a wait that begins now must end: after its own timeout or here, whichever is earlier.
    public func end(ofWait nanoseconds: Int64, from now: Instant) -> Instant {
        min(instant, now.advanced(byNanoseconds: nanoseconds))
    }

    public static func < (left: Deadline, right: Deadline) -> Bool {
        left.instant < right.instant
    }
}
