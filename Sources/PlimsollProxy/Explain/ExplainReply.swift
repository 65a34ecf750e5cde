import PlimsollCore
import PlimsollHTTP
import PlimsollPolicy

/// The answers to `/explain` and `/explain/recent`: what the loops' rings still know.
struct ExplainReply {
    /// Most records in one answer.
    static var limitMaximum: Int { 1_000 }
    static var limitStandard: Int { 100 }

    private let server: ServerState
    private let now: Instant
    private let wallNow: WallTime
    private var upstreams: [UpstreamIndex: String] = [:]
    private var endpoints: [EndpointIndex: String] = [:]
    private let routes: [String]

    init(of server: ServerState, at now: Instant, wallNow: WallTime) {
        self.server = server
        self.now = now
        self.wallNow = wallNow
        routes = server.names.all
        for upstream in server.snapshot.plan.upstreams {
            upstreams[upstream.index] = upstream.shared.name
            for endpoint in upstream.endpoints {
                endpoints[endpoint.index] = endpoint.shared.address
            }
        }
    }

    /// All that is known of one request, in the order of time.
    func about(id: String) -> [Explanation] {
        let wanted = Array(id.utf8)
        return gather { $0.requestID.isSpelt(wanted) }
    }

    /// The last decisions, the latest first.
    /// - Parameters:
    ///   - reason: a reason's label, or a kind of decision; nil for all.
    ///   - limit: at most so many.
    func recent(reason: String?, limit: Int) -> [Explanation] {
        let matching = gather { decision in
            guard let reason else { return true }
            return decision.kind.label == reason
                || EndReason.all[Int(decision.reason)].label.description == reason
        }
        return matching.suffix(limit).reversed()
    }

    /// Whether a word can stand for `reason`.
    static func isReason(_ word: String) -> Bool {
        Decision.Kind.allCases.contains { $0.label == word }
            || EndReason.all.contains { $0.label.description == word }
    }

    private func gather(_ isWanted: (Decision) -> Bool) -> [Explanation] {
        var decisions: [Decision] = []
        for worker in server.metrics {
            worker.decisions.forEach { if isWanted($0) { decisions.append($0) } }
        }
        decisions.sort { $0.at < $1.at }
        return decisions.map(explain)
    }

    private func explain(_ decision: Decision) -> Explanation {
        Explanation(
            decision: decision, id: decision.requestID.string,
            time: wallNow.moved(byNanoseconds: decision.at.nanoseconds(since: now)),
            route: decision.route.rawValue == .max ? nil : name(of: decision.route),
            upstream: decision.upstream.rawValue == .max
                ? nil : upstreams[decision.upstream] ?? "(no longer configured)",
            endpoint: decision.endpoint.rawValue == .max ? nil : endpoints[decision.endpoint])
    }

    private func name(of route: RouteIndex) -> String? {
        Int(route.rawValue) < routes.count ? routes[Int(route.rawValue)] : nil
    }

    static func json(_ explanations: [Explanation]) -> String {
        var json = JSONBuilder()
        json.object { json in
            json.array("decisions") { json in
                for explanation in explanations { explanation.write(to: &json) }
            }
        }
        return json.text + "\n"
    }

    /// For people: a line a decision.
    static func text(_ explanations: [Explanation]) -> String {
        explanations.map { explanation in
            let route = explanation.route.map { " on route \($0)" } ?? ""
            return "\(explanation.time.timestamp)\(route): \(explanation.text)\n"
        }.joined()
    }
}
