import PlimsollConfig
import PlimsollCore
import PlimsollIO
import PlimsollPolicy

/// Every upstream and endpoint that the process has known, with the state that loops share: an
/// upstream is the same after a reload when its name is, an endpoint when its address is. So what
/// is in flight, queued, broken or ejected is not forgotten when a file changes.
///
/// Confined to the control thread.
struct UpstreamRegistry {
    private struct EndpointKey: Hashable {
        var upstream: UpstreamIndex
        var address: String
    }

    private var upstreams: [String: SharedUpstream] = [:]
    private var endpoints: [EndpointKey: PlanEndpoint] = [:]
    private let workers: Int
    private let bell: ControlBell
    private var random: RandomSource

    /// - Parameters:
    ///   - workers: loops in all, at least 1.
    ///   - seed: of the jitter of breakers.
    ///   - bell: rung when an upstream's state has changed so that time must change it again.
    init(workers: Int, seed: UInt64, bell: ControlBell = ControlBell()) {
        self.bell = bell
        self.workers = workers
        random = RandomSource(seed: seed)
    }

    /// Why a configuration does not fit what loops have room for; nil when it does. Numbers are
    /// never given twice, so this is about all configurations since the start.
    func refusal(of resolved: ResolvedConfiguration) -> String? {
        let names = resolved.configuration.upstreams.count { upstreams[$0.name] == nil }
        let places = resolved.endpoints.reduce(0) { $0 + $1.count }
        let new = zip(resolved.configuration.upstreams, resolved.endpoints).reduce(0) { sum, pair in
            sum + pair.1.count { !isKnown($0, of: pair.0.name) }
        }
        guard upstreams.count + names <= WorkerUpstreams.upstreamsMaximum,
            endpoints.count + new <= WorkerUpstreams.endpointsMaximum
        else {
            return "\(names) new upstreams and \(new) new endpoints of \(places) are more than "
                + "this process can still number; restart it"
        }
        return nil
    }

    private func isKnown(_ endpoint: ResolvedEndpoint, of upstream: String) -> Bool {
        guard let index = upstreams[upstream]?.index else { return false }
        let key = EndpointKey(upstream: index, address: endpoint.address.description)
        return endpoints[key] != nil
    }

    /// Puts a configuration's upstreams into force and describes them for the loops.
    /// - Returns: the upstreams in the configuration's order, and requests that were waiting and
    ///   may now go, whose loops must be told.
    mutating func adopt(
        _ resolved: ResolvedConfiguration, now: Instant
    ) -> (plans: [PlanUpstream], news: [TicketNews]) {
        var plans: [PlanUpstream] = []
        var news: [TicketNews] = []
        for (settings, places) in zip(resolved.configuration.upstreams, resolved.endpoints) {
            let (shared, members, ended) = adopt(settings, places, now: now)
            news += ended.map { TicketNews(upstream: shared.index, ended: $0) }
            plans.append(PlanUpstream(settings, shared: shared, endpoints: members))
        }
        return (plans, news)
    }

    private mutating func adopt(
        _ settings: UpstreamSettings, _ places: [ResolvedEndpoint], now: Instant
    ) -> (SharedUpstream, [PlanEndpoint], [EndedTicket]) {
        let known = upstreams[settings.name]
        let index = known?.index ?? UpstreamIndex(rawValue: UInt16(upstreams.count))
        let members = places.map { endpoint($0, of: index, breaker: settings.breaker) }
        if let known {
            let ended = known.reconfigure(
                bulkhead: settings.bulkhead, breaker: settings.breaker, retry: settings.retry,
                outlier: settings.outlier, limit: settings.limit, queue: settings.queue,
                fitness: settings.fitness,
                endpoints: members.map(\.shared), at: now)
            return (known, members, ended)
        }
        let shared = SharedUpstream(
            index: index, name: settings.name, bulkhead: settings.bulkhead,
            breaker: settings.breaker, retry: settings.retry, outlier: settings.outlier,
            limit: settings.limit, queue: settings.queue, fitness: settings.fitness,
            endpoints: members.map(\.shared), workers: workers, seed: random.next(), bell: bell,
            at: now)
        upstreams[settings.name] = shared
        return (shared, members, [])
    }

    private mutating func endpoint(
        _ place: ResolvedEndpoint, of upstream: UpstreamIndex, breaker: BreakerSettings
    ) -> PlanEndpoint {
        let key = EndpointKey(upstream: upstream, address: place.address.description)
        if let known = endpoints[key] { return known }
        let index = EndpointIndex(rawValue: UInt16(endpoints.count))
        let endpoint = PlanEndpoint(
            index: index,
            shared: SharedEndpoint(
                index: index, address: place.label, breaker: breaker, workers: workers,
                seed: random.next(), bell: bell),
            address: ConnectAddress(place.address))
        endpoints[key] = endpoint
        return endpoint
    }
}

extension PlanUpstream {
    /// Settings in the units of the loops.
    init(_ settings: UpstreamSettings, shared: SharedUpstream, endpoints: [PlanEndpoint]) {
        self.init(
            index: shared.index, shared: shared, endpoints: endpoints, balance: settings.balance,
            retry: settings.retry,
            connectNanoseconds: settings.timeouts.connect.wholeNanoseconds,
            responseNanoseconds: settings.timeouts.response.wholeNanoseconds,
            idleNanoseconds: settings.timeouts.idle.wholeNanoseconds,
            queueNanoseconds: settings.bulkhead.queueTimeout.wholeNanoseconds,
            idleConnectionsMaximum: settings.idleConnectionsMaximum,
            hasAdaptiveLimit: settings.limit?.isEnforced == true)
    }
}
