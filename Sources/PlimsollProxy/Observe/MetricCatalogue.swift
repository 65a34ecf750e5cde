/// What one metric is, for `# HELP` and `# TYPE` lines and for `docs/METRICS.md`.
struct MetricDescription: Sendable {
    enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    /// Ends in its unit, and in `_total` for counters.
    let name: String
    let kind: Kind
    /// One sentence without its full stop.
    let help: String
    /// In the order in which samples give their values.
    let labels: [String]

    init(_ name: String, _ kind: Kind, _ labels: [String], _ help: String) {
        self.name = "plimsoll_" + name
        self.kind = kind
        self.help = help
        self.labels = labels
    }

    init(_ name: String, _ kind: Kind, _ help: String) {
        self.init(name, kind, [], help)
    }
}

/// Every metric there is: the one list.
///
/// Values of labels are names from the configuration or words of ours, never anything a client
/// sent. What has to do with no upstream has `upstream="none"`; a breaker of a whole upstream has
/// `endpoint=""`.
enum MetricCatalogue {
    // MARK: The process

    static let buildInfo = MetricDescription(
        "build_info", .gauge, ["version"], "Always 1; the version that runs")
    static let driverInfo = MetricDescription(
        "driver_info", .gauge, ["driver"], "Always 1; the kernel interface in use")
    static let uptime = MetricDescription(
        "uptime_seconds", .gauge, "Time since the process started")
    static let ready = MetricDescription(
        "ready", .gauge, "1 while new traffic is welcome, that is, /readyz answers 200")
    static let draining = MetricDescription(
        "draining", .gauge, "1 while the process finishes what it has and takes nothing new")
    static let configGeneration = MetricDescription(
        "config_generation", .gauge, "Configurations put into force since the start")
    static let configReloads = MetricDescription(
        "config_reloads_total", .counter, ["result"],
        "Reloads that were asked for, by result: applied or refused")
    static let configLastReloadSuccessful = MetricDescription(
        "config_last_reload_successful", .gauge, "1 unless the last reload was refused")

    // MARK: Requests

    static let requests = MetricDescription(
        "requests_total", .counter, ["route", "status_class"],
        "Requests that a route took and that have ended, by class of the answer's status; none "
            + "when there was no answer")
    static let upstreamRequests = MetricDescription(
        "upstream_requests_total", .counter, ["upstream", "status_class"],
        "Requests that have ended, by upstream and class of the answer's status")
    static let shed = MetricDescription(
        "requests_shed_total", .counter, ["upstream", "reason"],
        "Requests refused before any attempt, to protect the upstream or plimsoll")
    static let failed = MetricDescription(
        "requests_failed_total", .counter, ["upstream", "reason"],
        "Requests whose last attempt failed")
    static let clientErrors = MetricDescription(
        "client_errors_total", .counter, ["upstream", "reason"],
        "Requests that ended by what the client did or failed to do")
    static let requestDuration = MetricDescription(
        "request_duration_seconds", .histogram, ["upstream"],
        "From the last byte of a request's head to the last byte of its answer")
    static let upstreamDuration = MetricDescription(
        "upstream_response_seconds", .histogram, ["upstream"],
        "From the start of the last attempt to the first byte of its answer")
    static let queueWait = MetricDescription(
        "queue_wait_seconds", .histogram, ["upstream"],
        "How long requests that had to queue waited for a permit, or for being refused one")
    static let receivedBytes = MetricDescription(
        "request_body_bytes_total", .counter, ["upstream"], "Bytes of request bodies received")
    static let sentBytes = MetricDescription(
        "response_bytes_total", .counter, ["upstream"], "Bytes of answers sent, heads included")

    static let rateLimited = MetricDescription(
        "rate_limited_total", .counter, ["route"],
        "Requests that the route's rate limit refused")
    static let rateKeys = MetricDescription(
        "rate_limit_keys", .gauge, ["route"],
        "Clients or values that have used up some of their allowance")
    static let rateCrowded = MetricDescription(
        "rate_limit_crowded_total", .counter, ["route"],
        "Requests that shared an allowance because the table of keys was full")

    // MARK: Upstreams

