import PlimsollCore

/// The requests that wait for a permit of one upstream: bounded, first in first out.
///
/// It decides the order and nothing else. Deadlines are timers of the loops, which take their
/// tickets out with ``remove(_:)``; whoever holds a permit to give asks ``dequeue()``.
public struct AdmissionQueue: ~Copyable {
    private var tickets: LinkedQueue<Ticket>

    /// - Parameter capacity: most tickets at once; 0 to ``BulkheadSettings/countMaximum``.
    public init(capacity: Int) {
        Self.check(capacity)
        tickets = LinkedQueue(capacity: capacity)
    }

    /// Tickets that wait now.
    public var count: Int { tickets.count }
    public var capacity: Int { tickets.capacity }
    public var isEmpty: Bool { tickets.isEmpty }
    public var isFull: Bool { tickets.isFull }

    /// Changes the bound. Below ``count`` nobody is sent away: the queue is full until enough
    /// have left.
    public mutating func resize(capacity: Int) {
        Self.check(capacity)
        tickets.resize(capacity: capacity)
    }

    /// Takes a place at the end; nil when the queue is full.
    public mutating func enqueue(_ ticket: Ticket) -> TicketID? {
        tickets.append(ticket).map(TicketID.init(place:))
    }

    /// Takes out the ticket that has waited longest.
    public mutating func dequeue() -> Ticket? {
        tickets.popFirst()
    }

    /// Takes a ticket out wherever it stands; nil when it has left already, which means that a
    /// permit is on its way to its loop.
    public mutating func remove(_ id: TicketID) -> Ticket? {
        tickets.remove(id.place)
    }

    /// Whether this ticket still waits.
    public func contains(_ id: TicketID) -> Bool {
        tickets.contains(id.place)
    }

    /// How long the first ticket has waited, in nanoseconds; 0 when nobody waits. Never negative:
    /// another loop's clock reading may be a turn older than the ticket.
    public func oldestWaitNanoseconds(at now: Instant) -> Int64 {
        guard let first = tickets.first else { return 0 }
        return max(0, now.nanoseconds(since: first.enqueuedAt))
    }

    private static func check(_ capacity: Int) {
        precondition(capacity >= 0, "a queue cannot hold fewer than no tickets")
        precondition(
            capacity <= BulkheadSettings.countMaximum, "a queue is bounded by its settings")
    }
}
