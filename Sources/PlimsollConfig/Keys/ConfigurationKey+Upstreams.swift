import PlimsollPolicy

extension ConfigurationKey {
    static let modes = Shape.choice(["enforce", "off"])
    private static let counts = Shape.integer(1...1_000_000)

    /// `[upstream.NAME]`.
    static let upstreams: [ConfigurationKey] = [
        ConfigurationKey(
            "upstream.endpoints",
            .special(
                type: "array of strings",
                range:
                    "1 to 1000 of \"address:port\", \"[v6]:port\", \"name:port\" or "
                    + "\"unix:/path\""),
            .nothing("required"),
            "Where the service runs. A name is looked up when the configuration is loaded; each "
                + "address it has becomes an endpoint."),
        ConfigurationKey(
            "upstream.balance", .choice(BalanceKind.allCases.map(\.rawValue)),
            .text(BalanceKind.standard.rawValue),
            "How an endpoint is chosen. `two-choices` takes the cheaper of two drawn by lot, by "
                + "recent latency and requests in flight."),
        ConfigurationKey(
            "upstream.host",
            .special(
                type: "string",
                range: "\"keep\", \"upstream\" or a host, with a port if need be"),
            .text("keep"),
            "Which `Host` it is told: the client's, its first endpoint as spelt here, or this one. "
                + "The client's stands in `X-Forwarded-Host` in any case. A request without a host "
                + "(HTTP/1.0) is told the first endpoint."),
        ConfigurationKey(
            "upstream.slow_start", .duration(.zero...(.seconds(3_600))), .text("5s"),
            "How long an endpoint that is new or back takes to get its whole share of traffic, "
                + "from a tenth on."),
        ConfigurationKey(
            "upstream.panic_share", .ratio(isZeroAllowed: true), .ratio(0.25),
            "With fewer than this share of the endpoints healthy and not ejected, all are used. "
                + "0: never."),
        ConfigurationKey(
            "upstream.idle_connections", .integer(0...10_000), .integer(256),
            "Unused connections kept per endpoint and loop."),
        ConfigurationKey(
            "upstream.timeouts.connect", .duration(waits), .text("1s"),
            "For a connection to open."),
        ConfigurationKey(
            "upstream.timeouts.response", .duration(waits), .text("30s"),
            "From the end of the request to the head of the response, and between two pieces of "
                + "its body."),
        ConfigurationKey(
            "upstream.timeouts.idle", .duration(waits), .text("60s"),
            "How long an unused connection is kept. Less than the upstream's own, so that it is "
                + "we who close."),
    ]

    /// `[upstream.NAME.bulkhead]` and its neighbours.
    static let policies: [ConfigurationKey] = [
        ConfigurationKey(
            "upstream.bulkhead.mode", modes, .text("enforce"), "`off`: everything passes."),
        ConfigurationKey(
            "upstream.bulkhead.concurrency", counts, .integer(1_024),
            "Requests in flight at once, over all loops and endpoints: never one more."),
        ConfigurationKey(
            "upstream.bulkhead.queue", .integer(0...1_000_000), .integer(1_024),
            "Requests that wait for a permit at once, over all loops."),
        ConfigurationKey(
            "upstream.bulkhead.queue_timeout", .duration(waits), .text("1s"),
            "The longest wait for a permit."),
        ConfigurationKey(
            "upstream.bulkhead.per_endpoint", counts, .nothing("no limit of its own"),
            "Requests in flight at once to one endpoint."),

        ConfigurationKey(
            "upstream.limit.mode", modes, .text("enforce"),
            "`off`: only the bulkhead counts, as without a `limit` table."),
        ConfigurationKey(
            "upstream.limit.algorithm", .choice(LimitAlgorithm.allCases.map(\.rawValue)),
            .text(LimitAlgorithm.standard.rawValue),
            "How the limit is found. `knee` follows the point from which more in flight brings no "
                + "more throughput; `fixed` stays at `initial`; the others are as published, for "
                + "comparison."),
        ConfigurationKey(
            "upstream.limit.initial", counts, .integer(20),
            "In flight at once before anything is known; at least `minimum`, at most `maximum`."),
        ConfigurationKey(
            "upstream.limit.minimum", counts, .integer(1), "The limit never falls below this."),
        ConfigurationKey(
            "upstream.limit.maximum", counts, .integer(1_000_000),
            "The limit never rises above this, nor above the bulkhead's `concurrency`."),
        ConfigurationKey(
            "upstream.limit.window_minimum", .duration(.milliseconds(1)...(.seconds(10))),
            .text("20ms"), "The shortest time that answers are gathered for before they are judged."
        ),
        ConfigurationKey(
            "upstream.limit.window_maximum", .duration(.milliseconds(1)...(.seconds(60))),
            .text("1s"), "The longest, if there were a few answers by then."),

        ConfigurationKey(
            "upstream.breaker.mode", modes, .text("enforce"), "`off`: it never opens."),
        ConfigurationKey(
            "upstream.breaker.failure_ratio", .ratio(isZeroAllowed: false), .ratio(0.8),
            "Opens when failures reach this share of the requests in the window."),
        ConfigurationKey(
            "upstream.breaker.minimum_requests", counts, .integer(20),
            "Ratios count from this many requests in the window on."),
        ConfigurationKey(
            "upstream.breaker.window", .duration(.milliseconds(100)...(.seconds(3_600))),
            .text("10s"), "How far back ratios look."),
        ConfigurationKey(
            "upstream.breaker.consecutive_failures", counts, .integer(10),
            "Opens after this many failures in a row; more, where so many come by chance because "
                + "many requests fail anyway."),
        ConfigurationKey(
            "upstream.breaker.slow_call", .duration(waits), .nothing("no call is slow"),
            "A success that took at least this long is slow."),
        ConfigurationKey(
            "upstream.breaker.slow_ratio", .ratio(isZeroAllowed: false), .ratio(0.8),
            "Opens when slow calls reach this share of the requests in the window."),
        ConfigurationKey(
            "upstream.breaker.open_for", .duration(waits), .text("500ms"),
            "How long it stays open the first time; each relapse doubles it, with jitter."),
        ConfigurationKey(
            "upstream.breaker.open_for_maximum", .duration(waits), .text("1s"),
            "The longest it stays open."),
        ConfigurationKey(
            "upstream.breaker.probes", .integer(1...Int64(BreakerSettings.probesMaximum)),
            .integer(3),
            "Requests let through after that, over all loops; it closes when all succeed."),
        ConfigurationKey(
            "upstream.breaker.probe_timeout", .duration(waits), .text("10s"),
            "A probe without an outcome after this long has failed."),
        ConfigurationKey(
            "upstream.breaker.ramp", .duration(.zero...(.seconds(3_600))), .text("200ms"),
            "After the probes, how long until everything passes; the share grows from a tenth."),
        ConfigurationKey(
            "upstream.breaker.retry_after_maximum", .duration(waits), .text("30s"),
            "How far an upstream's own Retry-After (with 503 or 429) puts off probes at most."),
    ]

