import PlimsollCore

/// A place in the queue for a permit: who waits, and since when. The request itself stays with its
/// loop.
public struct Ticket: Hashable, Sendable, BitwiseCopyable {
    /// The loop to tell when the permit is there.
    public var worker: WorkerIndex
    /// The exchange on that loop.
    public var exchange: Handle
    /// When it began to wait.
    public var enqueuedAt: Instant

    public init(worker: WorkerIndex, exchange: Handle, enqueuedAt: Instant) {
        self.worker = worker
        self.exchange = exchange
        self.enqueuedAt = enqueuedAt
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
