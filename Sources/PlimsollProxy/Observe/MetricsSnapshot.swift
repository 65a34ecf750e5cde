import PlimsollCore
import PlimsollIO
import PlimsollPolicy

/// The values of all metrics at one moment, summed over the loops. Made on the control thread for
/// each reader that asks.
struct MetricsSnapshot {
    /// A histogram as the loops keep it: each bucket counted alone.
    struct Histogram: Equatable {
        var sumNanoseconds: Int
        var buckets: [Int]

        /// - Parameter cells: laid out as ``MetricLayout/histogramCells`` says.
        init(cells: ArraySlice<Int>) {
            sumNanoseconds = cells.first ?? 0
            buckets = Array(cells.dropFirst())
        }
    }

    enum Value: Equatable {
        case integer(Int)
        case decimal(Double)
        case histogram(Histogram)
    }

    struct Sample: Equatable {
        /// In the order of the description's labels.
        var labels: [String]
        var value: Value
    }

    private var samples: [String: [Sample]] = [:]

    /// The samples of a metric; empty when there is nothing that it could be about.
    func samples(of metric: MetricDescription) -> [Sample] {
        samples[metric.name] ?? []
    }

    init() {}

    /// - Parameter health: what active checks have counted, by endpoint.
    init(of server: ServerState, health: [EndpointIndex: HealthCounts], at now: Instant) {
        let current = server.snapshot
        addProcess(server, current, at: now)
        addRoutes(server)
        addTraffic(server, current.plan)
        addRateLimits(current.plan.routes, at: now)
        addRouteBreakers(current.plan.routes, at: now)
        for upstream in current.plan.upstreams {
            addUpstream(upstream, health: health, at: now)
        }
        addConnections(server, current.plan)
        addLoops(server, at: now)
    }

    // MARK: Adding

    mutating func add(_ metric: MetricDescription, _ labels: [String], _ value: Int) {
        add(metric, labels, Value.integer(value))
    }

    mutating func add(_ metric: MetricDescription, _ labels: [String], _ value: Bool) {
        add(metric, labels, Value.integer(value ? 1 : 0))
    }

    mutating func add(_ metric: MetricDescription, _ value: Int) {
        add(metric, [], Value.integer(value))
    }

    mutating func add(_ metric: MetricDescription, _ value: Bool) {
        add(metric, [], Value.integer(value ? 1 : 0))
    }

    mutating func add(
        _ metric: MetricDescription, _ labels: [String] = [], nanoseconds: Int64
    ) {
        add(metric, labels, Value.decimal(Double(max(0, nanoseconds)) / 1e9))
    }

    mutating func add(_ metric: MetricDescription, _ labels: [String], _ value: Value) {
        precondition(
            labels.count == metric.labels.count, "a sample has a value for each of its labels")
        samples[metric.name, default: []].append(Sample(labels: labels, value: value))
    }

    // MARK: The process

    private mutating func addProcess(
        _ server: ServerState, _ current: ServerState.Current, at now: Instant
    ) {
        typealias Catalogue = MetricCatalogue
        add(Catalogue.buildInfo, [BuildInformation.version], 1)
        add(Catalogue.driverInfo, [server.driver.kind.rawValue], 1)
        add(Catalogue.uptime, nanoseconds: now.nanoseconds(since: server.startedAt))
        add(Catalogue.ready, current.phase == .serving)
        add(Catalogue.draining, current.phase == .draining)
        add(Catalogue.configGeneration, Int(current.plan.generation))
        add(Catalogue.configReloads, ["applied"], current.reloads.succeeded)
        add(Catalogue.configReloads, ["refused"], current.reloads.failed)
        add(Catalogue.configLastReloadSuccessful, current.reloads.isLastGood)
        if let log = server.accessLog {
            add(Catalogue.logLines, log.writtenLines)
            add(Catalogue.logDropped, log.droppedLines)
            add(Catalogue.logFailures, log.failureCount)
        }
    }

    // MARK: Requests

    private static let statusLabels = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"]

