import PlimsollCore
import PlimsollIO
import PlimsollPolicy

/// Tells the operator what happens to upstreams, endpoints, listeners and the process while
/// requests flow: one line a change.
///
/// It looks, on the control thread, at what the loops publish anyway. So no loop ever waits for a
/// log, nothing is lost, and what flaps is one line a second. It looks when it is called, and goes
/// on looking until nothing is left to tell.
struct OperatorWatch {
    /// From one look to the next at the least.
    static var intervalNanoseconds: Int64 { 200_000_000 }

    /// What is said of a breaker.
    private struct BreakerStanding: Equatable {
        var label: String
        /// How often it has opened.
        var trips: Int
    }

    /// What is said of an endpoint.
    private struct EndpointStanding: Equatable {
        var isHealthy = true
        var isEjected = false
    }

    private let log: OperatorLog
    private var breakers: [ObjectIdentifier: StateNews<BreakerStanding>] = [:]
    private var endpoints: [ObjectIdentifier: StateNews<EndpointStanding>] = [:]
    private var overloads: [ObjectIdentifier: GrowthNews] = [:]
    private var listeners: [ObjectIdentifier: StateNews<Bool>] = [:]
    private var descriptors = GrowthNews(count: 0)
    private var buffers = GrowthNews(count: 0)
    private var generation: UInt64 = 0
    /// When to look again; `distantFuture` until it is called.
    private(set) var nextLook: Instant = .distantFuture
    private var lookedAt = Instant(nanoseconds: 0)
    /// Something has changed that may not be told yet, or whose end is still to be told.
    private var isUnsettled = false

    init(log: OperatorLog) {
        self.log = log
    }

    /// It will only look when it is called.
    var isAsleep: Bool { nextLook == .distantFuture }

    /// Something may have changed.
    mutating func call(at now: Instant) {
        nextLook = min(
            nextLook, max(now, lookedAt.advanced(byNanoseconds: Self.intervalNanoseconds)))
    }

    /// Looks at everything.
    /// - Parameter health: what active checks have counted.
    mutating func look(
        at server: ServerState, health: [EndpointIndex: HealthCounts], now: Instant
    ) {
        lookedAt = now
        isUnsettled = false
        let plan = server.snapshot.plan
        if plan.generation != generation {
            generation = plan.generation
            forgetAllBut(plan)
        }
        for upstream in plan.upstreams {
            look(at: upstream, server.metrics, health, now)
        }
        for listener in plan.listeners {
            look(at: listener, now)
        }
        lookAtProcess(server.metrics, now)
        nextLook =
            isUnsettled ? now.advanced(byNanoseconds: Self.intervalNanoseconds) : .distantFuture
    }

    /// What a reload took out is not kept in mind.
    private mutating func forgetAllBut(_ plan: ProxyPlan) {
        var kept: Set<ObjectIdentifier> = []
        for upstream in plan.upstreams {
            kept.insert(ObjectIdentifier(upstream.shared))
            for endpoint in upstream.endpoints { kept.insert(ObjectIdentifier(endpoint.shared)) }
        }
        for listener in plan.listeners { kept.insert(ObjectIdentifier(listener.shared)) }
        breakers = breakers.filter { kept.contains($0.key) }
        endpoints = endpoints.filter { kept.contains($0.key) }
        overloads = overloads.filter { kept.contains($0.key) }
        listeners = listeners.filter { kept.contains($0.key) }
    }

    // MARK: Upstreams

    private mutating func look(
        at upstream: PlanUpstream, _ workers: [WorkerMetrics],
        _ health: [EndpointIndex: HealthCounts], _ now: Instant
    ) {
        let shared = upstream.shared
        look(
            at: shared.breaker.snapshot(at: now), trips: shared.breaker.tripCounts,
            of: ObjectIdentifier(shared), upstream: shared.name, endpoint: nil, now)
        for endpoint in upstream.endpoints {
            look(at: endpoint, of: shared.name, health[endpoint.index], now)
        }
        lookForOverload(shared, workers, now)
    }

