extension ConfigurationKey {
    private static let moments = Duration.zero...Duration.seconds(86_400)
    private static let text = "string"

    /// Every key of a traffic description, in the order of docs/SIMULATION.md.
    public static let traffic: [ConfigurationKey] =
        trafficRun + trafficClass + service("class.service", standard: "the upstream's")
        + trafficUpstream + service("upstream.service", standard: "measured in the log")
        + trafficFault

    private static let trafficRun: [ConfigurationKey] = [
        ConfigurationKey(
            "duration", .duration(waits), .nothing("`\"30s\"`; with a log, as long as it lasts"),
            "How long requests come. Those under way at the end are seen out."),
        ConfigurationKey(
            "warmup", .duration(moments), .text("0s"),
            "What is left out of the totals at the beginning."),
        ConfigurationKey(
            "objective", .duration(waits), .text("100ms"),
            "An answer below 400 within this time of the moment its request was meant to be sent "
                + "is a good one."),
        ConfigurationKey(
            "seed", .integer(0...Int64.max), .integer(1),
            "Everything random comes from it: the same seed, the same result. `--seed` goes before."
        ),
        ConfigurationKey(
            "slice", .duration(waits), .nothing("a hundredth of the duration, at least 100 ms"),
            "The width of a row of the series and of a step of the chart."),
        ConfigurationKey(
            "loops", .integer(1...64), .nothing("`server.loops`; 4 for `\"auto\"`"),
            "Event loops of the proxy."),
        ConfigurationKey(
            "log.file", .special(type: text, range: "the path of a file"),
            .nothing("no log"),
            "An access log of plimsoll's that is replayed. A relative path begins beside the "
                + "traffic description."),
        ConfigurationKey(
            "log.speed", .special(type: "number", range: "0.01 to 1000"), .nothing("`1`"),
            "How much faster than it was: 2 sends twice as many requests a second."),
    ]

    private static let trafficClass: [ConfigurationKey] = [
        ConfigurationKey(
            "class.name", .special(type: text, range: NameSyntax.rule),
            .nothing("`class-1`, `class-2`…"), "What the report calls it."),
        ConfigurationKey(
            "class.host", .special(type: text, range: "a host"), .text("localhost"),
            "The Host of its requests."),
        ConfigurationKey(
            "class.path", .special(type: text, range: "a path that begins with \"/\""), .text("/"),
            "The target of its requests. The route that takes it decides on upstream, timeout and "
                + "priority, as it would in the daemon."),
        ConfigurationKey(
            "class.method", .special(type: text, range: "a method"), .text("GET"),
            "The method of its requests."),
        ConfigurationKey(
            "class.headers", .special(type: "table of strings", range: "names and values"),
            .nothing("none"), "Fields of its requests, believed as those of a trusted proxy."),
        ConfigurationKey(
            "class.rate",
            .special(
                type: "number or array of tables",
                range: "0 to 1000000, or steps { at, per_second } from \"0s\" on, ascending"),
            .nothing("required"), "Requests a second."),
        ConfigurationKey(
            "class.arrival", .choice(TrafficClass.Arrival.allCases.map(\.rawValue)),
            .text("poisson"),
            "`poisson`: independent of each other, `constant`: evenly spaced, `burst`: many at a "
                + "moment."),
        ConfigurationKey(
            "class.burst", .integer(1...100_000), .integer(10),
            "Requests of a burst, with `arrival = \"burst\"`."),
        ConfigurationKey(
            "class.priority", .choice(["critical", "default", "sheddable", "background"]),
            .nothing("the route's"), "How much its requests matter, as a trusted header says it."),
        ConfigurationKey(
            "class.tenant", .special(type: text, range: NameSyntax.rule), .nothing("nobody's"),
            "Whose requests these are, for upstreams that keep tenants apart."),
        ConfigurationKey(
            "class.tenants", .integer(1...1_000_000), .integer(1),
            "So many tenants of that name, each request drawn evenly."),
        ConfigurationKey(
            "class.timeout", .duration(waits), .text("1s"),
            "How long the client waits for an answer. Then it leaves."),
        ConfigurationKey(
            "class.retries", .integer(0...100), .integer(0),
            "Attempts that the client makes after its first, when there was no answer or one of "
                + "500 or above."),
        ConfigurationKey(
            "class.backoff", .duration(moments), .text("0s"),
            "Before its second attempt the client waits a time drawn below this, before each "
                + "further one below twice as much. `\"0s\"`: at once."),
        ConfigurationKey(
            "class.heeds_retry_after", .boolean, .boolean(false),
            "Whether a refused client comes again once, after the seconds it was told."),
        ConfigurationKey(
            "class.objective", .duration(waits), .nothing("`objective`"), "Its own objective."),
    ]

