import PlimsollCore
import PlimsollPolicy

/// Settings that are each in order and together do not what was meant. Only warnings, each with
/// its reason; one that a sound file could draw does not belong here.
struct SemanticCheck {
    let configuration: Configuration
    let map: SourceMap
    let problems: ProblemCollector

    func run() {
        for (upstream, place) in zip(configuration.upstreams, map.upstreams) {
            checkQueue(of: upstream, at: place)
            checkExpectation(of: upstream, at: place)
            checkBreaker(of: upstream, at: place)
            checkEndpoints(of: upstream, at: place)
            checkPool(of: upstream, at: place)
            checkLimit(of: upstream, at: place)
            checkTimeouts(of: upstream, at: place)
            checkRetries(of: upstream, at: place)
        }
        checkClasses()
        checkConnections()
        checkHops()
        checkDrain()
    }

    /// The routes that lead to an upstream, with their places.
    func routes(to upstream: UpstreamSettings) -> [(RouteSettings, SourceMap.Route)] {
        Array(zip(configuration.routes, map.routes)).filter {
            $0.0.action == .upstream(upstream.name)
        }
    }

    /// A name may have many addresses, so that nobody knows how many endpoints there will be.
    static func hasNames(_ upstream: UpstreamSettings) -> Bool {
        upstream.endpoints.contains { endpoint in
            if case .name = endpoint.address { true } else { false }
        }
    }

    // MARK: Waits

    /// The last of a full queue waits for all before it, `concurrency` at a time.
    private func checkQueue(of upstream: UpstreamSettings, at place: SourceMap.Upstream) {
        let bulkhead = upstream.bulkhead
        guard bulkhead.isEnforced, bulkhead.queue > 0, let latency = upstream.expected.latency
        else { return }
        let name = "upstream.\(upstream.name)"
        let drain = latency * Double(bulkhead.queue) / Double(bulkhead.concurrency)
        if drain > bulkhead.queueTimeout {
            let useful = Int(
                bulkhead.queueTimeout / latency * Double(bulkhead.concurrency))
            problems.warning(
                at: place.position(of: "bulkhead.queue"),
                "\(name).bulkhead.queue takes \(Self.rounded(drain)) to empty at the expected "
                    + "latency, longer than queue_timeout: its last places are never served",
                fix: "make it \(max(1, useful)), or queue_timeout longer")
        }
    }

    private func checkExpectation(of upstream: UpstreamSettings, at place: SourceMap.Upstream) {
        let name = "upstream.\(upstream.name)"
        let expected = upstream.expected
        guard let rate = expected.perSecond else { return }
        if upstream.breaker.isEnforced {
            let requests = rate * Self.seconds(upstream.breaker.window)
            if requests < Double(upstream.breaker.minimumRequests) {
                problems.warning(
                    at: place.position(of: "breaker.minimum_requests"),
                    "\(name).breaker.minimum_requests is never reached: at the expected rate the "
                        + "window holds \(Int(requests)) requests",
                    fix: "make it smaller or window longer; until then only consecutive "
                        + "failures open it")
            }
        }
        guard let latency = expected.latency, upstream.bulkhead.isEnforced else { return }
        // Little's law.
        let needed = rate * Self.seconds(latency)
        if needed > Double(upstream.bulkhead.concurrency) {
            problems.warning(
                at: place.position(of: "bulkhead.concurrency"),
                "\(name).bulkhead.concurrency is below what the expected rate and latency keep in "
                    + "flight, \(Int(needed.rounded(.up)))",
                fix: "make it larger, or requests are refused on a good day")
        }
    }

    private func checkTimeouts(of upstream: UpstreamSettings, at place: SourceMap.Upstream) {
        let routes = routes(to: upstream)
        guard let position = place.keys["timeouts.response"], !routes.isEmpty else { return }
        let longest = routes.map { $0.0.timeout ?? .seconds(86_401) }.max() ?? .zero
        if upstream.timeouts.response > longest {
            problems.warning(
                at: position,
                "upstream.\(upstream.name).timeouts.response is longer than the timeout of every "
                    + "route to it, so it never passes",
                fix: "make it shorter than \(DurationText.write(longest)), or leave it out")
        }
    }

    private func checkDrain() {
        guard let position = map.drainTimeout else { return }
        let timeout = configuration.drain.timeout
        let longest = configuration.routes.compactMap(\.timeout).max() ?? .zero
        if timeout > .zero, longest > timeout {
            problems.warning(
                at: position,
                "drain.timeout is shorter than a route's timeout, "
                    + "\(DurationText.write(longest)): a stop breaks off requests that are in time",
                fix: "make it at least as long")
        }
    }

    // MARK: Bounds that never bind

