/// What a limit stands at, for those who look on.
public struct LimitSnapshot: Equatable, Sendable {
    /// Requests that may be in flight.
    public var limit: Int
    /// The latency it takes for that of an upstream without a queue, in nanoseconds; 0 while it
    /// does not know, or does not ask.
    public var baselineNanoseconds: Int64

    public init(limit: Int, baselineNanoseconds: Int64) {
        self.limit = limit
        self.baselineNanoseconds = baselineNanoseconds
    }
}