    static let attempts = MetricDescription(
        "upstream_attempts_total", .counter, ["upstream"], "Attempts begun, retries included")
    static let retries = MetricDescription(
        "upstream_retries_total", .counter, ["upstream", "reason"],
        "Attempts made again, by what the attempt before had come to")
    static let retriesDenied = MetricDescription(
        "upstream_retries_denied_total", .counter, ["upstream", "cause"],
        "Attempts not made again although the rules allow it, and hedges not sent, by cause")
    static let hedges = MetricDescription(
        "upstream_hedges_total", .counter, ["upstream"],
        "Second attempts sent beside a first one that took too long")
    static let hedgesWon = MetricDescription(
        "upstream_hedges_won_total", .counter, ["upstream"],
        "Hedges that were answered before the first attempt")
    static let reused = MetricDescription(
        "upstream_reused_total", .counter, ["upstream"],
        "Requests whose last attempt used a connection that was kept alive")
    static let inFlight = MetricDescription(
        "upstream_in_flight", .gauge, ["upstream"], "Requests that hold a permit")
    static let limit = MetricDescription(
        "upstream_limit", .gauge, ["upstream"],
        "Permits there are now; absent when neither bulkhead nor limit is on")
    static let limitRaised = MetricDescription(
        "upstream_limit_raised_total", .counter, ["upstream"],
        "Times that the adaptive limit was raised; absent without one")
    static let limitLowered = MetricDescription(
        "upstream_limit_lowered_total", .counter, ["upstream"],
        "Times that the adaptive limit was lowered; absent without one")
    static let limitDrops = MetricDescription(
        "upstream_limit_drops_total", .counter, ["upstream"],
        "Attempts that told the adaptive limit of too much: timeouts, resets, 429 and 503")
    static let baseline = MetricDescription(
        "upstream_baseline_seconds", .gauge, ["upstream"],
        "Latency without queueing, as the adaptive limit sees it; 0 while unknown, absent without "
            + "one"
    )
    static let queueDepth = MetricDescription(
        "upstream_queue_depth", .gauge, ["upstream"], "Requests that wait for a permit")
    static let queueOldestWait = MetricDescription(
        "upstream_queue_oldest_wait_seconds", .gauge, ["upstream"],
        "How long the first of the queue has waited")
    static let queueWaiting = MetricDescription(
        "upstream_queue_waiting", .gauge, ["upstream", "priority"],
        "Requests that wait for a permit, by class")
    static let queueOverloaded = MetricDescription(
        "upstream_queue_overloaded", .gauge, ["upstream", "priority"],
        "1 while requests of the class are refused for the wait that they would have")
    static let queueRefused = MetricDescription(
        "upstream_queue_refused_total", .counter, ["upstream"],
        "Requests refused for the wait that they would have had; among those shed as queue-full")
    static let queueEvicted = MetricDescription(
        "upstream_queue_evicted_total", .counter, ["upstream"],
        "Tickets whose place in a full queue went to another")
    static let queueDropped = MetricDescription(
        "upstream_queue_dropped_total", .counter, ["upstream"],
        "Tickets dropped when their turn came, too old or past their deadline")
    static let retriesLeft = MetricDescription(
        "upstream_retry_budget", .gauge, ["upstream"], "Retries that the budget would pay for now")
    static let breakerState = MetricDescription(
        "breaker_state", .gauge, ["upstream", "endpoint", "state"],
        "1 for the state that the breaker is in; a closed breaker passes traffic")
    static let breakerTransitions = MetricDescription(
        "breaker_transitions_total", .counter, ["upstream", "endpoint", "state"],
        "Changes of the breaker's state, by the state it came into")
    static let breakerHeld = MetricDescription(
        "breaker_held", .gauge, ["upstream", "endpoint"],
        "1 while an operator keeps the breaker open or closed")
    static let breakerRefusals = MetricDescription(
        "breaker_refusals_total", .counter, ["upstream", "scope"],
        "Requests refused as breaker-open, by whose breaker it was: upstream, endpoint or route")
    static let routeBreakerState = MetricDescription(
        "route_breaker_state", .gauge, ["route", "state"],
        "1 for the state that the route's own breaker is in")
    static let routeBreakerTransitions = MetricDescription(
        "route_breaker_transitions_total", .counter, ["route", "state"],
        "Changes of state of the route's own breaker, by the state it came into")
    static let upstreamPanic = MetricDescription(
        "upstream_panic", .gauge, ["upstream"],
        "1 while all endpoints are used since hardly one is healthy and not ejected")
    static let endpointEjections = MetricDescription(
        "endpoint_ejections_total", .counter, ["upstream", "endpoint", "cause"],
        "How often the endpoint was ejected, by cause")
    static let breakerTrips = MetricDescription(
        "breaker_trips_total", .counter, ["upstream", "endpoint", "reason"],
        "How often the breaker opened, by reason")

