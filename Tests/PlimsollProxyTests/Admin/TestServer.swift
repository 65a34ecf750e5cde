import PlimsollConfig
import PlimsollCore
import PlimsollIO
import PlimsollPolicy

@testable import PlimsollProxy

/// A server's state without loops: one upstream for each list of endpoints.
struct TestServer {
    let state: ServerState

    init(
        upstreams: [(name: String, endpoints: [String])] = [("app", ["127.0.0.1:1"])],
        health: HealthSettings? = nil, admin: ListenAddress? = nil,
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        var configuration = Configuration()
        configuration.admin.listen = admin
        configuration.upstreams = upstreams.map { name, endpoints in
            var settings = UpstreamSettings(
                name: name,
                endpoints: endpoints.map { text in
                    guard let address = SocketAddress(parsing: text) else {
                        preconditionFailure("not an address: \(text)")
                    }
                    return EndpointSettings(address: .socket(address), text: text)
                })
            settings.health = health
            settings.limit = .standard
            return settings
        }
        let now = MonotonicClock.now
        var registry = UpstreamRegistry(workers: 1, seed: 1)
        let (plans, _) = registry.adopt(
            try ResolvedConfiguration(resolving: configuration), now: now)
        let names = SeriesNames()
        _ = names.index(of: "*/\"quoted\"\\")
        var route = RouteSettings(path: .prefix("/limited"), action: .respond(FixedAnswer()))
        route.rateLimit = try RateLimitSettings(requests: 1)
        var limiters = RateLimiters(seed: 1)
        let plan = ProxyPlan(
            generation: 1, listeners: [],
            routes: RouteTable(
                [route], upstreams: [], rateLimiters: limiters.adopt([route]),
                breakers: [
                    BreakerBoard(settings: .standard, workers: 1, seed: 1, bell: ControlBell())
                ], tenantSeed: 0
            ) { _ in UpstreamIndex(rawValue: 0) },
            routeSeries: [names.index(of: "*/limited")], upstreams: plans, trustedProxies: [])
        state = ServerState(
            configurationPath: "/etc/plimsoll.toml", startedAt: now,
            driver: DriverChoice.probe(.epoll), directory: WorkerDirectory(workers: 1),
            log: OperatorLog(level: .info, write: log), events: LogQueue(),
            commands: Mailbox(), names: names, accessLog: nil, configuration: configuration,
            plan: plan)
    }

    static var loopback: ListenAddress { .socket(SocketAddress(v4: 0x7F00_0001, port: 0)) }
}
