import PlimsollCore
import PlimsollPolicy
import Synchronization

/// Exactly so many in flight, exactly so many waiting, over all loops, in the order that the queue
/// decides.
///
/// Who may touch what:
/// - `word` holds both counts. While nobody waits it changes by compare and swap, from any loop,
///   without the lock.
/// - A step that makes, moves or ends a ticket holds the lock of `queue`. While somebody waits no
///   other step is possible: taking a permit without the lock needs an empty queue, and so does
///   giving one back. So whenever the lock is free the queue's length and the word agree, no
///   permit is free while a ticket waits, and nobody overtakes. A step under the lock marks the
///   word first (somebody waits), asks the queue in peace, and writes what became of it.
/// - `limit` and `queueMaximum` change under the lock. A reader without it may see an old value:
///   an arrival only takes a permit by it or asks again under the lock, and a return does not
///   look at it. An arrival that is turned away by an old bound came while the bound changed.
/// - `lowestWaiting` is written under the lock. Read without it, it decides whether an arrival at
///   a full queue asks for the place of a lower one: by an old value it may be turned away beside
///   a lower one that has only just come.
final class PermitCounter: Sendable {
    private let word = Atomic<UInt64>(0)
    private let limit: Atomic<Int>
    private let queueMaximum: Atomic<Int>
    private let lowestWaiting = Atomic<UInt8>(0)
    private let queue: Mutex<AdmissionQueue>

    init(
        limit: Int, queue queueMaximum: Int, settings: QueueSettings = .standard,
        patience: Duration = BulkheadSettings.standard.queueTimeout
    ) {
        self.limit = Atomic(limit)
        self.queueMaximum = Atomic(queueMaximum)
        queue = Mutex(
            AdmissionQueue(capacity: queueMaximum, settings: settings, patience: patience))
    }

    enum Admission: Equatable {
        case admitted
        case queued(TicketID)
        case refused(ShedReason)
    }

    /// - Parameters:
    ///   - conditions: only asked for when no permit is free.
    ///   - ended: gets the ticket whose place this one takes: its loop must be told.
    func admit(
        _ ticket: Ticket, _ conditions: @autoclosure () -> QueueConditions, at now: Instant,
        ended: inout [EndedTicket]
    ) -> Admission {
        while true {
            let old = word.load(ordering: .relaxed)
            switch PermitWord(rawValue: old).arrival(
                limit: limit.load(ordering: .relaxed),
                queue: queueMaximum.load(ordering: .relaxed))
            {
            case .admitted(let new):
                if swap(old, new) { return .admitted }
            case .full where !mayTakeAnothersPlace(ticket):
                return .refused(queueMaximumNow > 0 ? .queueFull : .noQueue)
            case .queued, .full:
                return enqueue(ticket, conditions(), at: now, &ended)
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

    private func mayTakeAnothersPlace(_ ticket: Ticket) -> Bool {
        ticket.tenant != 0
            || AdmissionQueue.rank(of: ticket) < lowestWaiting.load(ordering: .relaxed)
    }

    private func enqueue(
        _ ticket: Ticket, _ conditions: QueueConditions, at now: Instant,
        _ ended: inout [EndedTicket]
    ) -> Admission {
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
                    // From here on somebody waits: nobody else moves.
                    guard swap(old, new) else { continue }
                    return offer(ticket, to: &queue, conditions, at: now, &ended)
                case .full where PermitWord(rawValue: old).waiting == 0:
                    return .refused(.noQueue)
                case .full:
                    return offer(ticket, to: &queue, conditions, at: now, &ended)
                }
            }
        }
    }

    private func offer(
        _ ticket: Ticket, to queue: inout AdmissionQueue, _ conditions: QueueConditions,
        at now: Instant, _ ended: inout [EndedTicket]
    ) -> Admission {
        defer { settle(queue, grants: 0) }
        switch queue.offer(ticket, conditions, at: now) {
        case .queued(let id):
            return .queued(id)
        case .queuedEvicting(let id, let victim):
            ended.append(victim)
            return .queued(id)
        case .refused(let reason):
            return .refused(reason)
        }
    }