    /// `[upstream.NAME.health]` and `[upstream.NAME.outlier]`.
    static let care: [ConfigurationKey] = [
        ConfigurationKey(
            "upstream.health.mode", modes, .text("enforce"),
            "`off`: endpoints are not asked, as without a `health` table."),
        ConfigurationKey(
            "upstream.health.path",
            .special(type: "string", range: "a path that begins with \"/\""),
            .nothing("none: a connection that opens is answer enough"),
            "What each endpoint is asked for with GET; 200 to 399 is a good answer."),
        ConfigurationKey(
            "upstream.health.interval", .duration(.milliseconds(10)...(.seconds(86_400))),
            .text("5s"), "From one question to the next, give or take a tenth."),
        ConfigurationKey(
            "upstream.health.timeout", .duration(waits), .text("1s"),
            "The longest wait for the answer."),
        ConfigurationKey(
            "upstream.health.rise", .integer(1...100), .integer(2),
            "Good answers in a row that make an unhealthy endpoint healthy."),
        ConfigurationKey(
            "upstream.health.fall", .integer(1...100), .integer(3),
            "Bad answers in a row that make a healthy endpoint unhealthy."),

        ConfigurationKey(
            "upstream.outlier.mode", modes, .text("enforce"), "`off`: no endpoint is ejected."),
        ConfigurationKey(
            "upstream.outlier.consecutive_failures", counts, .integer(5),
            "Failures in a row that eject an endpoint."),
        ConfigurationKey(
            "upstream.outlier.ejection", .duration(waits), .text("10s"),
            "The first ejection; the n-th in close succession lasts n times as long."),
        ConfigurationKey(
            "upstream.outlier.ejection_maximum", .duration(waits), .text("5m"),
            "The longest ejection."),
        ConfigurationKey(
            "upstream.outlier.share_maximum", .ratio(isZeroAllowed: true), .ratio(0.5),
            "The largest share of endpoints ejected at once. The last one never is."),
        ConfigurationKey(
            "upstream.outlier.compare_every",
            .duration(.milliseconds(100)...(.seconds(3_600))), .text("5s"),
            "How often endpoints are compared with their peers."),
        ConfigurationKey(
            "upstream.outlier.minimum_requests", counts, .integer(50),
            "Requests that an endpoint must have ended since the last comparison to take part."),
        ConfigurationKey(
            "upstream.outlier.minimum_endpoints", .integer(2...1_000), .integer(3),
            "Endpoints that must take part."),
        ConfigurationKey(
            "upstream.outlier.failure_excess", .ratio(isZeroAllowed: false), .ratio(0.3),
            "Ejects an endpoint that fails so much larger a share of its requests than its peers."),
        ConfigurationKey(
            "upstream.outlier.slow_factor", .integer(2...1_000_000), .integer(5),
            "Ejects an endpoint whose mean latency is so many times the median of its peers'."),
    ]
}