    // MARK: Endpoints

    static let endpointInFlight = MetricDescription(
        "endpoint_in_flight", .gauge, ["upstream", "endpoint"], "Attempts under way")
    static let endpointEligible = MetricDescription(
        "endpoint_eligible", .gauge, ["upstream", "endpoint"],
        "1 while the endpoint may be chosen: healthy, not ejected, its breaker not open")
    static let endpointHealthy = MetricDescription(
        "endpoint_healthy", .gauge, ["upstream", "endpoint"],
        "1 unless active checks have found the endpoint unwell")
    static let endpointEjected = MetricDescription(
        "endpoint_ejected", .gauge, ["upstream", "endpoint"],
        "1 while failures of real requests keep the endpoint out of use")
    static let healthChecks = MetricDescription(
        "health_checks_total", .counter, ["upstream", "endpoint", "result"],
        "Active checks that were answered: passed or failed")
    static let healthTransitions = MetricDescription(
        "health_transitions_total", .counter, ["upstream", "endpoint"],
        "Changes of the verdict of active checks")

    // MARK: Connections and loops

    static let listenerConnections = MetricDescription(
        "listener_connections", .gauge, ["listener"], "Client connections open")
    static let listenerLimit = MetricDescription(
        "listener_connections_limit", .gauge, ["listener"], "Client connections allowed at once")
    static let clientConnections = MetricDescription(
        "client_connections", .gauge, ["state"],
        "Client connections by what they do: idle, reading a head, waiting for the upstream, "
            + "answering, tunnelling, closing")
    static let upstreamConnections = MetricDescription(
        "upstream_connections", .gauge, ["state"],
        "Connections to endpoints by what they do: idle, busy, connecting")
    static let loops = MetricDescription("loops", .gauge, "Event loops that serve traffic")
    static let loopLag = MetricDescription(
        "loop_lag_seconds", .histogram,
        "How much later than a timer asked for a loop came round to it")
    static let loopBusy = MetricDescription(
        "loop_busy_seconds_total", .counter, ["loop"],
        "Processor time that the loop has used; its rate is the loop's busy share")
    static let loopUtilization = MetricDescription(
        "loop_utilization_ratio", .gauge, ["loop"],
        "Share of a core that the loop used since the reading before, or in the last second if "
            + "that is longer; near 1 it has no more to give"
    )
    static let loopLastTurn = MetricDescription(
        "loop_last_turn_seconds", .gauge, ["loop"],
        "Time since the loop last came round; grows while it waits for something to do")
    static let loopStrain = MetricDescription(
        "loop_strain", .gauge, ["loop"],
        "How many classes of requests the loop refuses for its own sake: 1 background, 2 sheddable "
            + "as well, 3 default, 4 all; between them a share of the next")
    static let loopNewsLag = MetricDescription(
        "loop_news_lag_seconds", .gauge, ["loop"],
        "How long what came waited for the loop to hear of it, lately")
    static let loopBuffersUsed = MetricDescription(
        "loop_buffers_used_ratio", .gauge, ["loop"], "Share of the loop's buffers that is in use")
    static let logLines = MetricDescription(
        "access_log_lines_total", .counter, "Lines written to the access log")
    static let logDropped = MetricDescription(
        "access_log_dropped_total", .counter,
        "Lines of the access log lost because its reader or disk was too slow or gone")
    static let logFailures = MetricDescription(
        "access_log_failures_total", .counter,
        "Writes to the access log, and attempts to open it again, that failed")