    private mutating func look(
        at endpoint: PlanEndpoint, of upstream: String, _ health: HealthCounts?, _ now: Instant
    ) {
        let shared = endpoint.shared
        let identifier = ObjectIdentifier(shared)
        if let snapshot = shared.breakerSnapshot(at: now) {
            look(
                at: snapshot, trips: shared.breaker.tripCounts, of: identifier,
                upstream: upstream, endpoint: shared.address, now)
        }
        let standing = EndpointStanding(
            isHealthy: shared.isHealthy, isEjected: shared.isEjected(at: now))
        var news = endpoints[identifier] ?? StateNews(told: EndpointStanding())
        let before = news.told
        let isNew = news.hear(standing, at: now)
        endpoints[identifier] = news
        isUnsettled = isUnsettled || news.told != standing
        guard isNew else { return }
        if standing.isHealthy != before.isHealthy {
            if standing.isHealthy {
                log.info(
                    "an endpoint is well again: it gets requests",
                    ["upstream": upstream, "endpoint": shared.address])
            } else {
                log.warning(
                    "an endpoint is unwell: it gets no requests until checks pass",
                    [
                        "upstream": upstream, "endpoint": shared.address,
                        "reason": health?.lastFailure ?? "",
                    ])
            }
        }
        guard standing.isEjected != before.isEjected else { return }
        if standing.isEjected {
            log.warning(
                "an endpoint was ejected for failing requests: the others take its share",
                [
                    "upstream": upstream, "endpoint": shared.address,
                    "seconds": Self.seconds(shared.retryAfterNanoseconds(at: now)),
                ])
        } else {
            log.info(
                "an ejected endpoint is back in use",
                ["upstream": upstream, "endpoint": shared.address])
        }
    }

    private mutating func look(
        at breaker: BreakerSnapshot, trips: [Int], of identifier: ObjectIdentifier,
        upstream: String, endpoint: String?, _ now: Instant
    ) {
        let label = breaker.state.label.description
        let standing = BreakerStanding(label: label, trips: trips.reduce(0, +))
        var news = breakers[identifier] ?? StateNews(told: .init(label: "closed", trips: 0))
        let before = news.told
        let isNew = news.hear(standing, at: now)
        breakers[identifier] = news
        isUnsettled = isUnsettled || news.told != standing
        guard isNew else { return }
        let what = endpoint.map { "\(upstream) at \($0)" } ?? upstream
        let reason = breaker.lastTrip?.sentence ?? ""
        if case .open(let until) = breaker.state {
            log.warning(
                "a breaker opened: requests are refused until a probe succeeds",
                [
                    "breaker": what, "reason": reason,
                    "seconds": Self.seconds(until.nanoseconds(since: now)),
                ])
        } else if label != before.label {
            let event =
                switch breaker.state {
                case .closed, .open: "a breaker closed: all requests pass again"
                case .halfOpen: "a breaker is half-open: a few requests pass as probes"
                case .ramping: "a breaker is ramping: probes succeeded, more and more pass"
                }
            log.info(event, ["breaker": what])
        } else if standing.trips > before.trips {
            log.warning(
                "a breaker has opened, and is \(label) again", ["breaker": what, "reason": reason])
        }
    }

