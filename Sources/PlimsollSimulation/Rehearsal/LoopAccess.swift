import PlimsollCore
import PlimsollPolicy
import PlimsollProxy

/// A loop's access behind a reference, since an array holds nothing noncopyable.
final class LoopAccess {
    private var access: UpstreamAccess

    init(_ plan: ProxyPlan, worker: Int, seed: UInt64, now: Instant) {
        access = UpstreamAccess(
            plan, worker: WorkerIndex(rawValue: UInt16(worker)), seed: seed, now: now)
    }

    func admit(
        _ upstream: UpstreamIndex, _ ticket: Ticket, now: Instant, ended: inout [EndedTicket]
    ) -> UpstreamAccess.Verdict {
        access.admit(upstream, ticket, now: now, ended: &ended)
    }

    func withdraw(_ upstream: UpstreamIndex, _ ticket: TicketID, now: Instant) -> Bool {
        access.withdraw(upstream, ticket, now: now)
    }

    func release(_ upstream: UpstreamIndex, now: Instant, ended: inout [EndedTicket]) {
        access.release(upstream, now: now, ended: &ended)
    }

    func drainNanoseconds(of upstream: UpstreamIndex, now: Instant) -> Int64 {
        access.drainNanoseconds(of: upstream, now: now)
    }

    func breakerOpenings(of upstream: UpstreamIndex) -> Int {
        access.breakerOpenings(of: upstream)
    }

    func begin(
        _ upstream: UpstreamIndex, avoiding avoided: EndpointIndex?, now: Instant
    ) -> UpstreamAccess.Start {
        access.begin(upstream, avoiding: avoided, now: now)
    }

    func end(
        _ attempt: UpstreamAccess.Attempt, _ outcome: Outcome, status: UInt16, hasWaited: Bool,
        now: Instant, ended: inout [EndedTicket]
    ) {
        access.end(
            attempt, outcome, status: status, hasWaited: hasWaited, now: now, ended: &ended)
    }

    func listsForRetry(_ upstream: UpstreamIndex, status: UInt16) -> Bool {
        access.listsForRetry(upstream, status: status)
    }

    func retry(
        _ upstream: UpstreamIndex, after failed: FailedAttempt, client: UInt64, deadline: Instant,
        now: Instant
    ) -> UpstreamAccess.Retry {
        access.retry(upstream, after: failed, client: client, deadline: deadline, now: now)
    }

    func hedgeNanoseconds(of upstream: UpstreamIndex) -> Int64 {
        access.hedgeNanoseconds(of: upstream)
    }

    func hedge(
        _ attempt: UpstreamAccess.Attempt, attempts: UInt8, client: UInt64, now: Instant,
        ended: inout [EndedTicket]
    ) -> UpstreamAccess.Attempt? {
        access.hedge(attempt, attempts: attempts, client: client, now: now, ended: &ended)
    }

    func endHedge(_ hedge: UpstreamAccess.Attempt, _ outcome: Outcome, now: Instant) {
        access.endHedge(hedge, outcome, now: now)
    }

    func outrun(
        _ attempt: UpstreamAccess.Attempt, nanoseconds: Int64, now: Instant
    ) -> Outcome {
        access.outrun(attempt, nanoseconds: nanoseconds, now: now)
    }

    func rateLimitRefusal(of route: Route, client: UInt64, now: Instant) -> Int64? {
        access.rateLimitRefusal(of: route, client: client, now: now)
    }

    func hearCheck(
        of endpoint: EndpointIndex, in upstream: UpstreamIndex, isWell: Bool, isHealthy: Bool,
        now: Instant
    ) {
        access.hearCheck(
            of: endpoint, in: upstream, isWell: isWell, isHealthy: isHealthy, now: now)
    }
}
