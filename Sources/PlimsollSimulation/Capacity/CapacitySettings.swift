/// What an upstream can carry.
public struct CapacitySettings: Equatable, Sendable {
    /// Requests worked on at once; at least 1.
    public var slots: Int
    /// Requests beyond them that wait inside the upstream; nil for no bound. A bound answers
    /// what comes beyond it with an error, at once.
    public var queue: Int?
    public var service: ServiceTime
    /// Whether work that has not begun is dropped when nobody waits for it any more. Most
    /// servers do not notice: they do it all, in vain.
    public var dropsAbandoned: Bool

    public init(
        slots: Int, queue: Int? = nil, service: ServiceTime, dropsAbandoned: Bool = false
    ) {
        self.slots = slots
        self.queue = queue
        self.service = service
        self.dropsAbandoned = dropsAbandoned
    }

    /// Requests a second that it can finish.
    public var requestsPerSecond: Double {
        Double(slots) / max(service.meanNanoseconds, 1) * 1_000_000_000
    }
}
