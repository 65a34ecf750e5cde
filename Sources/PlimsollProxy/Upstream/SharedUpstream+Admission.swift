import PlimsollCore
import PlimsollPolicy
import Synchronization

/// What a request finds at its upstream's door.
enum Admission {
    /// It holds a permit.
    case admitted
    /// It holds a place in the queue.
    case queued(TicketID)
    case shed(ShedReason, retryAfterNanoseconds: Int64)
}

extension SharedUpstream {
    /// - Parameter ended: gets the ticket whose place this one takes: its loop must be told.
    func admit(_ ticket: Ticket, now: Instant, ended: inout [EndedTicket]) -> Admission {
        if case .refuse(let nanoseconds) = peek(at: now) {
            return .shed(.breakerOpen, retryAfterNanoseconds: nanoseconds)
        }
        switch permits.admit(ticket, queueConditions, at: now, ended: &ended) {
        case .admitted:
            return .admitted
        case .queued(let id):
            return .queued(id)
        case .refused(let reason):
            return .shed(reason, retryAfterNanoseconds: drainNanoseconds(now: now))
        }
    }

    /// Whether the breaker refuses for certain: a request that waits for it waits in vain.
    private func peek(at now: Instant) -> BreakerVerdict {
        breaker.isPassable(at: now)
            ? .pass(BreakerPass(closedEpoch: 0))
            : .refuse(retryAfterNanoseconds: breaker.retryAfterNanoseconds(at: now))
    }

    /// What the queue is told of its upstream.
    private var queueConditions: QueueConditions {
        QueueConditions(
            limit: permits.limitNow,
            fastLatencyNanoseconds: fastLatencyNanoseconds.load(ordering: .relaxed),
            nanosecondsPerRelease: nanosecondsPerRelease.load(ordering: .relaxed),
            released: releases.load(ordering: .relaxed))
    }

    func withdraw(_ ticket: TicketID, now: Instant) -> Bool {
        permits.withdraw(ticket, at: now)
    }

    /// Gives a permit back.
    /// - Parameter ended: gets the tickets whose wait is over by it: their loops must be told.
    func release(now: Instant, ended: inout [EndedTicket]) {
        // Not an atomic addition, which would cost a tenth of an admission: two loops may count
        // one release together, and an estimate can bear that.
        let released = releases.load(ordering: .relaxed) + 1
        releases.store(released, ordering: .relaxed)
        if now.nanoseconds >= rateAt.load(ordering: .relaxed) {
            rateAt.store(
                now.advanced(byNanoseconds: ReleaseRate.windowNanoseconds).nanoseconds,
                ordering: .relaxed)
            let nanoseconds = rate.withLock { rate in
                rate.take(released: released, at: now)
                return rate.nanosecondsEach
            }
            nanosecondsPerRelease.store(nanoseconds, ordering: .relaxed)
        }
        permits.release(queueConditions, at: now, ended: &ended)
    }

    /// How long the queue takes to pass through what is inside now, by the recent rate of
    /// completions: when a refused client should come again.
    func drainNanoseconds(now: Instant) -> Int64 {
        let released = releases.load(ordering: .relaxed)
        let counts = permits.counts
        return rate.withLock {
            $0.nanoseconds(for: counts.inFlight + counts.waiting, released: released, at: now)
        }
    }
}
