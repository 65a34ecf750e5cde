import PlimsollCore

/// A place in the queue for a permit: who waits, since when, and how much it matters. The request
/// itself stays with its loop.
public struct Ticket: Hashable, Sendable, BitwiseCopyable {
    /// The loop to tell when the permit is there.
    public var worker: WorkerIndex
    public var priority: Priority
    /// The client's second or later attempt: it ranks below the first attempts of its class.
    public var isRetry: Bool
    /// Whose request it is, as a keyed hash; 0: nobody's in particular.
    public var tenant: UInt32
    /// The exchange on that loop.
    public var exchange: Handle
    /// When it began to wait.
    public var enqueuedAt: Instant
    /// When its answer would be of no use any more.
    public var deadline: Instant

    public init(
        worker: WorkerIndex, exchange: Handle, enqueuedAt: Instant, priority: Priority = .standard,
        isRetry: Bool = false, tenant: UInt32 = 0, deadline: Instant = .distantFuture
    ) {
        self.worker = worker
        self.exchange = exchange
        self.enqueuedAt = enqueuedAt
        self.priority = priority
        self.isRetry = isRetry
        self.tenant = tenant
        self.deadline = deadline
    }
}

/// Names a ticket in its queue. The name of a ticket that has left stays unknown for the next 16
/// million tickets in the same place.
public struct TicketID: Hashable, Sendable, BitwiseCopyable {
    let place: Handle

    init(place: Handle) {
        self.place = place
    }
}
