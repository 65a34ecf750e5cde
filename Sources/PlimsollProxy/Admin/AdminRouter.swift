import PlimsollCore
import PlimsollHTTP
import PlimsollIO

/// What the admin server answers to what. Reads only; ``AdminControl`` is what changes things.
struct AdminRouter {
    let server: ServerState

    /// - Parameters:
    ///   - path: of the request, without its query.
    ///   - query: with its question mark, or empty.
    ///   - wantsOpenMetrics: the request accepts OpenMetrics.
    func answer(
        method: Method, path: String, query: String, wantsOpenMetrics: Bool, keepsAlive: Bool,
        health: [EndpointIndex: HealthCounts], at now: Instant
    ) -> AdminAnswer {
        func make(
            _ status: UInt16, _ reason: StaticString, _ body: String,
            type: StaticString = "text/plain; charset=utf-8", fields: StaticString = ""
        ) -> AdminAnswer {
            AdminAnswer(
                status: status, reason: reason, contentType: type, body: body,
                hasBody: method != .head, keepsAlive: keepsAlive, fields: fields,
                date: WallClock.now)
        }
        let paths = [
            "/healthz", "/readyz", "/metrics", "/status", "/explain", "/explain/recent",
        ]
        guard paths.contains(path) else {
            return make(404, "Not Found", "there is " + paths.joined(separator: ", ") + "\n")
        }
        guard method == .get || method == .head else {
            return make(
                405, "Method Not Allowed", "GET and HEAD only\n", fields: "Allow: GET, HEAD\r\n")
        }
        switch path {
        case "/healthz":
            return make(200, "OK", "ok\n")
        case "/readyz":
            let phase = server.snapshot.phase
            return phase == .serving
                ? make(200, "OK", "ready\n")
                : make(503, "Service Unavailable", phase.rawValue + "\n")
        case "/metrics":
            let format: PrometheusText.Format = wantsOpenMetrics ? .openMetrics : .prometheus
            let snapshot = MetricsSnapshot(of: server, health: health, at: now)
            return make(
                200, "OK", PrometheusText.write(snapshot, format), type: format.contentType)
        case "/explain", "/explain/recent":
            let answer = ExplainRequest(path: path, query: query).answer(of: server, at: now)
            return make(answer.status, answer.reason, answer.body, type: answer.contentType)
        default:
            return make(
                200, "OK", StatusReply.json(of: server, health: health, at: now),
                type: "application/json")
        }
    }

    /// What a POST below ``ControlRequest/pathPrefix`` comes to.
    func answer(_ request: ControlRequest, keepsAlive: Bool, at now: Instant) -> AdminAnswer {
        let reply = AdminControl(server: server).perform(request, at: now)
        return AdminAnswer(
            status: reply.status, reason: ReasonPhrase.of(reply.status),
            contentType: "text/plain; charset=utf-8", body: reply.body, hasBody: true,
            keepsAlive: keepsAlive, date: WallClock.now)
    }

    /// A request that is not one.
    static func refusal(_ error: RequestHeadError) -> AdminAnswer {
        AdminAnswer(
            status: error.status, reason: "Refused", contentType: "text/plain; charset=utf-8",
            body: "\(error.details)\n", hasBody: true, keepsAlive: false, date: WallClock.now)
    }
}
