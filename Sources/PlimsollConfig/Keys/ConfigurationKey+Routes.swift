import PlimsollPolicy

extension ConfigurationKey {
    private static let fieldTable = Shape.special(
        type: "table", range: "field names and string values")
    private static let fieldNames = Shape.special(type: "array of strings", range: "field names")

    /// `[[route]]`.
    static let routes: [ConfigurationKey] = [
        ConfigurationKey(
            "route.host",
            .special(
                type: "string or array of strings",
                range: "host names without port, or \"*.\" and one"),
            .nothing("any host"),
            "The hosts taken. `\"*.example.com\"` is every name below example.com."),
        ConfigurationKey(
            "route.path",
            .special(type: "string", range: "a normalised path that begins with \"/\""),
            .nothing("not used"), "Takes exactly this path. Not together with `path_prefix`."),
        ConfigurationKey(
            "route.path_prefix",
            .special(type: "string", range: "a normalised path that begins with \"/\""),
            .text("/"),
            "Takes the paths below this one, by whole segments: `/pay` takes `/pay` and `/pay/1`, "
                + "never `/payments`."),
        ConfigurationKey(
            "route.methods", .special(type: "array of strings", range: "methods in upper case"),
            .nothing("any method"), "The methods taken. `GET` includes `HEAD`."),
        ConfigurationKey(
            "route.headers",
            .special(type: "table", range: "field names, and a string, true or false"),
            .nothing("no condition"),
            "Fields that must have this value, be there (`true`) or be missing (`false`)."),
        ConfigurationKey(
            "route.upstream", .special(type: "string", range: "the name of an upstream"),
            .nothing("none"),
            "Where the request goes. A route has exactly one of `upstream`, `respond` and "
                + "`redirect`."),
        ConfigurationKey(
            "route.respond.status", .integer(200...599), .integer(200),
            "The status of a fixed answer."),
        ConfigurationKey(
            "route.respond.body", .special(type: "string", range: "at most 64 KiB"), .text(""),
            "The body of a fixed answer."),
        ConfigurationKey(
            "route.respond.content_type", .special(type: "string", range: "a media type"),
            .text("text/plain; charset=utf-8"), "The Content-Type of a fixed answer."),
        ConfigurationKey(
            "route.redirect.status",
            .special(type: "integer", range: "301, 302, 303, 307 or 308"), .integer(308),
            "The status of a redirect."),
        ConfigurationKey(
            "route.redirect.scheme", .choice(["http", "https"]), .nothing("as in the request"),
            "The scheme to go to. A route that changes nothing else leaves requests that came by "
                + "this scheme to other routes; what a trusted proxy says in `X-Forwarded-Proto` "
                + "counts."
        ),
        ConfigurationKey(
            "route.redirect.host",
            .special(type: "string", range: "a host name, with a port if need be"),
            .nothing("as in the request"), "The host to go to."),
        ConfigurationKey(
            "route.redirect.path", .special(type: "string", range: "a path that begins with \"/\""),
            .nothing("as in the request"), "The path to go to. The query is kept."),
        ConfigurationKey(
            "route.rewrite_prefix",
            .special(type: "string", range: "a normalised path that begins with \"/\""),
            .nothing("not rewritten"), "Takes the place of what `path_prefix` or `path` matched."),
        ConfigurationKey(
            "route.timeout", .duration(waits, word: "off"), .text("off"),
            "For the whole exchange, from the end of the request head to the end of the response. "
                + "Each wait in it has its own limit besides."),
        ConfigurationKey(
            "route.deadline_header", .special(type: "string", range: "a field name"),
            .nothing("none"),
            "The field in which `trusted_proxies` say how many milliseconds they still wait, and "
                + "in which the upstream is told what is left of them, or of `timeout`. From "
                + "everybody else it is dropped."),
        ConfigurationKey(
            "route.retry", .boolean, .boolean(true),
            "Whether the upstream's retry rules apply."),
        ConfigurationKey(
            "route.upgrade", .special(type: "array of strings", range: "\"websocket\" or nothing"),
            .list(["websocket"]),
            "What a connection may be upgraded to; everything else is refused."),
        ConfigurationKey(
            "route.ambiguous_paths", .choice(["refuse", "keep"]), .nothing("the listener's"),
            "As `listener.ambiguous_paths`, for this route."),
        ConfigurationKey(
            "route.rate_limit.mode", .choice(["enforce", "off"]), .text("enforce"),
            "`off`: everything passes."),
        ConfigurationKey(
            "route.rate_limit.requests", .integer(1...1_000_000), .nothing("required"),
            "Requests taken in each `per`; beyond them 429, with the time to wait in "
                + "`Retry-After`."),
        ConfigurationKey(
            "route.rate_limit.per", .duration(waits), .text("1s"),
            "The stretch of time that `requests` is about."),
        ConfigurationKey(
            "route.rate_limit.burst", .integer(1...1_000_000), .nothing("as `requests`"),
            "Requests taken at once after a pause."),
        ConfigurationKey(
            "route.rate_limit.by",
            .special(
                type: "string or table",
                range: "\"route\", \"client-address\" or { header = \"field-name\" }"),
            .text("route"),
            "Who shares the allowance: all requests of the route; those of one client address "
                + "(of IPv6 its first 64 bits; behind `trusted_proxies` what they say in "
                + "X-Forwarded-For); or those with the same value in a field, and without it "
                + "by client address."),
        ConfigurationKey(
            "route.rate_limit.keys",
            .integer(
                Int64(
                    RateLimitSettings.keyRange.lowerBound)...Int64(
                        RateLimitSettings.keyRange.upperBound)),
            .integer(Int64(RateLimitSettings.standardKeys)),
            "Clients or values told apart at once, rounded up to a power of 2; 24 bytes each. "
                + "When so many have used up some of their allowance, further ones share "
                + "one."),
        ConfigurationKey(
            "route.request_headers.set", fieldTable, .nothing("none"),
            "Fields that take the place of the client's."),
        ConfigurationKey(
            "route.request_headers.add", fieldTable, .nothing("none"),
            "Fields added beside the client's."),
        ConfigurationKey(
            "route.request_headers.remove", fieldNames, .list([]),
            "Fields that the upstream does not see."),
        ConfigurationKey(
            "route.response_headers.set", fieldTable, .nothing("none"),
            "Fields that take the place of the upstream's."),
        ConfigurationKey(
            "route.response_headers.add", fieldTable, .nothing("none"),
            "Fields added beside the upstream's."),
        ConfigurationKey(
            "route.response_headers.remove", fieldNames, .list([]),
            "Fields that the client does not see."),
    ]

    /// `[route.breaker]`: the same keys as an upstream's.
    static let routeBreaker: [ConfigurationKey] = policies.compactMap { key in
        let prefix = "upstream.breaker."
        guard key.path.hasPrefix(prefix) else { return nil }
        let name = key.path.dropFirst(prefix.count)
        return ConfigurationKey(
            "route.breaker.\(name)", key.shape, key.standard,
            name == "mode"
                ? "`off`: as without a `breaker` table, which the route has none of unless it is "
                    + "there. It opens for this route alone."
                : "As `\(key.path)`.")
    }
}
