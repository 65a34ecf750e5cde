import PlimsollCore
import PlimsollPolicy

/// One loop's way to its upstreams, without connections and bytes round it: the very permits,
/// queues, limits, breakers, budgets and balancers that a ``Worker`` asks, asked in the same
/// order. Who drives it plays the loop: ``admit(_:_:now:ended:)``, then
/// ``begin(_:avoiding:now:)`` and ``end(_:_:status:hasWaited:now:ended:)`` for each attempt, then
/// ``release(_:now:ended:)``. The simulator does.
///
/// Confined to one thread; several of them share what ``SharedUpstream`` shares.
public struct UpstreamAccess: ~Copyable {
    /// What a request finds at its upstream's door.
    public enum Verdict: Sendable {
        /// It holds a permit, which ``release(_:now:ended:)`` takes back.
        case admitted
        /// It waits. The news of its ticket's end comes out of somebody's release or out of
        /// ``SharedUpstream/refreshLimit(at:)``.
        case queued(TicketID)
        case shed(ShedReason, retryAfterNanoseconds: Int64)
    }

    /// An attempt under way.
    public struct Attempt: Sendable {
        public let upstream: UpstreamIndex
        public let endpoint: EndpointIndex
        let pass: BreakerPass
        let endpointPass: BreakerPass
    }

    public enum Start: Sendable {
        case began(Attempt)
        case shed(ShedReason, retryAfterNanoseconds: Int64)
        /// Fit endpoints are at their own limit: look again in a moment.
        case allBusy
    }

    public enum Retry: Sendable {
        case refused
        case now
        /// After a pause, during which the permit is given back.
        case after(nanoseconds: Int64)
    }

    private var upstreams: WorkerUpstreams
    private var random: RandomSource
    private let worker: WorkerIndex

    /// - Parameters:
    ///   - plan: whose upstreams it has.
    ///   - worker: which loop it plays.
    ///   - seed: of the balancer's lots.
    public init(_ plan: ProxyPlan, worker: WorkerIndex, seed: UInt64, now: Instant) {
        self.worker = worker
        random = RandomSource(seed: seed)
        upstreams = WorkerUpstreams(worker: worker)
        let connections = Slab<UpstreamConnection>(capacity: 1)
        _ = upstreams.adopt(plan.upstreams, servers: connections, now: now)
    }

    // MARK: The door

    /// - Parameter ended: gets the ticket whose place this one takes.
    public mutating func admit(
        _ upstream: UpstreamIndex, _ ticket: Ticket, now: Instant, ended: inout [EndedTicket]
    ) -> Verdict {
        switch upstreams.admit(upstream, ticket, now: now, ended: &ended) {
        case .admitted: .admitted
        case .queued(let id): .queued(id)
        case .shed(let reason, let nanoseconds):
            .shed(reason, retryAfterNanoseconds: nanoseconds)
        }
    }

    /// Gives up a ticket.
    /// - Returns: false when the news of its end is already on its way.
    public func withdraw(_ upstream: UpstreamIndex, _ ticket: TicketID, now: Instant) -> Bool {
        upstreams.withdraw(upstream, ticket, now: now)
    }

    /// Gives a permit back.
    /// - Parameter ended: gets the tickets whose wait is over by it.
    public func release(_ upstream: UpstreamIndex, now: Instant, ended: inout [EndedTicket]) {
        upstreams.release(Permit(upstream: upstream), now: now, ended: &ended)
    }

    /// How long what is inside takes to leave: the Retry-After of whoever is sent away.
    public func drainNanoseconds(of upstream: UpstreamIndex, now: Instant) -> Int64 {
        upstreams.drainNanoseconds(of: upstream, now: now)
    }

    /// How often the upstream's breaker has opened.
    public func breakerOpenings(of upstream: UpstreamIndex) -> Int {
        upstreams.upstreams[upstream.rawValue].shared._withUnsafeGuaranteedRef {
            $0.breaker.tripCounts.reduce(0, +)
        }
    }