    private mutating func lookForOverload(
        _ upstream: SharedUpstream, _ workers: [WorkerMetrics], _ now: Instant
    ) {
        let row = WorkerMetrics.row(of: upstream.index)
        let count = workers.reduce(0) { $0 + $1.shedForWantOfRoom(row: row) }
        let identifier = ObjectIdentifier(upstream)
        var news = overloads[identifier] ?? GrowthNews(count: 0)
        let event = news.hear(count, at: now)
        overloads[identifier] = news
        isUnsettled = isUnsettled || news.isTroubled
        let counts = upstream.permits.counts
        switch event {
        case nil:
            break
        case .began:
            log.warning(
                "an upstream gets more than it can take: requests are being refused",
                [
                    "upstream": upstream.name, "in_flight": "\(counts.inFlight)",
                    "limit": "\(upstream.permits.limitNow)", "waiting": "\(counts.waiting)",
                ])
        case .goesOn(let refused):
            log.warning(
                "an upstream still gets more than it can take",
                [
                    "upstream": upstream.name, "refused": "\(refused)",
                    "in_flight": "\(counts.inFlight)",
                    "limit": "\(upstream.permits.limitNow)", "waiting": "\(counts.waiting)",
                ])
        case .ended(let refused, let nanoseconds):
            log.info(
                "an upstream takes all that it gets again",
                [
                    "upstream": upstream.name, "refused": "\(refused)",
                    "seconds": Self.seconds(nanoseconds),
                ])
        }
    }

    // MARK: Listeners, loops, the process

    private mutating func look(at plan: PlanListener, _ now: Instant) {
        let listener = plan.shared
        let identifier = ObjectIdentifier(listener)
        var news = listeners[identifier] ?? StateNews(told: false)
        let isNew = news.hear(listener.isFull, at: now)
        listeners[identifier] = news
        // Nobody rings when it has room again.
        isUnsettled = isUnsettled || listener.isFull
        guard isNew else { return }
        if news.told {
            log.warning(
                "a listener is full: newcomers wait until a client leaves",
                [
                    "listener": plan.name, "connections": "\(listener.connectionCount)",
                    "limit": "\(listener.connectionsMaximum)",
                ])
        } else {
            log.info("a listener has room again", ["listener": plan.name])
        }
    }

    private mutating func lookAtProcess(_ workers: [WorkerMetrics], _ now: Instant) {
        func sum(_ event: WorkerEvent) -> Int { workers.reduce(0) { $0 + $1.value(of: event) } }
        switch descriptors.hear(sum(.acceptErrors) + sum(.socketErrors), at: now) {
        case nil: break
        case .began:
            log.warning(
                "connections cannot be accepted or opened: most likely descriptors are exhausted",
                [
                    "accept_errors": "\(sum(.acceptErrors))",
                    "socket_errors": "\(sum(.socketErrors))",
                ])
        case .goesOn(let count):
            log.warning(
                "connections still cannot be accepted or opened", ["errors": "\(count)"])
        case .ended(let count, let nanoseconds):
            log.info(
                "connections are accepted and opened again",
                ["errors": "\(count)", "seconds": Self.seconds(nanoseconds)])
        }
        isUnsettled = isUnsettled || descriptors.isTroubled
        switch buffers.hear(sum(.buffersExhausted), at: now) {
        case nil: break
        case .began:
            log.warning(
                "buffers are exhausted: requests are refused; see server.buffer_memory",
                ["times": "\(sum(.buffersExhausted))"])
        case .goesOn(let count):
            log.warning("buffers are still exhausted", ["times": "\(count)"])
        case .ended(let count, let nanoseconds):
            log.info(
                "there are buffers again",
                ["times": "\(count)", "seconds": Self.seconds(nanoseconds)])
        }
        isUnsettled = isUnsettled || buffers.isTroubled
    }

    /// With two decimals; a time is never less than nothing.
    private static func seconds(_ nanoseconds: Int64) -> String {
        let hundredths = max(0, nanoseconds) / 10_000_000
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}

extension TripReason {
    /// Why a breaker opened, for people.
    var sentence: String {
        switch self {
        case .failureRatio(let failures, let requests): "\(failures) of \(requests) requests failed"
        case .consecutiveFailures(let count): "\(count) requests in a row failed"
        case .slowRatio(let slow, let requests): "\(slow) of \(requests) requests were slow"
        case .probeFailed(let kind): "a probe failed: \(kind.label)"
        case .probeSlow: "a probe was slow"
        case .probeTimedOut: "a probe was not answered in time"
        case .silence: "requests wait and nothing is answered"
        case .manual: "by hand"
        }
    }
}
