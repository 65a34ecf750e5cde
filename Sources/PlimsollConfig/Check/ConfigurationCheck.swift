import PlimsollCore
import PlimsollPolicy

/// The rules that look across tables. Runs after decoding, on whatever could be decoded.
struct ConfigurationCheck {
    let configuration: Configuration
    let map: SourceMap
    /// Whether the file has no listeners at all.
    let isListenerMissing: Bool
    /// Whether the file has no routes at all.
    let isRouteMissing: Bool
    let problems: ProblemCollector

    func run() {
        checkListeners()
        checkAdmin()
        checkRouteTargets()
        checkRouteOrder()
        checkUnusedUpstreams()
        for (upstream, place) in zip(configuration.upstreams, map.upstreams) {
            checkWaits(of: upstream, at: place)
            checkPolicies(of: upstream, at: place)
        }
        SemanticCheck(configuration: configuration, map: map, problems: problems).run()
        if configuration.server.user == "root" {
            problems.warning(
                at: map.user, "server.user is \"root\"",
                fix: "name a user without rights of its own, or leave it out")
        }
    }

    // MARK: Listeners

    private func checkListeners() {
        if configuration.listeners.isEmpty, isListenerMissing {
            problems.error(
                at: .start, "there is no [[listener]]",
                fix: "add one with address = \"address:port\"")
        }
        var addresses: [ListenAddress: Int] = [:]
        var names: [String: Int] = [:]
        for (listener, place) in zip(configuration.listeners, map.listeners) where place.isSound {
            if let line = names[listener.name] {
                problems.error(
                    at: place.name,
                    "two listeners are called \"\(listener.name)\" (the other on line \(line))",
                    fix: "give each its own name")
            }
            names[listener.name] = place.position.line
            if case .socket(let address) = listener.address, address.port == 0 {
                problems.warning(
                    at: place.address,
                    "listener.address has port 0, so the port changes with "
                        + "every start", fix: "choose one from 1 to 65535")
                continue
            }
            if let line = addresses[listener.address] {
                problems.error(
                    at: place.address,
                    "two listeners have the same address (the other on line \(line))",
                    fix: "give each its own")
            }
            addresses[listener.address] = place.position.line
        }
    }

    private func checkAdmin() {
        guard let listen = configuration.admin.listen else { return }
        for (listener, place) in zip(configuration.listeners, map.listeners)
        where place.isSound && listener.address == listen {
            if case .socket(let address) = listen, address.port == 0 { continue }
            problems.error(
                at: place.address, "listener.address is the address of the admin server",
                fix: "change it, or admin.listen")
        }
        if case .socket(let address) = listen, !address.isLoopback {
            problems.warning(
                at: map.adminListen, "admin.listen can be reached from other machines",
                fix: "use 127.0.0.1 or a unix: socket, or keep others out by a firewall")
        }
    }

    // MARK: Routes

    private func checkRouteTargets() {
        let names = configuration.upstreams.map(\.name)
        if configuration.routes.isEmpty, isRouteMissing {
            problems.error(
                at: .start,
                names.isEmpty
                    ? "there is no [[route]]" : "there are several upstreams and no [[route]]",
                fix: "add one with path_prefix = \"/\" and an upstream")
        }
        for (route, place) in zip(configuration.routes, map.routes) {
            guard case .upstream(let name) = route.action, !names.contains(name) else { continue }
            let fix: String
            if let nearest = NearestName.nearest(to: name, among: names) {
                fix = "did you mean \"\(nearest)\"?"
            } else {
                fix = "add [upstream.\(NameSyntax.isName(name) ? name : "NAME")]"
            }
            problems.error(
                at: place.upstream, "there is no upstream \(quoted(name))", fix: fix)
        }
    }

    private func checkRouteOrder() {
        for (index, route) in configuration.routes.enumerated() where map.routes[index].isSound {
            let earlier = configuration.routes[..<index].indices.first { place in
                map.routes[place].isSound
                    && RouteOverlap.isHidden(route, behind: configuration.routes[place])
            }
            guard let earlier else { continue }
            problems.error(
                at: map.routes[index].position,
                "this route never matches: the one on line "
                    + "\(map.routes[earlier].position.line) takes all of its requests",
                fix: "remove one of them, or make this one more specific")
        }
    }

    private func checkUnusedUpstreams() {
        guard !isRouteMissing || configuration.upstreams.count == 1 else { return }
        var used: Set<String> = []
        for route in configuration.routes {
            if case .upstream(let name) = route.action { used.insert(name) }
        }
        for (upstream, place) in zip(configuration.upstreams, map.upstreams)
        where !used.contains(upstream.name) {
            problems.warning(
                at: place.position, "no route leads to upstream \"\(upstream.name)\"",
                fix: "add a route or remove the upstream")
        }
    }

    // MARK: Upstreams

    private func checkWaits(of upstream: UpstreamSettings, at place: SourceMap.Upstream) {
        let name = "upstream.\(upstream.name)"
        let bulkhead = upstream.bulkhead
        let canQueue = bulkhead.isEnforced && bulkhead.queue > 0
        if canQueue, bulkhead.queueTimeout > upstream.timeouts.response {
            problems.warning(
                at: place.position(of: "bulkhead.queue_timeout"),
                "\(name).bulkhead.queue_timeout is longer than timeouts.response",
                fix: "a request should not wait longer for its turn than for its answer")
        }
        for (route, routePlace) in zip(configuration.routes, map.routes) {
            guard case .upstream(upstream.name) = route.action, let timeout = route.timeout
            else { continue }
            if canQueue, timeout <= bulkhead.queueTimeout {
                problems.warning(
                    at: routePlace.timeout,
                    "route.timeout is not longer than \(name).bulkhead.queue_timeout",
                    fix: "make it longer, or a request may spend all its time in the queue")
            }
        }
        if let slow = upstream.breaker.slowCall, slow >= upstream.timeouts.response {
            problems.warning(
                at: place.position(of: "breaker.slow_call"),
                "\(name).breaker.slow_call is not below timeouts.response",
                fix: "make it shorter, or no call is ever slow before it has failed")
        }
    }

    private func checkPolicies(of upstream: UpstreamSettings, at place: SourceMap.Upstream) {
        let name = "upstream.\(upstream.name)"
        if let perEndpoint = upstream.bulkhead.perEndpoint,
            perEndpoint > upstream.bulkhead.concurrency
        {
            problems.warning(
                at: place.position(of: "bulkhead.per_endpoint"),
                "\(name).bulkhead.per_endpoint is above concurrency, so it is never reached",
                fix: "make it smaller or leave it out")
        }
        if upstream.breaker.slowCall == nil, place.keys["breaker.slow_ratio"] != nil {
            problems.warning(
                at: place.position(of: "breaker.slow_ratio"),
                "\(name).breaker.slow_ratio has no effect without slow_call",
                fix: "say from when on a call is slow, or leave it out")
        }
        if let health = upstream.health, health.timeout > health.interval {
            problems.warning(
                at: place.position(of: "health.timeout"),
                "\(name).health.timeout is longer than interval",
                fix: "make it shorter: a question should be answered before the next")
        }
    }
}
