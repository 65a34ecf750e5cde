import PlimsollCore
import PlimsollPolicy
import Synchronization

/// Exactly so many in flight, exactly so many waiting, over all loops, in the order of arrival.
///
/// Who may touch what:
/// - `word` holds both counts. While nobody waits it changes by compare and swap, from any loop,
///   without the lock.
/// - A step that makes, moves or ends a ticket holds the lock of `queue`. While somebody waits no
///   other step is possible: taking a permit without the lock needs an empty queue, and so does
///   giving one back. So whenever the lock is free the queue's length and the word agree, no
///   permit is free while a ticket waits, and nobody overtakes.
/// - `limit` and `queueMaximum` change under the lock. A reader without it may see an old value:
///   an arrival only takes a permit by it or asks again under the lock, and a return does not
///   look at it. An arrival that is turned away by an old bound came while the bound changed.
final class PermitCounter: Sendable {
    private let word = Atomic<UInt64>(0)
    private let limit: Atomic<Int>
    private let queueMaximum: Atomic<Int>
    private let queue: Mutex<AdmissionQueue>

    init(limit: Int, queue queueMaximum: Int) {
        self.limit = Atomic(limit)
        self.queueMaximum = Atomic(queueMaximum)
        queue = Mutex(AdmissionQueue(capacity: queueMaximum))
    }

    enum Admission: Equatable {
        case admitted
        case queued(TicketID)
        /// Every place in the queue is taken, or there are none.
        case full
    }

    func admit(_ ticket: Ticket) -> Admission {
        while true {
            let old = word.load(ordering: .relaxed)
            switch PermitWord(rawValue: old).arrival(
                limit: limit.load(ordering: .relaxed),
                queue: queueMaximum.load(ordering: .relaxed))
            {
            case .admitted(let new):
                if swap(old, new) { return .admitted }
            case .queued:
                return enqueue(ticket)
            case .full:
                return .full
            }
        }
    }

    /// Takes a permit that is free while nobody waits for one; false: there is none.
    func takeIfFree() -> Bool {
        while true {
            let old = word.load(ordering: .relaxed)
            guard
                case .admitted(let new) = PermitWord(rawValue: old).arrival(
                    limit: limit.load(ordering: .relaxed), queue: 0)
            else { return false }
            if swap(old, new) { return true }
        }
    }

    private func enqueue(_ ticket: Ticket) -> Admission {
        queue.withLock { queue in
            while true {
                let old = word.load(ordering: .relaxed)
                switch PermitWord(rawValue: old).arrival(
                    limit: limit.load(ordering: .relaxed),
                    queue: queueMaximum.load(ordering: .relaxed))
                {
                case .admitted(let new):
                    if swap(old, new) { return .admitted }
                case .queued(let new):
                    guard swap(old, new) else { continue }
                    guard let id = queue.enqueue(ticket) else {
                        preconditionFailure("the queue is fuller than its counter says")
                    }
                    return .queued(id)
                case .full:
                    return .full
                }
            }
        }
    }

    /// Gives a permit back.
    /// - Parameter ended: gets the ticket that it passes to: its loop must be told.
    func release(at now: Instant, ended: inout [EndedTicket]) {
        while true {
            let old = word.load(ordering: .relaxed)
            guard let new = PermitWord(rawValue: old).returningToNobody() else {
                passOn(&ended)
                return
            }
            if swap(old, new) { return }
        }
    }

    private func passOn(_ ended: inout [EndedTicket]) {
        let ticket: Ticket? = queue.withLock { queue in
            while true {
                let old = word.load(ordering: .relaxed)
                switch PermitWord(rawValue: old).returning(limit: limit.load(ordering: .relaxed)) {
                case .freed(let new):
                    if swap(old, new) { return nil }
                case .passedOn(let new):
                    if swap(old, new) { return Self.oldest(&queue) }
                }
            }
        }
        if let ticket { ended.append(EndedTicket(ticket: ticket, end: .granted)) }
    }

    /// Gives up a ticket.
    /// - Returns: false when a permit is already on its way to it.
    func withdraw(_ id: TicketID) -> Bool {
        queue.withLock { queue in
            guard queue.remove(id) != nil else { return false }
            while true {
                let old = word.load(ordering: .relaxed)
                if swap(old, PermitWord(rawValue: old).withdrawing()) { return true }
            }
        }
    }

    /// Sets the limit and the queue's bound; what is inside stays.
    /// - Returns: tickets that the raised limit lets in: their loops must be told.
    func resize(limit newLimit: Int, queue newQueue: Int, at now: Instant) -> [EndedTicket] {
        queue.withLock { queue in
            limit.store(newLimit, ordering: .relaxed)
            queue.resize(capacity: newQueue)
            // A smaller bound turns nobody away who would find room once all are let in that may.
            defer { queueMaximum.store(newQueue, ordering: .relaxed) }
            var ended: [EndedTicket] = []
            while true {
                let old = word.load(ordering: .relaxed)
                guard let new = PermitWord(rawValue: old).granting(limit: newLimit) else {
                    return ended
                }
                if swap(old, new) {
                    ended.append(EndedTicket(ticket: Self.oldest(&queue), end: .granted))
                }
            }
        }
    }

    private static func oldest(_ queue: inout AdmissionQueue) -> Ticket {
        guard let ticket = queue.dequeue() else {
            preconditionFailure("the counter says that somebody waits; nobody does")
        }
        return ticket
    }

    /// In flight and waiting, at one moment.
    var counts: PermitWord { PermitWord(rawValue: word.load(ordering: .relaxed)) }

    var limitNow: Int { limit.load(ordering: .relaxed) }

    var queueMaximumNow: Int { queueMaximum.load(ordering: .relaxed) }

    func oldestWaitNanoseconds(at now: Instant) -> Int64 {
        guard counts.waiting > 0 else { return 0 }
        return queue.withLock { $0.oldestWaitNanoseconds(at: now) }
    }

    // Releasing and acquiring: what a finished request did happens before what the next one does.
    private func swap(_ old: UInt64, _ new: PermitWord) -> Bool {
        word.weakCompareExchange(
            expected: old, desired: new.rawValue, ordering: .acquiringAndReleasing
        ).exchanged
    }
}
