import PlimsollCore
import PlimsollPolicy
import PlimsollProxy

/// The proxy at one moment, as the table shows it.
struct ProxyView {
    struct Upstream {
        var inFlight = 0
        var waiting = 0
        /// nil when nothing limits it.
        var limit: Int?
        /// nil when it has none in force.
        var breaker: BreakerSnapshot?
    }

    /// In the order of ``DemoService``.
    var upstreams: [Upstream]
    var connections = 0

    /// - Parameter isProtected: whether the configuration in force has breakers.
    init(_ state: ServerState, isProtected: Bool, at now: Instant) {
        let plan = state.snapshot.plan
        connections = plan.listeners.first?.shared.connectionCount ?? 0
        upstreams = DemoService.allCases.map { service in
            guard
                let shared = plan.upstreams.first(where: { $0.shared.name == service.name })?.shared
            else { return Upstream() }
            let load = shared.load
            return Upstream(
                inFlight: load.inFlight, waiting: load.waiting,
                limit: shared.isBulkheadEnforced ? load.limit : nil,
                breaker: isProtected ? shared.breakerSnapshot(at: now) : nil)
        }
    }
}