    private mutating func addStatuses(
        _ metric: MetricDescription, _ name: String, _ cells: ArraySlice<Int>
    ) {
        for (position, count) in cells.enumerated() {
            // Series that nearly nobody has appear with their first event; the others exist from
            // the start, so that a rate has a zero to begin at.
            if position >= 2 || count > 0 {
                add(metric, [name, Self.statusLabels[position]], count)
            }
        }
    }

    private mutating func addRoutes(_ server: ServerState) {
        for (index, name) in server.names.all.enumerated() {
            var sums = [Int](repeating: 0, count: MetricLayout.Route.cellsPerRow)
            for worker in server.metrics {
                worker.routes.add(row: index, to: &sums)
            }
            addStatuses(MetricCatalogue.requests, name, sums[0..<MetricLayout.statusClasses])
        }
    }

    private mutating func addTraffic(_ server: ServerState, _ plan: ProxyPlan) {
        addTraffic("none", row: 0, server)
        for upstream in plan.upstreams {
            addTraffic(
                upstream.shared.name, row: WorkerMetrics.row(of: upstream.index), server)
        }
    }

    private mutating func addTraffic(_ name: String, row: Int, _ server: ServerState) {
        typealias Layout = MetricLayout.Upstream
        var sums = [Int](repeating: 0, count: Layout.cellsPerRow)
        for worker in server.metrics {
            worker.upstreams.add(row: row, to: &sums)
        }
        addStatuses(
            MetricCatalogue.upstreamRequests, name,
            sums[Layout.statuses..<Layout.statuses + MetricLayout.statusClasses])
        for reason in EndReason.all {
            let labels = [name, reason.label.description]
            let count = sums[Layout.reasons + reason.position]
            switch reason {
            case .none: break
            case .shed: add(MetricCatalogue.shed, labels, count)
            case .failed: add(MetricCatalogue.failed, labels, count)
            case .client: add(MetricCatalogue.clientErrors, labels, count)
            }
        }
        add(MetricCatalogue.receivedBytes, [name], sums[Layout.receivedBytes])
        add(MetricCatalogue.sentBytes, [name], sums[Layout.sentBytes])
        addHistogram(MetricCatalogue.requestDuration, [name], sums, at: Layout.total)
        guard row > 0 else { return }
        add(MetricCatalogue.attempts, [name], sums[Layout.attempts])
        addRetries(name, sums)
        add(MetricCatalogue.reused, [name], sums[Layout.reused])
        for scope in BreakerScope.allCases {
            add(
                MetricCatalogue.breakerRefusals, [name, scope.label.description],
                sums[Layout.breakerScopes + Int(scope.rawValue)])
        }
        addHistogram(MetricCatalogue.upstreamDuration, [name], sums, at: Layout.upstream)
        addHistogram(MetricCatalogue.queueWait, [name], sums, at: Layout.queue)
    }

    private mutating func addRetries(_ name: String, _ sums: [Int]) {
        typealias Layout = MetricLayout.Upstream
        for reason in RetryReason.allCases {
            add(
                MetricCatalogue.retries, [name, reason.label.description],
                sums[Layout.retries + Int(reason.rawValue)])
        }
        for denial in RetryDenial.allCases {
            add(
                MetricCatalogue.retriesDenied, [name, denial.label.description],
                sums[Layout.denials + Int(denial.rawValue)])
        }
        add(MetricCatalogue.hedges, [name], sums[Layout.hedges])
        add(MetricCatalogue.hedgesWon, [name], sums[Layout.hedgesWon])
    }

    private mutating func addHistogram(
        _ metric: MetricDescription, _ labels: [String], _ sums: [Int], at start: Int
    ) {
        let cells = sums[start..<start + MetricLayout.histogramCells]
        add(metric, labels, .histogram(Histogram(cells: cells)))
    }

    // MARK: Upstreams

