import PlimsollPolicy

/// Classes and tenants that nobody is given, or that nothing looks at.
extension SemanticCheck {
    func checkClasses() {
        checkTrust()
        checkPriorities()
        checkTenants()
    }

    /// What only trusted peers may say is said by nobody where nobody is trusted.
    private func checkTrust() {
        guard configuration.server.trustedProxies.isEmpty else { return }
        for (route, place) in zip(configuration.routes, map.routes) where place.isSound {
            for key in ["priority_header", "urgency", "deadline_header"] {
                guard let position = place.keys[key], key != "urgency" || route.readsUrgency
                else { continue }
                problems.warning(
                    at: position,
                    "route.\(key) is never believed: server.trusted_proxies is empty",
                    fix: "name the peers that may say it, or leave it out")
            }
        }
    }

    /// A class ranks requests only against another one.
    private func checkPriorities() {
        let served = zip(configuration.routes, map.routes).filter { route, _ in
            if case .upstream = route.action { true } else { false }
        }
        guard let position = served.lazy.compactMap({ $0.1.keys["priority"] }).first,
            let first = served.first?.0.priority,
            served.allSatisfy({ route, place in
                place.isSound && route.priority == first && route.priorityHeader == nil
                    && !route.readsUrgency
            })
        else { return }
        problems.warning(
            at: position,
            "every route has the priority \"\(first.label)\", so no request goes before another",
            fix: "give what matters less another class, or leave it out")
    }

    /// Tenants take turns in a queue; without one there are no turns to take.
    private func checkTenants() {
        for (upstream, place) in zip(configuration.upstreams, map.upstreams)
        where !upstream.bulkhead.isEnforced || upstream.bulkhead.queue == 0 {
            let positions =
                [place.keys["tenant"]] + routes(to: upstream).map { $0.1.keys["tenant"] }
            for position in positions.compactMap({ $0 }) {
                problems.warning(
                    at: position,
                    "tenants take turns in the queue, and upstream \"\(upstream.name)\" has none",
                    fix: "give it a bulkhead.queue, or leave tenant out")
            }
        }
    }
}
