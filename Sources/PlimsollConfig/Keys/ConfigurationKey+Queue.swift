import PlimsollPolicy

extension ConfigurationKey {
    /// `[upstream.NAME.queue]`.
    static let queue: [ConfigurationKey] = [
        ConfigurationKey(
            "upstream.queue.discipline", .choice(QueueDiscipline.allCases.map(\.rawValue)),
            .nothing("beside a `limit` `adaptive`, else `fifo`"),
            "Who is served first and who is sent away. `fifo`: oldest first, as many as "
                + "`bulkhead.queue`. `lifo`: newest first. `controlled-delay`: oldest first; what "
                + "waited twice the target is dropped while all wait long. `adaptive`: a burst "
                + "waits, an overload is refused at once."),
        ConfigurationKey(
            "upstream.queue.target", .duration(waits),
            .nothing("six tenths of the upstream's latency, at least 5ms"),
            "The wait that an overloaded queue is held to."),
        ConfigurationKey(
            "upstream.queue.interval", .duration(waits), .text("500ms"),
            "How long nobody may have waited for an overload to be over; with `controlled-delay`, "
                + "how long every wait must have been too long for one to begin."),
        ConfigurationKey(
            "upstream.tenant", tenants, .nothing("as its routes say"),
            "As `route.tenant`, for the routes to this upstream that have none."),
    ]

    private static let tenants = Shape.special(
        type: "string or table",
        range: "\"client-address\" or { header = \"field-name\" }")

    /// What says how much a route's requests matter.
    static let priorities: [ConfigurationKey] = [
        ConfigurationKey(
            "route.priority", .choice(Priority.allCases.map { "\($0.label)" }), .text("default"),
            "How much its requests matter when not all can be served."),
        ConfigurationKey(
            "route.priority_header", .special(type: "string", range: "a field name"),
            .nothing("not read"),
            "The field in which `server.trusted_proxies` name a request's class. Another value is "
                + "ignored and counted."),
        ConfigurationKey(
            "route.priority_map",
            .special(type: "table", range: "values of that field, and the classes they mean"),
            .nothing("the classes' own names"),
            "For services that have other words for it: `{ gold = \"critical\" }`."),
        ConfigurationKey(
            "route.urgency", .boolean, .boolean(false),
            "Whether `server.trusted_proxies` may also say it with `Priority: u=0` to `u=7` "
                + "(RFC 9218): 0 and 1 are critical, 2 and 3 default, 4 and 5 sheddable, 6 and 7 "
                + "background."),
        ConfigurationKey(
            "route.tenant", tenants, .nothing("requests are nobody's in particular"),
            "Whose a request is. Tenants that wait take turns, so that one cannot take the queue "
                + "from the others. A field counts whoever sends it: name one that a client "
                + "cannot choose."),
    ]
}
