/// How loaded an upstream is at the moment somebody asks for a retry.
public struct UpstreamRoom: Equatable, Sendable {
    /// Permits out, that of the exchange that asks included.
    public var inFlight: Int
    /// Tickets in its queue.
    public var waiting: Int
    /// Permits there are; nil when nobody has set or learned how much the upstream can carry.
    public var limit: Int?
    public var isBreakerClosed: Bool

    public init(inFlight: Int, waiting: Int, limit: Int?, isBreakerClosed: Bool = true) {
        self.inFlight = inFlight
        self.waiting = waiting
        self.limit = limit
        self.isBreakerClosed = isBreakerClosed
    }

    /// A queue of a quarter of the limit is more than chance makes of a load that the upstream can
    /// carry: at nine tenths of it fewer wait for 19 of 20 arrivals.
    private static var chanceQueueShare: Int { 4 }

    /// What retries leave free of a limit: a sixteenth, and one. The attempt that failed keeps its
    /// permit, so its successor takes nothing from those in flight, only from who comes next.
    private static var freeShare: Int { 16 }

    /// More requests than it can carry: a retry would take the place of a first attempt.
    var isOverloaded: Bool {
        guard let limit else { return waiting > 0 }
        return inFlight > limit || waiting * Self.chanceQueueShare > limit
    }

    /// It could do with more: a retry takes nothing from anybody.
    var hasSpare: Bool {
        guard let limit, waiting == 0 else { return false }
        return inFlight <= limit - max(1, limit / Self.freeShare)
    }
}