    private func checkBreaker(of upstream: UpstreamSettings, at place: SourceMap.Upstream) {
        guard let health = upstream.health, health.isEnforced, upstream.breaker.isEnforced,
            health.interval > upstream.breaker.openFor,
            let openFor = place.keys["breaker.open_for"]
        else { return }
        problems.warning(
            at: place.keys["health.interval"] ?? openFor,
            "upstream.\(upstream.name).health.interval is longer than breaker.open_for: requests "
                + "try an open breaker before a check has looked",
            fix: "make it shorter, or open_for longer")
    }

    private func checkEndpoints(of upstream: UpstreamSettings, at place: SourceMap.Upstream) {
        guard !Self.hasNames(upstream) else { return }
        let name = "upstream.\(upstream.name)"
        let bulkhead = upstream.bulkhead
        if bulkhead.isEnforced, let perEndpoint = bulkhead.perEndpoint,
            let position = place.keys["bulkhead.concurrency"],
            perEndpoint * upstream.endpoints.count < bulkhead.concurrency
        {
            problems.warning(
                at: position,
                "\(name).bulkhead.concurrency is never reached: per_endpoint allows "
                    + "\(perEndpoint * upstream.endpoints.count) in all",
                fix: "make it smaller, or per_endpoint larger")
        }
        if upstream.endpoints.count == 1, let position = place.keys["outlier"],
            upstream.outlier.isEnforced
        {
            problems.warning(
                at: position,
                "\(name).outlier has no effect with one endpoint: the last one is never ejected",
                fix: "leave it out, or add endpoints")
        }
    }

    private func checkLimit(of upstream: UpstreamSettings, at place: SourceMap.Upstream) {
        let bulkhead = upstream.bulkhead
        guard let limit = upstream.limit, limit.isEnforced, bulkhead.isEnforced else { return }
        for (key, value) in [("maximum", limit.maximum), ("minimum", limit.minimum)] {
            guard let position = place.keys["limit.\(key)"], value > bulkhead.concurrency else {
                continue
            }
            problems.warning(
                at: position,
                "upstream.\(upstream.name).limit.\(key) is above bulkhead.concurrency, "
                    + "\(bulkhead.concurrency), which the limit never passes",
                fix: "make it smaller, or the bulkhead larger")
        }
    }

    /// Each connection beyond those kept is opened and closed for one request.
    private func checkPool(of upstream: UpstreamSettings, at place: SourceMap.Upstream) {
        guard let position = place.keys["idle_connections"],
            place.keys["bulkhead.concurrency"] != nil, upstream.bulkhead.isEnforced,
            !Self.hasNames(upstream)
        else { return }
        // One loop may get nearly all connections; what is certain is what all loops keep.
        let loops: Int
        switch configuration.server.loops {
        case .exactly(let count): loops = count
        case .automatic: loops = 1
        }
        let kept = upstream.idleConnectionsMaximum * upstream.endpoints.count * loops
        guard kept < upstream.bulkhead.concurrency,
            loops > 1 || configuration.server.loops == .exactly(1)
                || upstream.idleConnectionsMaximum == 0
        else { return }
        problems.warning(
            at: position,
            "upstream.\(upstream.name).idle_connections keeps \(kept) connections, fewer than "
                + "bulkhead.concurrency: a full upstream opens and closes one for each request",
            fix: "make it larger or leave it out")
    }

    /// A connection carries one request at a time.
    private func checkConnections() {
        let bounded = zip(configuration.upstreams, map.upstreams).filter { upstream, place in
            upstream.bulkhead.isEnforced && place.keys["bulkhead.concurrency"] != nil
                && !routes(to: upstream).isEmpty
        }
        let inside = bounded.reduce(0) { $0 + $1.0.bulkhead.concurrency + $1.0.bulkhead.queue }
        let connections = configuration.listeners.reduce(0) { $0 + $1.connectionsMaximum }
        guard inside > connections, map.listeners.count == configuration.listeners.count,
            let first = map.listeners.first, let bulkhead = bounded.first
        else { return }
        problems.warning(
            at: map.listeners.lazy.compactMap(\.connections).first
                ?? bulkhead.1.position(of: "bulkhead.concurrency"),
            "all listeners together take \(connections) connections, fewer than the \(inside) "
                + "requests that bulkheads and queues have places for",
            fix: first.connections == nil
                ? "set listener.limits.connections, or make the bulkheads smaller"
                : "make it larger, or the bulkheads smaller")
    }

    // MARK: Numbers in messages

    static func seconds(_ duration: Duration) -> Double {
        Double(duration.wholeNanoseconds) / 1e9
    }

    /// In milliseconds from one on.
    static func rounded(_ duration: Duration) -> String {
        let nanoseconds = duration.wholeNanoseconds
        guard nanoseconds >= 1_000_000 else { return DurationText.write(duration) }
        return DurationText.write(.milliseconds(nanoseconds / 1_000_000))
    }
}