    private mutating func addUpstream(
        _ upstream: PlanUpstream, health: [EndpointIndex: HealthCounts], at now: Instant
    ) {
        typealias Catalogue = MetricCatalogue
        let shared = upstream.shared
        let counts = shared.permits.counts
        let name = shared.name
        add(Catalogue.inFlight, [name], counts.inFlight)
        let adaptive = shared.adaptiveStatus
        if shared.isBulkheadEnforced || adaptive != nil {
            add(Catalogue.limit, [name], shared.permits.limitNow)
        }
        if let adaptive {
            add(Catalogue.limitRaised, [name], adaptive.raised)
            add(Catalogue.limitLowered, [name], adaptive.lowered)
            add(Catalogue.limitDrops, [name], adaptive.drops)
            add(
                Catalogue.baseline, [name], nanoseconds: adaptive.limit.baselineNanoseconds)
        }
        add(Catalogue.queueDepth, [name], counts.waiting)
        addQueue(shared.permits.queueSnapshot(at: now), name)
        add(Catalogue.retriesLeft, [name], shared.retriesLeft(at: now))
        addBreaker(shared.breaker, name, endpoint: "", at: now)
        add(Catalogue.upstreamPanic, [name], shared.isPanicking)
        for endpoint in upstream.endpoints {
            let labels = [name, endpoint.shared.address]
            add(Catalogue.endpointInFlight, labels, endpoint.shared.inFlightNow)
            add(Catalogue.endpointEligible, labels, endpoint.shared.isFit(at: now))
            add(Catalogue.endpointHealthy, labels, endpoint.shared.isHealthy)
            add(Catalogue.endpointEjected, labels, endpoint.shared.isEjected(at: now))
            let ejections = endpoint.shared.ejectionCounts
            for cause in EjectionCause.allCases {
                add(
                    Catalogue.endpointEjections, labels + [cause.label.description],
                    ejections[cause.rawValue])
            }
            if upstream.endpoints.count > 1 {
                addBreaker(
                    endpoint.shared.breaker, name, endpoint: endpoint.shared.address, at: now)
            }
            if let counts = health[endpoint.index] {
                add(Catalogue.healthChecks, labels + ["passed"], counts.passed)
                add(Catalogue.healthChecks, labels + ["failed"], counts.failed)
                add(Catalogue.healthTransitions, labels, counts.transitions)
            }
        }
    }

    private mutating func addBreaker(
        _ breaker: BreakerBoard, _ upstream: String, endpoint: String, at now: Instant
    ) {
        let snapshot = breaker.snapshot(at: now)
        let transitions = breaker.transitionCounts
        for (position, label) in BreakerState.labels.enumerated() {
            let labels = [upstream, endpoint, label.description]
            add(MetricCatalogue.breakerState, labels, snapshot.state.position == position)
            add(MetricCatalogue.breakerTransitions, labels, transitions[position])
        }
        add(MetricCatalogue.breakerHeld, [upstream, endpoint], snapshot.hold != .auto)
        for (label, count) in zip(TripReason.labels, breaker.tripCounts) {
            add(
                MetricCatalogue.breakerTrips, [upstream, endpoint, label.description], count)
        }
    }

    // MARK: Connections and loops

    private mutating func addConnections(_ server: ServerState, _ plan: ProxyPlan) {
        for listener in plan.listeners {
            let name = listener.name
            add(MetricCatalogue.listenerConnections, [name], listener.shared.connectionCount)
            add(MetricCatalogue.listenerLimit, [name], listener.shared.connectionsMaximum)
        }
        for event in WorkerEvent.allCases {
            add(event.description, server.metrics.reduce(0) { $0 + $1.value(of: event) })
        }
    }

    private mutating func addLoops(_ server: ServerState, at now: Instant) {
        addConnectionStates(server)
        addBusyShares(server, at: now)
        add(MetricCatalogue.loops, server.metrics.count)
        var lag = [Int](repeating: 0, count: MetricLayout.histogramCells)
        for (index, worker) in server.metrics.enumerated() {
            worker.addLag(to: &lag)
            add(
                MetricCatalogue.loopLastTurn, ["\(index)"],
                nanoseconds: now.nanoseconds(since: worker.lastTurnAt))
            addStrain(worker.strain(at: now), loop: index)
        }
        addHistogram(MetricCatalogue.loopLag, [], lag, at: 0)
    }
}
