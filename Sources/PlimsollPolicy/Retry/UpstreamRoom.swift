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

    /// What is left free of a limit for arrivals when retries take the rest: an eighth. Arrivals
    /// are random; with all of a limit taken up they would find it full half of the time.
    private static var arrivalsShare: Int { 8 }

    /// More requests than it can carry: a retry would take the place of a first attempt.
    var isOverloaded: Bool {
        if waiting > 0 { return true }
        guard let limit else { return false }
        return inFlight > limit
    }

    /// It could do with more: a retry takes nothing from anybody.
    var hasSpare: Bool {
        guard let limit, waiting == 0 else { return false }
        return inFlight <= limit - max(1, limit / Self.arrivalsShare)
    }
}
