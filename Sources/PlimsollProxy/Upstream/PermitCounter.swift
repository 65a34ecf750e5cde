import PlimsollCore
import PlimsollPolicy
import Synchronization

/// The right to be in flight at an upstream. Given back exactly once.
struct Permit: ~Copyable {
    let upstream: UpstreamIndex

    init(upstream: UpstreamIndex) {
        self.upstream = upstream
    }

    /// It is on its way back; ``PermitCounter/release()`` must follow.
    consuming func surrender() {
        discard self
    }

    deinit {
        assertionFailure("a permit must be given back: its bulkhead would lose a place")
    }
}

/// Exactly so many in flight, exactly so many waiting, over all loops, in the order of arrival.
///
/// Who may touch what: `word` holds both counts. While nobody waits it changes by compare and
/// swap, from any loop, without the lock. A step that makes, moves or ends a ticket holds the lock
/// of `queue`; and while somebody waits, no other step is possible, since taking a permit needs an
/// empty queue and giving one back passes it on. So the queue's length and the word agree whenever
/// the lock is free, no permit is free while a ticket waits, and nobody overtakes.
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

    private func enqueue(_ ticket: Ticket) -> Admission {
        queue.withLock { queue in
            while true {
                let old = word.load(ordering: .relaxed)
                switch PermitWord(rawValue: old).arrival(
                    limit: limit.load(ordering: .relaxed), queue: queue.capacity)
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
    /// - Returns: the ticket that it passes to: its loop must be told.
    func release() -> Ticket? {
        while true {
            let old = word.load(ordering: .relaxed)
            switch PermitWord(rawValue: old).returning(limit: limit.load(ordering: .relaxed)) {
            case .freed(let new):
                if swap(old, new) { return nil }
            case .passedOn:
                let passed: Ticket?? = queue.withLock { queue in
                    let old = word.load(ordering: .relaxed)
                    guard
                        case .passedOn(let new) = PermitWord(rawValue: old).returning(
                            limit: limit.load(ordering: .relaxed)), swap(old, new)
                    else { return .none }
                    return .some(queue.dequeue())
                }
                if let passed {
                    precondition(passed != nil, "the counter says that somebody waits; nobody does")
                    return passed
                }
            }
        }
    }

    /// Gives up a ticket.
    /// - Returns: false when a permit is already on its way to it.
    func withdraw(_ id: TicketID) -> Bool {
        queue.withLock { queue in
            guard queue.remove(id) != nil else { return false }
            while true {
                let old = word.load(ordering: .relaxed)
                var new = PermitWord(rawValue: old)
                new.waiting -= 1
                if swap(old, new) { return true }
            }
        }
    }

    /// Sets the limit and the queue's bound; what is inside stays.
    /// - Returns: tickets that the raised limit lets in: their loops must be told.
    func resize(limit newLimit: Int, queue newQueue: Int) -> [Ticket] {
        queue.withLock { queue in
            limit.store(newLimit, ordering: .relaxed)
            queueMaximum.store(newQueue, ordering: .relaxed)
            if newQueue != queue.capacity {
                queue.resize(capacity: max(newQueue, queue.count))
            }
            var granted: [Ticket] = []
            while true {
                let old = word.load(ordering: .relaxed)
                guard let new = PermitWord(rawValue: old).granting(limit: newLimit) else {
                    return granted
                }
                guard swap(old, new) else { continue }
                guard let ticket = queue.dequeue() else {
                    preconditionFailure("the counter says that somebody waits; nobody does")
                }
                granted.append(ticket)
            }
        }
    }

    /// In flight and waiting, at one moment.
    var counts: PermitWord { PermitWord(rawValue: word.load(ordering: .relaxed)) }

    var limitNow: Int { limit.load(ordering: .relaxed) }

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