    /// Gives a permit back.
    /// - Parameters:
    ///   - conditions: only asked for when somebody waits.
    ///   - ended: gets the ticket that it passes to and those dropped on the way: their loops must
    ///     be told.
    func release(
        _ conditions: @autoclosure () -> QueueConditions, at now: Instant,
        ended: inout [EndedTicket]
    ) {
        while true {
            let old = word.load(ordering: .relaxed)
            guard let new = PermitWord(rawValue: old).returningToNobody() else {
                passOn(conditions(), at: now, &ended)
                return
            }
            if swap(old, new) { return }
        }
    }

    private func passOn(
        _ conditions: QueueConditions, at now: Instant, _ ended: inout [EndedTicket]
    ) {
        queue.withLock { queue in
            while true {
                let old = word.load(ordering: .relaxed)
                switch PermitWord(rawValue: old).returning(limit: limit.load(ordering: .relaxed)) {
                case .freed(let new):
                    if swap(old, new) { return }
                case .passedOn:
                    let isGranted = grant(from: &queue, conditions, at: now, &ended)
                    settle(queue, grants: isGranted ? 0 : -1)
                    return
                }
            }
        }
    }

    /// Takes out the ticket whose turn it is.
    /// - Returns: false when all that waited were dropped.
    private func grant(
        from queue: inout AdmissionQueue, _ conditions: QueueConditions, at now: Instant,
        _ ended: inout [EndedTicket]
    ) -> Bool {
        precondition(!queue.isEmpty, "the counter says that somebody waits; nobody does")
        guard let ticket = queue.dequeue(conditions, at: now, dropped: &ended) else { return false }
        ended.append(EndedTicket(ticket: ticket, end: .granted))
        return true
    }

    /// Gives up a ticket.
    /// - Returns: false when a permit, or the news of its end, is already on its way to it.
    func withdraw(_ id: TicketID, at now: Instant) -> Bool {
        queue.withLock { queue in
            guard queue.remove(id, at: now) != nil else { return false }
            settle(queue, grants: 0)
            return true
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
            while PermitWord(rawValue: word.load(ordering: .relaxed)).canGrant(limit: newLimit) {
                let conditions = QueueConditions(limit: newLimit)
                let isGranted = grant(from: &queue, conditions, at: now, &ended)
                settle(queue, grants: isGranted ? 1 : 0)
            }
            return ended
        }
    }

    /// Other settings of the queue; whoever waits goes on waiting.
    func reconfigure(_ settings: QueueSettings, patience: Duration) {
        queue.withLock { $0.reconfigure(settings, patience: patience) }
    }

    /// Writes the queue's length into the word, under the lock and while the word says that
    /// somebody waits, so that only this changes it.
    /// - Parameter grants: permits more than before.
    private func settle(_ queue: borrowing AdmissionQueue, grants: Int) {
        lowestWaiting.store(queue.lowestRank ?? 0, ordering: .relaxed)
        while true {
            let old = word.load(ordering: .relaxed)
            let new = PermitWord(rawValue: old).settled(waiting: queue.count, grants: grants)
            if swap(old, new) { return }
        }
    }

    /// In flight and waiting, at one moment.
    var counts: PermitWord { PermitWord(rawValue: word.load(ordering: .relaxed)) }

    var limitNow: Int { limit.load(ordering: .relaxed) }

    var queueMaximumNow: Int { queueMaximum.load(ordering: .relaxed) }

    /// The queue at this moment.
    func queueSnapshot(at now: Instant) -> QueueSnapshot {
        queue.withLock { $0.snapshot(at: now) }
    }

    // Releasing and acquiring: what a finished request did happens before what the next one does.
    private func swap(_ old: UInt64, _ new: PermitWord) -> Bool {
        word.weakCompareExchange(
            expected: old, desired: new.rawValue, ordering: .acquiringAndReleasing
        ).exchanged
    }
}
