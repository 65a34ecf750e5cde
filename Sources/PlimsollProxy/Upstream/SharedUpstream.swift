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
    /// Permits given back since the start, and when their rate was last taken.
    private let releases = Atomic<Int>(0)
    private let rate: Mutex<ReleaseRate>

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
            let hasQueue = permits.counts.waiting > 0
            return .shed(
                hasQueue ? .queueFull : .noQueue, retryAfterNanoseconds: drainNanoseconds(now: now))
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
        releases.add(1, ordering: .relaxed)
        return permits.release()
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
        guard permits.counts.waiting == 0, breaker.isClosed else { return false }
        return retryBudget.withLock { budget in
            budget.deposit(successes: successes)
            return budget.withdraw(at: now)
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
        }
    }

    // MARK: Limits

    /// Fits the limit to the endpoints that are fit now, when each has a limit of its own.
    /// - Returns: tickets that are granted by it: their loops must be told.
    public func refreshLimit(at now: Instant) -> [Ticket] {
        pool.withLock { pool in
            guard let perEndpoint = pool.perEndpoint else { return [] }
            let fit = pool.endpoints.count { $0.isFit(at: now) }
            // With none fit every request is let through to be told so.
            let limit = fit == 0 ? pool.concurrency : min(pool.concurrency, perEndpoint * fit)
            guard limit != permits.limitNow else { return [] }
            return permits.resize(limit: limit, queue: pool.queue)
        }
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
        let granted = pool.withLock { pool in
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
            return permits.resize(limit: concurrency, queue: queue)
        }
        return granted + refreshLimit(at: now)
    }

    /// More than any number of connections.
    private static var unlimited: Int { Int(UInt32.max) - 1 }
}

/// How fast permits come back: what a queue's length means in time.
private struct ReleaseRate {
    private var releasedBefore = 0
    private var since: Instant
    /// Nanoseconds a release, of the last full window; 0 while unknown.
    private var each: Int64 = 0

    init(at now: Instant) {
        since = now
    }

    mutating func nanoseconds(for count: Int, released: Int, at now: Instant) -> Int64 {
        let elapsed = now.nanoseconds(since: since)
        if elapsed >= 100_000_000 {
            let done = released - releasedBefore
            each = done > 0 ? elapsed / Int64(done) : elapsed
            releasedBefore = released
            since = now
        }
        return each == 0 ? 1_000_000_000 : min(each * Int64(max(1, count)), 60_000_000_000)
    }
}
