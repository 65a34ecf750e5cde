import PlimsollConfig
import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy
import PlimsollProxy

/// Compiles a configuration for loops that run in a simulation: fresh, of generation 1, every
/// endpoint an address.
public struct SimulatedPlan {
    public let plan: ProxyPlan
    public let upstreams: [SharedUpstream]

    public init(_ configuration: Configuration, workers: Int, seed: UInt64, now: Instant) {
        var plans: [PlanUpstream] = []
        var endpointCount: UInt16 = 0
        for settings in configuration.upstreams {
            let index = UpstreamIndex(rawValue: UInt16(plans.count))
            plans.append(
                Self.upstream(
                    settings, index, firstEndpoint: endpointCount, workers: workers, seed: seed,
                    now: now))
            endpointCount += UInt16(settings.endpoints.count)
        }
        upstreams = plans.map(\.shared)
        var rateLimiters = RateLimiters(seed: seed)
        let limiters = rateLimiters.adopt(configuration.routes)
        let routes = RouteTable(
            configuration.servedRoutes, upstreams: configuration.upstreams,
            rateLimiters: limiters, tenantSeed: seed
        ) { name in
            plans.first { $0.shared.name == name }!.index
        }
        plan = ProxyPlan(
            generation: 1, listeners: configuration.listeners.map(Self.listener), routes: routes,
            routeSeries: configuration.routes.indices.map { RouteIndex(rawValue: UInt16($0)) },
            upstreams: plans, trustedProxies: configuration.server.trustedProxies,
            protection: configuration.server.protection)
    }

    private static func listener(_ settings: ListenerSettings) -> PlanListener {
        PlanListener(
            name: settings.name,
            shared: SharedListener(
                address: "\(settings.address)",
                connectionsMaximum: settings.connectionsMaximum),
            limits: HeadLimits(headBytesMaximum: settings.headBytesMaximum),
            headNanoseconds: settings.headTimeout.wholeNanoseconds,
            idleNanoseconds: settings.idleTimeout.wholeNanoseconds,
            bodyIdleNanoseconds: settings.bodyIdleTimeout.wholeNanoseconds,
            lingerNanoseconds: settings.lingerTimeout.wholeNanoseconds,
            tunnelIdleNanoseconds: settings.tunnelIdleTimeout.wholeNanoseconds,
            bodyBytesMaximum: settings.bodyBytesMaximum ?? .max,
            minimumRate: settings.minimumBodyRate, ambiguousPaths: settings.ambiguousPaths,
            sendsForwarded: settings.sendsForwarded)
    }

    private static func upstream(
        _ settings: UpstreamSettings, _ index: UpstreamIndex, firstEndpoint: UInt16, workers: Int,
        seed: UInt64, now: Instant
    ) -> PlanUpstream {
        let endpoints = settings.endpoints.indices.map { position in
            let endpoint = EndpointIndex(rawValue: firstEndpoint + UInt16(position))
            let address = Self.address(of: settings.endpoints[position], number: endpoint.rawValue)
            return PlanEndpoint(
                index: endpoint,
                shared: SharedEndpoint(
                    index: endpoint, address: settings.endpoints[position].text,
                    breaker: settings.breaker, workers: workers, seed: seed &+ UInt64(position)),
                address: ConnectAddress(SystemAddress(address)))
        }
        return PlanUpstream(
            index: index,
            shared: SharedUpstream(
                index: index, name: settings.name, bulkhead: settings.bulkhead,
                breaker: settings.breaker, retry: settings.retry, outlier: settings.outlier,
                limit: settings.limit, queue: settings.queue, endpoints: endpoints.map(\.shared),
                workers: workers,
                seed: seed, at: now),
            endpoints: endpoints, balance: settings.balance, retry: settings.retry,
            connectNanoseconds: settings.timeouts.connect.wholeNanoseconds,
            responseNanoseconds: settings.timeouts.response.wholeNanoseconds,
            idleNanoseconds: settings.timeouts.idle.wholeNanoseconds,
            queueNanoseconds: settings.bulkhead.queueTimeout.wholeNanoseconds,
            idleConnectionsMaximum: settings.idleConnectionsMaximum,
            hasAdaptiveLimit: settings.limit?.isEnforced == true)
    }

    /// Where a simulated endpoint is. What is no address gets one of a network that is nobody's.
    private static func address(of endpoint: EndpointSettings, number: UInt16) -> SocketAddress {
        if case .socket(let address) = endpoint.address { return address }
        return SocketAddress(v4: 0xC612_0000 | UInt32(number), port: 80)
    }
}
