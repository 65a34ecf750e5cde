import PlimsollCore
import PlimsollPolicy
import Synchronization

extension SharedUpstream {
    /// Brings up to date what only time changes, and fits the limit to the endpoints that take
    /// requests when each has a limit of its own. The control loop calls it at
    /// ``nextRefresh(at:)``, when ``bell`` was rung, and after each verdict of a health check; a
    /// failure that takes an endpoint out lowers the limit by itself.
    /// - Returns: tickets that are granted by it: their loops must be told.
    public func refreshLimit(at now: Instant) -> [EndedTicket] {
        breaker.advance(to: now)
        listenForSilence(at: now)
        compareEndpoints(at: now)
        return pool.withLock { pool in
            Self.updatePanic(pool, at: now)
            for endpoint in pool.endpoints { endpoint.breaker.advance(to: now) }
            let limit = Self.limit(pool, at: now)
            guard limit != permits.limitNow else { return [] }
            return permits.resize(limit: limit, queue: pool.queue, at: now)
        }
    }

    /// When ``refreshLimit(at:)`` has something to do if nothing happens before; `distantFuture`
    /// when there is nothing that time alone would change. What makes it earlier rings ``bell``.
    public func nextRefresh(at now: Instant) -> Instant {
        pool.withLock { pool in
            var next = breaker.nextAdvance
            for endpoint in pool.endpoints {
                next = min(next, endpoint.breaker.nextAdvance, endpoint.nextListen(at: now))
                if pool.perEndpoint != nil || endpoint.isPanicking {
                    next = min(next, endpoint.returns(after: now))
                }
            }
            return next
        }
    }

    /// Takes in what one loop saw, which may move the adaptive limit.
    /// - Parameter ended: gets the tickets that a raised limit lets in: their loops must be told.
    func record(
        _ window: SampleWindow, at now: Instant, ended: inout [EndedTicket]
    ) {
        let granted: [EndedTicket] = pool.withLock { pool in
            guard pool.adaptive.isEnforced else { return [] }
            let before = pool.adaptive.limit
            pool.adaptive.record(
                window, inFlight: permits.counts.inFlight, ceiling: Self.ceiling(pool, at: now),
                at: now)
            fastLatencyNanoseconds.store(
                pool.adaptive.snapshot?.baselineNanoseconds ?? 0, ordering: .relaxed)
            guard pool.adaptive.limit != before else { return [] }
            return permits.resize(limit: Self.limit(pool, at: now), queue: pool.queue, at: now)
        }
        ended.append(contentsOf: granted)
    }

    /// What the adaptive limit stands at and has done; nil without one.
    var adaptiveStatus: AdaptiveLimit.Status? {
        pool.withLock { $0.adaptive.status }
    }

    /// The permits there are: as many as the adaptive limit says, and no more than anything else
    /// has room for.
    static func limit(_ pool: borrowing Pool, at now: Instant) -> Int {
        min(pool.adaptive.limit, ceiling(pool, at: now))
    }

    /// What the bulkhead allows, and no more than the endpoints in use have places. With none in
    /// use every request is let through to be told so.
    private static func ceiling(_ pool: borrowing Pool, at now: Instant) -> Int {
        guard let perEndpoint = pool.perEndpoint else { return pool.concurrency }
        var fit = 0
        for endpoint in pool.endpoints where endpoint.isFullyFit(at: now) { fit += 1 }
        return fit == 0 ? pool.concurrency : min(pool.concurrency, perEndpoint * fit)
    }

    func lowerLimit(_ pool: borrowing Pool, at now: Instant) {
        let limit = Self.limit(pool, at: now)
        guard limit < permits.limitNow else { return }
        let granted = permits.resize(limit: limit, queue: pool.queue, at: now)
        precondition(granted.isEmpty, "a lower limit let somebody in")
    }
}