    // MARK: Attempts

    /// Asks the breaker and picks an endpoint.
    /// - Parameter avoided: where the attempt before failed, if there was one.
    public mutating func begin(
        _ upstream: UpstreamIndex, avoiding avoided: EndpointIndex?, now: Instant
    ) -> Start {
        let pass: BreakerPass
        switch upstreams.pass(upstream, now: now) {
        case .pass(let granted): pass = granted
        case .refuse(let nanoseconds):
            return .shed(.breakerOpen, retryAfterNanoseconds: nanoseconds)
        }
        let avoided = avoided ?? EndpointIndex(rawValue: .max)
        switch upstreams.pick(upstream, avoiding: avoided, &random, now) {
        case .endpoint(let endpoint, let endpointPass):
            // The request is out whole at once: it has no body here, and no wire.
            upstreams.answerAwaited(from: endpoint, worker: worker)
            return .began(
                Attempt(
                    upstream: upstream, endpoint: endpoint, pass: pass, endpointPass: endpointPass))
        case .allBusy:
            upstreams.giveUp(pass, of: upstream, worker: worker, now: now)
            return .allBusy
        case .noneFit(let nanoseconds):
            upstreams.giveUp(pass, of: upstream, worker: worker, now: now)
            return .shed(.noEndpoint, retryAfterNanoseconds: nanoseconds)
        case .allBroken(let nanoseconds):
            upstreams.giveUp(pass, of: upstream, worker: worker, now: now)
            return .shed(.breakerOpen, retryAfterNanoseconds: nanoseconds)
        }
    }

    /// An attempt has ended: breakers, balancer, limits and budgets hear how.
    /// - Parameters:
    ///   - status: of its answer; 0 without one.
    ///   - hasWaited: its request found no free permit when it came.
    ///   - ended: gets the tickets that a raised limit lets in.
    public mutating func end(
        _ attempt: Attempt, _ outcome: Outcome, status: UInt16, hasWaited: Bool, now: Instant,
        ended: inout [EndedTicket]
    ) {
        upstreams.answerHeard(
            from: attempt.endpoint, isAnswer: outcome.isAnswer, worker: worker)
        upstreams.record(
            outcome, upstream: attempt.upstream, pass: attempt.pass, endpoint: attempt.endpoint,
            endpointPass: attempt.endpointPass, worker: worker, now: now)
        upstreams.sample(
            outcome, of: attempt.upstream, status: status, hasWaited: hasWaited, now: now,
            ended: &ended)
    }

    // MARK: Retries

    /// Whether an answer with this status may be tried again instead of passed on.
    public func listsForRetry(_ upstream: UpstreamIndex, status: UInt16) -> Bool {
        upstreams.listsForRetry(upstream, status: status)
    }

    /// Asks for another attempt after a failed one: the rules, the pause, the budget.
    /// - Parameters:
    ///   - client: who the request is from, for the client's own budget.
    ///   - deadline: of the request.
    public mutating func retry(
        _ upstream: UpstreamIndex, after failed: FailedAttempt, client: UInt64, deadline: Instant,
        now: Instant
    ) -> Retry {
        switch upstreams.retryVerdict(upstream, on: failed) {
        case .refuse: return .refused
        case .onFreshConnection: return .now
        case .withinBudget: break
        }
        let pause = upstreams.retryPause(
            upstream, after: failed, pushBackNanoseconds: nil,
            remainingNanoseconds: Deadline(deadline).remainingNanoseconds(at: now), &random)
        guard pause != .refuse else { return .refused }
        let request = RetryRequest(client: client, isOverloadSign: failed.isOverloadSign)
        guard upstreams.takeRetry(upstream, for: request, now: now) == nil else {
            return .refused
        }
        if case .wait(let nanoseconds) = pause { return .after(nanoseconds: nanoseconds) }
        return .now
    }

