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

/// What all loops share of one upstream: its permits and queue, its breaker, its retry budget,
/// its endpoints' fitness. Survives reloads; named by its name.
public final class SharedUpstream: Sendable {
    private struct Pool {
        var endpoints: [SharedEndpoint]
        var outliers: OutlierDetector
        var concurrency: Int
        var perEndpoint: Int?
        var queue: Int
    }

    public let index: UpstreamIndex
    public let name: String
    let permits: PermitCounter
    let breaker: BreakerBoard
    private let retryBudget: Mutex<RetryBudget>
    private let pool: Mutex<Pool>
    /// Without enforcement every request is admitted; it is counted in flight all the same.
    private let bulkheadIsEnforced: Atomic<Bool>
    /// Permits given back since the start, nearly.
    private let releases = Atomic<Int>(0)
    private let rate: Mutex<ReleaseRate>
    /// When their rate is taken next.
    private let rateAt = Atomic<Int64>(.min)

    public init(
        index: UpstreamIndex, name: String, bulkhead: BulkheadSettings, breaker: BreakerSettings,
        retry: RetrySettings, outlier: OutlierSettings, endpoints: [SharedEndpoint], workers: Int,
        seed: UInt64, at now: Instant
    ) {
        self.index = index
        self.name = name
        permits = PermitCounter(limit: bulkhead.concurrency, queue: bulkhead.queue)
        self.breaker = BreakerBoard(settings: breaker, workers: workers, seed: seed)
        retryBudget = Mutex(RetryBudget(settings: retry, at: now))
        bulkheadIsEnforced = Atomic(bulkhead.isEnforced)
        pool = Mutex(
            Pool(
                endpoints: endpoints,
                outliers: OutlierDetector(
                    settings: outlier, endpointCount: max(1, endpoints.count)),
                concurrency: bulkhead.concurrency, perEndpoint: bulkhead.perEndpoint,
                queue: bulkhead.queue))
        rate = Mutex(ReleaseRate(at: now))
        _ = reconfigure(
            bulkhead: bulkhead, breaker: breaker, retry: retry, outlier: outlier,
            endpoints: endpoints, at: now)
    }

    /// False: nobody is refused or queued here, only counted.
    public var isBulkheadEnforced: Bool { bulkheadIsEnforced.load(ordering: .relaxed) }

    /// Whole retries that the budget would pay for now.
    public func retriesLeft(at now: Instant) -> Int {
        retryBudget.withLock { $0.available(at: now) }
    }

    // MARK: Permits

    func admit(_ ticket: Ticket, now: Instant) -> Admission {
        if case .refuse(let nanoseconds) = peek(at: now) {
            return .shed(.breakerOpen, retryAfterNanoseconds: nanoseconds)
        }
        switch permits.admit(ticket) {
        case .admitted:
            return .admitted
        case .queued(let id):
            return .queued(id)
        case .full:
            return .shed(
                permits.queueMaximumNow > 0 ? .queueFull : .noQueue,
                retryAfterNanoseconds: drainNanoseconds(now: now))
        }
    }

    /// Whether the breaker refuses for certain: a request that waits for it waits in vain.
    private func peek(at now: Instant) -> BreakerVerdict {
        breaker.isPassable(at: now)
            ? .pass(BreakerPass(closedEpoch: 0))
            : .refuse(retryAfterNanoseconds: breaker.retryAfterNanoseconds(at: now))
    }

    func withdraw(_ ticket: TicketID) -> Bool {
        permits.withdraw(ticket)
    }

    func release(now: Instant) -> Ticket? {
        // Not an atomic addition, which would cost a tenth of an admission: two loops may count
        // one release together, and an estimate can bear that.
        let released = releases.load(ordering: .relaxed) + 1
        releases.store(released, ordering: .relaxed)
        if now.nanoseconds >= rateAt.load(ordering: .relaxed) {
            rateAt.store(
                now.advanced(byNanoseconds: ReleaseRate.windowNanoseconds).nanoseconds,
                ordering: .relaxed)
            rate.withLock { $0.take(released: released, at: now) }
        }
        return permits.release()
    }

