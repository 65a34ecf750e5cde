import PlimsollCore
import PlimsollPolicy

/// Which endpoint an attempt goes to.
enum EndpointPick {
    /// Counted in flight there already; the pass answers its breaker.
    case endpoint(EndpointIndex, BreakerPass)
    /// Some are fit, all of them at their own limit.
    case allBusy
    /// All are healthy and not ejected, and each is behind an open breaker of its own.
    case allBroken(retryAfterNanoseconds: Int64)
    /// None is fit: unhealthy, ejected, or behind an open breaker.
    case noneFit(retryAfterNanoseconds: Int64)
}

/// One upstream's endpoints as the balancer sees them, by position. Lives for one pick, during
/// which the tables do not change.
struct EndpointCandidates: EndpointView {
    let list: UnsafePointer<EndpointIndex>
    let count: Int
    let table: IndexedTable<WorkerEndpoint>.View
    /// Where the last attempt failed: only the last resort.
    let avoided: EndpointIndex
    let now: Instant

    func isEligible(_ position: EndpointIndex) -> Bool {
        let endpoint = list[Int(position.rawValue)]
        guard endpoint != avoided else { return false }
        return table[endpoint.rawValue].shared._withUnsafeGuaranteedRef {
            $0.isFit(at: now) && $0.hasRoom
        }
    }

    func inFlight(_ position: EndpointIndex) -> Int {
        table[list[Int(position.rawValue)].rawValue].inFlight
    }

    func load(_ position: EndpointIndex) -> EndpointLoad {
        table[list[Int(position.rawValue)].rawValue].load
    }

    func weight(_ position: EndpointIndex) -> Double {
        table[list[Int(position.rawValue)].rawValue].shared._withUnsafeGuaranteedRef {
            $0.weight(at: now)
        }
    }
}

extension WorkerUpstreams {
    /// Chooses an endpoint and counts the attempt in flight there.
    /// - Parameter avoided: where the attempt before failed; chosen again only if nothing else is
    ///   fit.
    mutating func pick(
        _ upstream: UpstreamIndex, avoiding avoided: EndpointIndex, _ random: inout RandomSource,
        _ now: Instant
    ) -> EndpointPick {
        if let (endpoint, pass) = pickOther(upstream, than: avoided, &random, now) {
            return .endpoint(endpoint, pass)
        }
        let count = upstreams[upstream.rawValue].endpointCount
        let list = UnsafePointer(upstreams[upstream.rawValue].endpointList)
        // What a reload has taken out since is no resort at all.
        let last = count == 1 ? list[0] : avoided
        let isListed = (0..<count).contains { list[$0] == last }
        if isListed, let pass = enter(last, now) {
            return .endpoint(last, pass)
        }
        return whyNone(upstream, now)
    }

    /// Chooses among several endpoints, as ``pick(_:avoiding:_:_:)`` does, but never the one that
    /// is avoided; nil when no other is fit and free.
    mutating func pickOther(
        _ upstream: UpstreamIndex, than avoided: EndpointIndex, _ random: inout RandomSource,
        _ now: Instant
    ) -> (EndpointIndex, BreakerPass)? {
        let count = upstreams[upstream.rawValue].endpointCount
        guard count > 1 else { return nil }
        let list = UnsafePointer(upstreams[upstream.rawValue].endpointList)
        let candidates = EndpointCandidates(
            list: list, count: count, table: endpoints.view, avoided: avoided, now: now)
        // Another loop may take the last place between the look and the step: look again.
        for _ in 0..<count {
            guard
                let position = upstreams[upstream.rawValue].balancer.pick(
                    from: candidates, at: now, using: &random)
            else { return nil }
            let endpoint = list[Int(position.rawValue)]
            if let pass = enter(endpoint, now) { return (endpoint, pass) }
        }
        return nil
    }

    private mutating func enter(_ endpoint: EndpointIndex, _ now: Instant) -> BreakerPass? {
        guard
            let pass = endpoints[endpoint.rawValue].shared._withUnsafeGuaranteedRef({
                $0.enter(at: now)
            })
        else { return nil }
        endpoints[endpoint.rawValue].inFlight += 1
        return pass
    }

    private func whyNone(_ upstream: UpstreamIndex, _ now: Instant) -> EndpointPick {
        var soonest = Int64.max
        var areAllInUse = true
        for position in 0..<upstreams[upstream.rawValue].endpointCount {
            let endpoint = upstreams[upstream.rawValue].endpointList[position]
            let isFit = endpoints[endpoint.rawValue].shared._withUnsafeGuaranteedRef { shared in
                soonest = min(soonest, shared.retryAfterNanoseconds(at: now))
                areAllInUse = areAllInUse && shared.isInUse(at: now)
                return shared.isFit(at: now)
            }
            if isFit { return .allBusy }
        }
        let wait = soonest == .max ? 1_000_000_000 : soonest
        return areAllInUse
            ? .allBroken(retryAfterNanoseconds: wait) : .noneFit(retryAfterNanoseconds: wait)
    }
}