    // MARK: Hedges

    /// When a hedge follows an attempt; `Int64.max`: never, or not known yet.
    public func hedgeNanoseconds(of upstream: UpstreamIndex) -> Int64 {
        upstreams.hedgeNanoseconds(of: upstream)
    }

    /// Begins another attempt beside one that has waited for long, if a permit is free at once,
    /// the budget pays and another endpoint is fit.
    /// - Parameter attempts: made of the request so far.
    /// - Returns: nil when there is none; its permit goes back with ``release(_:now:ended:)``.
    public mutating func hedge(
        _ attempt: Attempt, attempts: UInt8, client: UInt64, now: Instant,
        ended: inout [EndedTicket]
    ) -> Attempt? {
        let upstream = attempt.upstream
        guard upstreams.allowsAttempt(upstream, after: attempts), upstreams.admitHedge(upstream)
        else { return nil }
        let request = RetryRequest(client: client, isOverloadSign: true)
        if upstreams.takeRetry(upstream, for: request, now: now) == nil,
            case .pass(let pass) = upstreams.pass(upstream, now: now)
        {
            if !pass.isProbe,
                let (endpoint, endpointPass) = upstreams.pickOther(
                    upstream, than: attempt.endpoint, &random, now)
            {
                upstreams.answerAwaited(from: endpoint, worker: worker)
                return Attempt(
                    upstream: upstream, endpoint: endpoint, pass: pass,
                    endpointPass: endpointPass)
            }
            upstreams.giveUp(pass, of: upstream, worker: worker, now: now)
        }
        release(upstream, now: now, ended: &ended)
        return nil
    }

    /// A hedge was not needed, or failed by itself.
    public mutating func endHedge(_ hedge: Attempt, _ outcome: Outcome, now: Instant) {
        upstreams.answerHeard(
            from: hedge.endpoint, isAnswer: outcome.isAnswer, worker: worker)
        upstreams.record(
            outcome, upstream: hedge.upstream, pass: hedge.pass, endpoint: hedge.endpoint,
            endpointPass: hedge.endpointPass, worker: worker, now: now)
    }

    /// What it means to an attempt that its hedge was quicker.
    /// - Parameter nanoseconds: how long the attempt had waited in vain.
    public mutating func outrun(_ attempt: Attempt, nanoseconds: Int64, now: Instant) -> Outcome {
        upstreams.outrun(
            attempt.upstream, at: attempt.endpoint, nanoseconds: nanoseconds, now: now)
    }

    // MARK: Beside the upstreams

    /// Asks a route's rate limit.
    /// - Parameter client: who shares a bucket, where not all do.
    /// - Returns: nil when the request passes, else the nanoseconds after which it would.
    public func rateLimitRefusal(of route: Route, client: UInt64, now: Instant) -> Int64? {
        guard let limiter = route.rateLimiter else { return nil }
        let verdict: RateVerdict
        if limiter.settings.key == .route {
            verdict = limiter.admit(at: now)
        } else {
            let bytes = InlineArray<8, UInt8> { UInt8(truncatingIfNeeded: client >> (8 * $0)) }
            verdict = limiter.admit(bytes.span, at: now)
        }
        guard case .refuse(let seconds) = verdict else { return nil }
        return Int64(seconds) * 1_000_000_000
    }

    /// An active check of an endpoint has found something; `isHealthy` is what all of them say.
    public func hearCheck(
        of endpoint: EndpointIndex, in upstream: UpstreamIndex, isWell: Bool, isHealthy: Bool,
        now: Instant
    ) {
        upstreams.endpoints[endpoint.rawValue].shared._withUnsafeGuaranteedRef {
            $0.setHealthy(isHealthy, at: now)
            $0.hear(isWell: isWell, at: now)
        }
        upstreams.upstreams[upstream.rawValue].shared._withUnsafeGuaranteedRef {
            $0.hearChecks(at: now)
        }
    }
}