    /// A permit holder finds every endpoint at its limit: hands the permit back and waits before
    /// all others, if a lowered limit has no place for it.
    /// - Returns: nil when the limit has; it keeps the permit then, and looks again in a moment.
    func requeueFirst(_ ticket: Ticket) -> TicketID? {
        permits.requeueFirst(ticket)
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

    // MARK: Retries and outliers

    /// Takes one retry out of the budget, after paying in the successes of the caller's loop. None
    /// while the upstream as a whole is overloaded: more of the same would not help it.
    func takeRetry(paying successes: Int, now: Instant) -> Bool {
        let isOverloaded = permits.counts.waiting > 0 || !breaker.isClosed
        return retryBudget.withLock { budget in
            budget.deposit(successes: successes)
            return !isOverloaded && budget.withdraw(at: now)
        }
    }

    /// An attempt at this endpoint failed, or succeeded after failures.
    func recordForEjection(_ endpoint: SharedEndpoint, isFailure: Bool, at now: Instant) {
        guard isFailure || endpoint.hasFailures.load(ordering: .relaxed) else { return }
        pool.withLock { pool in
            guard let position = pool.endpoints.firstIndex(where: { $0 === endpoint }) else {
                return
            }
            let place = EndpointIndex(rawValue: UInt16(position))
            endpoint.hasFailures.store(isFailure, ordering: .relaxed)
            guard isFailure else {
                pool.outliers.recordSuccess(of: place)
                return
            }
            let inUse = pool.endpoints.count { $0.isInUse(at: now) }
            if let until = pool.outliers.recordFailure(of: place, inUse: inUse, at: now) {
                endpoint.eject(until: until)
            }
            // It may be out now, for this reason or because its breaker has opened.
            lowerLimit(pool, at: now)
        }
    }

    // MARK: Limits

    /// Brings up to date what only time changes, and fits the limit to the endpoints that take
    /// requests when each has a limit of its own. The control loop calls it ten times a second
    /// and after each verdict of a health check; a failure that takes an endpoint out lowers the
    /// limit by itself.
    /// - Returns: tickets that are granted by it: their loops must be told.
    public func refreshLimit(at now: Instant) -> [Ticket] {
        breaker.advance(to: now)
        return pool.withLock { pool in
            for endpoint in pool.endpoints { endpoint.breaker.advance(to: now) }
            let limit = Self.limit(pool, at: now)
            guard limit != permits.limitNow else { return [] }
            return permits.resize(limit: limit, queue: pool.queue)
        }
    }

    /// The permits there are: no more than the endpoints in use have places. With none in use
    /// every request is let through to be told so.
    private static func limit(_ pool: borrowing Pool, at now: Instant) -> Int {
        guard let perEndpoint = pool.perEndpoint else { return pool.concurrency }
        var fit = 0
        for endpoint in pool.endpoints where endpoint.isFullyFit(at: now) { fit += 1 }
        return fit == 0 ? pool.concurrency : min(pool.concurrency, perEndpoint * fit)
    }

    private func lowerLimit(_ pool: borrowing Pool, at now: Instant) {
        let limit = Self.limit(pool, at: now)
        guard limit < permits.limitNow else { return }
        let granted = permits.resize(limit: limit, queue: pool.queue)
        precondition(granted.isEmpty, "a lower limit let somebody in")
    }

    /// A reload's settings. Counts, breaker state and what waits stay.
    /// - Returns: tickets that are granted by it: their loops must be told.
    public func reconfigure(
        bulkhead: BulkheadSettings, breaker settings: BreakerSettings, retry: RetrySettings,
        outlier: OutlierSettings, endpoints: [SharedEndpoint], at now: Instant
    ) -> [Ticket] {
        breaker.reconfigure(settings, at: now)
        retryBudget.withLock { $0.reconfigure(retry, at: now) }
        for endpoint in endpoints {
            endpoint.reconfigure(
                breaker: settings, perEndpoint: bulkhead.perEndpoint,
                isOnly: endpoints.count == 1, at: now)
        }
        let isEnforced = bulkhead.isEnforced
        bulkheadIsEnforced.store(isEnforced, ordering: .relaxed)
        let concurrency = isEnforced ? bulkhead.concurrency : Self.unlimited
        let queue = isEnforced ? bulkhead.queue : 0
        return pool.withLock { pool in
            let isSame =
                pool.endpoints.count == endpoints.count
                && zip(pool.endpoints, endpoints).allSatisfy { $0 === $1 }
            if isSame {
                pool.outliers.reconfigure(outlier)
            } else {
                pool.outliers = OutlierDetector(
                    settings: outlier, endpointCount: max(1, endpoints.count))
            }
            pool.endpoints = endpoints
            pool.concurrency = concurrency
            pool.perEndpoint = isEnforced ? bulkhead.perEndpoint : nil
            pool.queue = queue
            return permits.resize(limit: Self.limit(pool, at: now), queue: queue)
        }
    }

    /// More than any number of connections.
    private static var unlimited: Int { Int(UInt32.max) - 1 }
}
