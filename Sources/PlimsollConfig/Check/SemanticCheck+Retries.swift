import PlimsollCore
import PlimsollPolicy

/// Attempts that multiply, and retries that never come.
extension SemanticCheck {
    /// More than this and a hop that retries as well makes an outage of a hiccup.
    private static var attemptsBearable: Int { 4 }

    func checkRetries(of upstream: UpstreamSettings, at place: SourceMap.Upstream) {
        let name = "upstream.\(upstream.name).retry"
        let retry = upstream.retry
        guard retry.isEnforced else { return }
        if retry.retries == 0 {
            for key in ["on", "hedge_after", "budget_ratio"] {
                guard let position = place.keys["retry.\(key)"] else { continue }
                problems.warning(
                    at: position, "\(name).\(key) has no effect with attempts = 0",
                    fix: "leave it out, or allow an attempt")
            }
            return
        }
        if retry.budgetRatio == 0, retry.budgetMinimumPerSecond == 0 {
            problems.warning(
                at: place.position(of: "retry.budget_ratio"),
                "\(name) has a budget of nothing, so no attempt is made again",
                fix: "say attempts = 0, or give it a budget")
        }
        let attempts = retry.retries + 1
        if attempts > Self.attemptsBearable {
            problems.warning(
                at: place.position(of: "retry.attempts"),
                "\(name).attempts sends a request up to \(attempts) times; a hop before or behind "
                    + "that does the same makes it \(attempts * attempts)",
                fix: "1 or 2 are enough: what two endpoints refuse a third will not answer")
        }
        checkMethods(of: upstream, at: place)
        if place.keys["retry.hedge_after"] != nil, retry.hedgeAfter != .off,
            upstream.endpoints.count == 1, !Self.hasNames(upstream)
        {
            problems.warning(
                at: place.position(of: "retry.hedge_after"),
                "\(name).hedge_after has no effect with one endpoint: a hedge goes to another",
                fix: "leave it out, or add endpoints")
        }
    }

    /// What may have been seen is only sent again if its method is idempotent.
    private func checkMethods(of upstream: UpstreamSettings, at place: SourceMap.Upstream) {
        let routes = routes(to: upstream).map(\.0).filter(\.isRetryAllowed)
        guard !routes.isEmpty, let position = place.keys["retry.on"] else { return }
        let conditions = upstream.retry.conditions
        let hasStatus = RetryConditions.statusRange.contains { conditions.contains(status: $0) }
        guard hasStatus || conditions.resetBeforeResponse else { return }
        let onlyUnsafe = routes.allSatisfy { route in
            !route.methods.isEmpty
                && route.methods.allSatisfy { ["POST", "PATCH", "CONNECT"].contains($0) }
        }
        guard onlyUnsafe else { return }
        problems.warning(
            at: position,
            "upstream.\(upstream.name).retry.on lists what is never tried again: routes lead to it "
                + "for methods only that may not be repeated",
            fix: "keep \"connect-failure\", the one thing that is safe to try again for them")
    }

    // MARK: Hops through this very proxy

    /// An upstream that is one of our own listeners is a hop: attempts multiply along it.
    func checkHops() {
        for (upstream, place) in zip(configuration.upstreams, map.upstreams) {
            var visited: [String] = []
            let product = attempts(of: upstream, visited: &visited)
            guard visited.count > 1, product > Self.attemptsBearable else { continue }
            problems.warning(
                at: place.position(of: "retry.attempts"),
                "a request to upstream \"\(upstream.name)\" may be sent \(product) times: it comes "
                    + "back to this proxy, and attempts multiply over "
                    + visited.map { "\"\($0)\"" }.joined(separator: ", "),
                fix: "retry at one hop only")
        }
    }

    /// The most attempts at the end of a chain of our own listeners.
    private func attempts(of upstream: UpstreamSettings, visited: inout [String]) -> Int {
        guard !visited.contains(upstream.name), visited.count < 16 else { return 1 }
        visited.append(upstream.name)
        let own = upstream.retry.isEnforced ? upstream.retry.retries + 1 : 1
        guard upstream.endpoints.contains(where: isOwnListener) else { return own }
        var most = 1
        var longest = visited
        for next in configuration.upstreams where !routes(to: next).isEmpty {
            var path = visited
            let behind = attempts(of: next, visited: &path)
            if behind > most {
                most = behind
                longest = path
            }
        }
        visited = longest
        return own * most
    }

    private func isOwnListener(_ endpoint: EndpointSettings) -> Bool {
        configuration.listeners.contains { listener in
            switch (endpoint.address, listener.address) {
            case (.socket(let target), .socket(let own)):
                target.port == own.port && (target == own || target.isLoopback)
            case (.unix(let target), .unix(let own)): target == own
            case (.name(let host, let port), .socket(let own)):
                host == "localhost" && port == own.port
            case (.socket, .unix), (.unix, .socket), (.name, .unix): false
            }
        }
    }
}
