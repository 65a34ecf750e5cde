import PlimsollCore
import PlimsollIO
import PlimsollPolicy

/// On its way to the loop whose exchange waits: a permit, or the news that there will be none.
public struct TicketNews: Sendable, BitwiseCopyable {
    public var upstream: UpstreamIndex
    public var ended: EndedTicket

    public init(upstream: UpstreamIndex, ended: EndedTicket) {
        self.upstream = upstream
        self.ended = ended
    }
}

/// What one loop is told by another, or by the control loop.
public enum WorkerMessage: Sendable {
    /// A ticket has left the queue: its turn has come, and the permit is taken for it already,
    /// or it was sent away.
    case ticketEnded(TicketNews)
    /// Go on with this configuration, and say so.
    case adopt(ProxyPlan, listeners: [ListenerSocket], Adoption)
    /// Accept no more; end when everything under way has.
    case drain(endsAt: Instant)
    /// End now.
    case stop
}

/// A listening socket made for one loop.
public struct ListenerSocket: Sendable {
    /// Position in the plan's listeners.
    public var position: Int
    /// The socket of the loop; it belongs to the worker from here on. -1: the one that the worker
    /// has for the same address already goes on.
    public var descriptor: Int32

    public init(position: Int, descriptor: Int32) {
        self.position = position
        self.descriptor = descriptor
    }
}

/// Every loop's mailbox, known to every loop.
public final class WorkerDirectory: Sendable {
    private let mailboxes: [Mailbox<WorkerMessage>]
    /// What the process uses of its memory.
    public let memory = MemoryGauge()

    /// - Parameter workers: loops in all, at least 1.
    public init(workers: Int) {
        precondition(workers >= 1, "a directory lists at least one loop")
        mailboxes = (0..<workers).map { _ in Mailbox() }
    }

    public var count: Int { mailboxes.count }

    public func mailbox(of worker: WorkerIndex) -> Mailbox<WorkerMessage> {
        mailboxes[Int(worker.rawValue)]
    }

    /// Tells the loops of these tickets what became of them.
    func tell(_ ended: [EndedTicket], of upstream: UpstreamIndex) {
        for ended in ended {
            mailbox(of: ended.ticket.worker)
                .post(.ticketEnded(TicketNews(upstream: upstream, ended: ended)))
        }
    }
}
