/// What a queue is told of its upstream with each step.
public struct QueueConditions: Sendable, BitwiseCopyable {
    /// Permits there are. At least 1.
    public var limit: Int
    /// What a request takes there while it does not wait for another, in nanoseconds; 0: unknown.
    public var fastLatencyNanoseconds: Int64
    /// The recent time between two permits coming back, in nanoseconds; 0: unknown.
    public var nanosecondsPerRelease: Int64
    /// Permits given back since the start.
    public var released: Int

    public init(
        limit: Int, fastLatencyNanoseconds: Int64 = 0, nanosecondsPerRelease: Int64 = 0,
        released: Int = 0
    ) {
        self.limit = limit
        self.fastLatencyNanoseconds = fastLatencyNanoseconds
        self.nanosecondsPerRelease = nanosecondsPerRelease
        self.released = released
    }
}

/// A queue at one moment, for metrics and status.
public struct QueueSnapshot: Sendable, Equatable {
    /// Tickets by ``Priority``.
    public var waiting: [Int]
    /// How long the oldest ticket has waited, in nanoseconds.
    public var oldestWaitNanoseconds: Int64
    /// Classes from this one on are refused before they wait long; nil: a burst may wait.
    public var overloadedFrom: Priority?
    /// Since the start: tickets whose place went to another.
    public var evicted: Int
    /// Since the start: tickets dropped when their turn came, too old or doomed.
    public var dropped: Int
    /// Since the start: arrivals refused for the wait they would have had.
    public var refusedEarly: Int
}
