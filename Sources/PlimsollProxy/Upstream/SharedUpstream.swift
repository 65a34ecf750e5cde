import PlimsollCore
import PlimsollPolicy
import Synchronization

/// What all loops share of one upstream: its permits and queue, its breaker, its retry budget,
/// its endpoints' fitness. Survives reloads; named by its name.
public final class SharedUpstream: Sendable {
    struct Pool {
        var endpoints: [SharedEndpoint]
        var outliers: OutlierDetector
        var fitness: FitnessSettings
        var compareEveryNanoseconds: Int64
        var comparedAt: Instant
        var concurrency: Int
        var perEndpoint: Int?
        var queue: Int
        var adaptive = AdaptiveLimit()
    }

    public let index: UpstreamIndex
    public let name: String
    let permits: PermitCounter
    let breaker: BreakerBoard
    /// Calls the control loop when ``nextRefresh(at:)`` has become earlier.
    let bell: ControlBell
    let retryEconomy: Mutex<RetryEconomy>
    let pool: Mutex<Pool>
    /// Without enforcement every request is admitted; it is counted in flight all the same.
    let bulkheadIsEnforced: Atomic<Bool>
    /// Permits given back since the start, nearly.
    let releases = Atomic<Int>(0)
    let rate: Mutex<ReleaseRate>
    /// When their rate is taken next.
    let rateAt = Atomic<Int64>(.min)
    /// The recent time between two permits coming back, in nanoseconds; 0 while unknown.
    let nanosecondsPerRelease = Atomic<Int64>(0)
    /// How long a request takes there while nothing of it is waiting, in nanoseconds; 0 while
    /// unknown, which it is without an adaptive limit.
    let fastLatencyNanoseconds = Atomic<Int64>(0)

    public init(
        index: UpstreamIndex, name: String, bulkhead: BulkheadSettings, breaker: BreakerSettings,
        retry: RetrySettings, outlier: OutlierSettings, limit: LimitSettings? = nil,
        queue: QueueSettings = .standard, fitness: FitnessSettings = .standard,
        endpoints: [SharedEndpoint], workers: Int,
        seed: UInt64, bell: ControlBell = ControlBell(), at now: Instant
    ) {
        self.index = index
        self.name = name
        self.bell = bell
        permits = PermitCounter(limit: bulkhead.concurrency, queue: bulkhead.queue)
        self.breaker = BreakerBoard(
            settings: breaker, workers: workers, seed: seed, bell: bell)
        retryEconomy = Mutex(RetryEconomy(settings: retry, seed: seed, at: now))
        bulkheadIsEnforced = Atomic(bulkhead.isEnforced)
        pool = Mutex(
            Pool(
                endpoints: endpoints,
                outliers: OutlierDetector(
                    settings: outlier, endpointCount: max(1, endpoints.count)),
                fitness: fitness,
                compareEveryNanoseconds: outlier.compareEvery.wholeNanoseconds, comparedAt: now,
                concurrency: bulkhead.concurrency, perEndpoint: bulkhead.perEndpoint,
                queue: bulkhead.queue))
        rate = Mutex(ReleaseRate(at: now))
        _ = reconfigure(
            bulkhead: bulkhead, breaker: breaker, retry: retry, outlier: outlier, limit: limit,
            queue: queue, fitness: fitness, endpoints: endpoints, at: now)
    }

    /// False: nobody is refused or queued here, only counted.
    public var isBulkheadEnforced: Bool { bulkheadIsEnforced.load(ordering: .relaxed) }

    /// A reload's settings. Counts, breaker state and what waits stay.
    /// - Returns: tickets that are granted by it: their loops must be told.
    public func reconfigure(
        bulkhead: BulkheadSettings, breaker settings: BreakerSettings, retry: RetrySettings,
        outlier: OutlierSettings, limit: LimitSettings? = nil,
        queue queueSettings: QueueSettings = .standard, fitness: FitnessSettings = .standard,
        endpoints: [SharedEndpoint], at now: Instant
    ) -> [EndedTicket] {
        permits.reconfigure(queueSettings, patience: bulkhead.queueTimeout)
        breaker.reconfigure(settings, at: now)
        retryEconomy.withLock { $0.reconfigure(retry, at: now) }
        for endpoint in endpoints {
            endpoint.reconfigure(
                breaker: settings, slowStart: fitness.slowStart, perEndpoint: bulkhead.perEndpoint,
                isOnly: endpoints.count == 1, at: now)
        }
        let isEnforced = bulkhead.isEnforced
        bulkheadIsEnforced.store(isEnforced, ordering: .relaxed)
        let concurrency = isEnforced ? bulkhead.concurrency : Self.unlimited
        // With an adaptive limit alone somebody has to wait, too.
        let queue = isEnforced || limit?.isEnforced == true ? bulkhead.queue : 0
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
            // Who comes to an upstream that is at work begins slowly.
            for endpoint in endpoints where !pool.endpoints.contains(where: { $0 === endpoint }) {
                endpoint.startSlowly(at: now)
            }
            pool.fitness = fitness
            pool.compareEveryNanoseconds = outlier.compareEvery.wholeNanoseconds
            pool.endpoints = endpoints
            Self.updatePanic(pool, at: now)
            pool.concurrency = concurrency
            pool.perEndpoint = isEnforced ? bulkhead.perEndpoint : nil
            pool.queue = queue
            pool.adaptive.reconfigure(limit)
            return permits.resize(limit: Self.limit(pool, at: now), queue: queue, at: now)
        }
    }

    /// More than any number of connections.
    static var unlimited: Int { Int(UInt32.max) - 1 }
}
