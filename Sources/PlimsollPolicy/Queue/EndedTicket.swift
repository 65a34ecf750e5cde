/// How a wait ended that its own loop did not end.
public enum TicketEnd: Hashable, Sendable, BitwiseCopyable {
    /// A permit has passed to it.
    case granted
    /// It was sent away.
    case dropped(ShedReason)
}

/// A ticket that has left its queue, and why: its loop must be told.
public struct EndedTicket: Hashable, Sendable, BitwiseCopyable {
    public var ticket: Ticket
    public var end: TicketEnd

    public init(ticket: Ticket, end: TicketEnd) {
        self.ticket = ticket
        self.end = end
    }
}