    private static let trafficUpstream: [ConfigurationKey] = [
        ConfigurationKey(
            "upstream.slots", .integer(1...1_000_000), .nothing("any number"),
            "Requests that each endpoint works on at once. With the mean service time it is the "
                + "capacity: 16 slots of 25 ms carry 640 a second. A log does not know it."),
        ConfigurationKey(
            "upstream.queue", .integer(0...1_000_000), .nothing("any number"),
            "Requests that wait in an endpoint; what comes beyond is answered with 503."),
        ConfigurationKey(
            "upstream.network", .duration(moments), .text("0s"), "There and back on the wire."),
        ConfigurationKey(
            "upstream.drops_abandoned", .boolean, .boolean(false),
            "Whether an endpoint drops queued work whose client has gone. Most do not notice."),
    ]

    private static func service(_ table: String, standard: String) -> [ConfigurationKey] {
        [
            ConfigurationKey(
                "\(table).shape", .choice(["constant", "exponential", "lognormal", "bimodal"]),
                .nothing(standard), "How service times are distributed."),
            ConfigurationKey(
                "\(table).mean", .duration(.nanoseconds(1)...Duration.seconds(86_400)),
                .nothing("required, but for `bimodal`"), "Their mean."),
            ConfigurationKey(
                "\(table).sigma", .special(type: "number", range: "0 to 5"), .nothing("`0.5`"),
                "The deviation of their logarithms, with `lognormal`."),
            ConfigurationKey(
                "\(table).fast", .duration(.nanoseconds(1)...Duration.seconds(86_400)),
                .nothing("required with `bimodal`"), "The time of most requests."),
            ConfigurationKey(
                "\(table).slow", .duration(.nanoseconds(1)...Duration.seconds(86_400)),
                .nothing("required with `bimodal`"), "The time of the others."),
            ConfigurationKey(
                "\(table).slow_share", .ratio(isZeroAllowed: true), .ratio(0.1),
                "The share of the others."),
        ]
    }

    private static let trafficFault: [ConfigurationKey] = [
        ConfigurationKey(
            "upstream.fault.at", .duration(moments), .nothing("required"), "When it begins."),
        ConfigurationKey(
            "upstream.fault.for", .duration(waits), .nothing("until the end"),
            "How long it lasts. Afterwards all is as it was."),
        ConfigurationKey(
            "upstream.fault.endpoint", .integer(1...1_000), .nothing("all of them"),
            "The only endpoint that it befalls, counted from 1."),
        ConfigurationKey(
            "upstream.fault.scale", .special(type: "number", range: "0 to 1000000"),
            .nothing("as before"), "Service times are multiplied by it."),
        ConfigurationKey(
            "upstream.fault.slots", .integer(0...1_000_000), .nothing("as before"),
            "Slots there are."),
        ConfigurationKey(
            "upstream.fault.mode", .choice(TrafficFault.Mode.allCases.map(\.rawValue)),
            .nothing("it works"),
            "`hang`: takes requests and answers none, `refuse`: refuses connections, `reset`: "
                + "resets them."),
        ConfigurationKey(
            "upstream.fault.error_share", .ratio(isZeroAllowed: true), .ratio(0),
            "The share of requests that are answered with an error."),
        ConfigurationKey(
            "upstream.fault.error_status", .integer(400...599), .integer(503),
            "The status of those answers."),
        ConfigurationKey(
            "upstream.fault.errors_take_time", .boolean, .boolean(false),
            "Whether an error takes as long as an answer would. Otherwise it comes at once."),
    ]
}