    /// All of them, in the order in which they are written.
    static let all: [MetricDescription] =
        [
            buildInfo, driverInfo, uptime, ready, draining, configGeneration, configReloads,
            configLastReloadSuccessful, requests, upstreamRequests, shed, failed, clientErrors,
            requestDuration, upstreamDuration, queueWait, receivedBytes, sentBytes, rateLimited,
            rateKeys, rateCrowded, attempts, retries, retriesDenied, hedges, hedgesWon, reused,
            inFlight, limit, limitRaised, limitLowered, limitDrops, baseline, queueDepth,
            queueOldestWait, queueWaiting, queueOverloaded, queueRefused, queueEvicted,
            queueDropped, retriesLeft,
            breakerState,
            breakerTransitions, breakerHeld, breakerTrips, breakerRefusals,
            routeBreakerState, routeBreakerTransitions, upstreamPanic, endpointEjections,
            endpointInFlight, endpointEligible,
            endpointHealthy, endpointEjected, healthChecks, healthTransitions,
            listenerConnections, listenerLimit, clientConnections, upstreamConnections, loops,
            loopLag, loopBusy, loopUtilization, loopLastTurn, loopStrain, loopNewsLag,
            loopBuffersUsed, logLines,
            logDropped, logFailures,
        ] + WorkerEvent.allCases.map(\.description)
}

extension WorkerEvent {
    /// The counter of an event, over all loops.
    var description: MetricDescription {
        let (name, help) = nameAndHelp
        return MetricDescription(name + "_total", .counter, [], help)
    }

    /// The counter's name without prefix and suffix, as the status page has it.
    var statusKey: String { nameAndHelp.0 }

    private var nameAndHelp: (String, String) {
        switch self {
        case .acceptErrors: ("accept_errors", "Connections that the kernel could not hand over")
        case .acceptsHeldBack:
            (
                "accepts_held_back",
                "Times that a loop left new connections in the kernel's queue for its own strain"
            )
        case .connectionLimitReached:
            ("connection_limit_reached", "Times that a loop stopped accepting at a limit")
        case .connectionsAccepted: ("connections_accepted", "Client connections accepted")
        case .connectionsClosed: ("connections_closed", "Client connections closed")
        case .connectionsRefused:
            ("connections_refused", "Client connections closed at once because there were too many")
        case .idleConnectionsEvicted:
            ("idle_connections_evicted", "Idle client connections closed to make room for others")
        case .idleTimeouts:
            ("idle_timeouts", "Client connections closed for bringing no further request in time")
        case .clientBytesReceived: ("client_received_bytes", "Bytes received from clients")
        case .clientBytesSent: ("client_sent_bytes", "Bytes sent to clients")
        case .upstreamBytesReceived: ("upstream_received_bytes", "Bytes received from upstreams")
        case .upstreamBytesSent: ("upstream_sent_bytes", "Bytes sent to upstreams")
        case .socketErrors: ("socket_errors", "Sockets that could not be made")
        case .upstreamConnectionsOpened:
            ("upstream_connections_opened", "Connections to upstreams begun")
        case .upstreamConnectionsReused:
            ("upstream_connections_reused", "Attempts that found a connection kept alive")
        case .upstreamConnectionsClosed:
            ("upstream_connections_closed", "Connections to upstreams closed")
        case .idleUpstreamConnectionsEnded:
            ("idle_upstream_connections_ended", "Kept-alive connections that their upstream ended")
        case .unsolicitedAnswers:
            ("unsolicited_answers", "Kept-alive connections on which an upstream spoke unasked")
        case .buffersExhausted:
            ("buffers_exhausted", "Times that a loop had no buffer left")
        case .slowReadersEvicted:
            ("slow_readers_evicted", "Clients let go for reading nothing while buffers were scarce")
        case .retries: ("retries", "Retries begun")
        case .deadlinesIgnored:
            ("deadlines_ignored", "Deadlines of trusted clients that could not be understood")
        case .prioritiesIgnored:
            ("priorities_ignored", "Priorities stated by trusted peers that name no class")
        case .drainsCutShort:
            ("drains_cut_short", "Loops that stopped with requests under way, out of time")
        case .turns: ("loop_turns", "Times that loops came round")
        }
    }
}
