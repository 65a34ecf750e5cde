import PlimsollCore
import PlimsollIO
import PlimsollPolicy

/// The answer to `/status`: the server as JSON, for people and scripts. Names of keys are stable;
/// new ones may come.
enum StatusReply {
    static func json(
        of server: ServerState, health: [EndpointIndex: HealthCounts], at now: Instant
    ) -> String {
        let current = server.snapshot
        var json = JSONBuilder()
        json.object { json in
            json.add("version", BuildInformation.version)
            json.add("phase", current.phase.rawValue)
            json.add("uptime_seconds", seconds: now.nanoseconds(since: server.startedAt))
            json.object("driver") { json in
                json.add("name", server.driver.kind.rawValue)
                json.add("reason", server.driver.reason)
                json.add("is_fallback", server.driver.isFallback)
            }
            json.object("config") { json in
                json.add("path", server.configurationPath)
                json.add("generation", Int(current.plan.generation))
                json.add("reloads_applied", current.reloads.succeeded)
                json.add("reloads_refused", current.reloads.failed)
                json.add("last_reload", current.reloads.isLastGood ? "applied" : "refused")
            }
            json.array("loops") { json in
                for worker in server.metrics { write(worker, at: now, to: &json) }
            }
            json.array("listeners") { json in
                for listener in current.plan.listeners { write(listener, to: &json) }
            }
            json.array("upstreams") { json in
                for upstream in current.plan.upstreams {
                    write(upstream, server, health, at: now, to: &json)
                }
            }
            write(server.accessLog, to: &json)
        }
        return json.text + "\n"
    }

    private static func write(_ worker: WorkerMetrics, at now: Instant, to json: inout JSONBuilder)
    {
        json.object { json in
            json.add("last_turn_seconds", seconds: now.nanoseconds(since: worker.lastTurnAt))
            json.add("busy_seconds", seconds: worker.busyNanoseconds)
            json.add("utilization", seconds: Int64(worker.busyMillionths(at: now)) * 1_000)
            json.object("connections") { json in
                for state in ConnectionState.allCases {
                    json.add(
                        (state.isUpstream ? "upstream_" : "client_") + state.label,
                        worker.count(of: state))
                }
            }
            for event in WorkerEvent.allCases {
                json.add(event.statusKey, worker.value(of: event))
            }
        }
    }

    private static func write(_ listener: PlanListener, to json: inout JSONBuilder) {
        json.object { json in
            json.add("name", listener.name)
            json.add("address", listener.shared.address)
            json.add("connections", listener.shared.connectionCount)
            json.add("connections_limit", listener.shared.connectionsMaximum)
        }
    }

    private static func write(
        _ upstream: PlanUpstream, _ server: ServerState, _ health: [EndpointIndex: HealthCounts],
        at now: Instant, to json: inout JSONBuilder
    ) {
        let shared = upstream.shared
        let counts = shared.permits.counts
        json.object { json in
            json.add("name", shared.name)
            json.add("in_flight", counts.inFlight)
            let adaptive = shared.adaptiveStatus
            if shared.isBulkheadEnforced || adaptive != nil {
                json.add("limit", shared.permits.limitNow)
            } else {
                json.addNull("limit")
            }
            if let adaptive { write(adaptive, to: &json) }
            json.add("queue_depth", counts.waiting)
            write(shared.permits.queueSnapshot(at: now), to: &json)
            writeRetries(of: upstream, server, at: now, to: &json)
            write(shared.breaker.snapshot(at: now), at: now, to: &json)
            json.array("endpoints") { json in
                for endpoint in upstream.endpoints {
                    write(endpoint, health[endpoint.index], at: now, to: &json)
                }
            }
        }
    }

    private static func write(_ limit: AdaptiveLimit.Status, to json: inout JSONBuilder) {
        json.object("adaptive_limit") { json in
            json.add("algorithm", limit.algorithm.rawValue)
            json.add("limit", limit.limit.limit)
            json.add("baseline_seconds", seconds: limit.limit.baselineNanoseconds)
            json.add("raised", limit.raised)
            json.add("lowered", limit.lowered)
            json.add("drops", limit.drops)
        }
    }

    private static func write(_ queue: QueueSnapshot, to json: inout JSONBuilder) {
        json.add("queue_oldest_wait_seconds", seconds: queue.oldestWaitNanoseconds)
        json.object("queue_waiting") { json in
            for priority in Priority.allCases {
                json.add("\(priority.label)", queue.waiting[Int(priority.rawValue)])
            }
        }
        if let priority = queue.overloadedFrom {
            json.add("queue_overloaded_from", "\(priority.label)")
        } else {
            json.addNull("queue_overloaded_from")
        }
    }

    private static func write(
        _ endpoint: PlanEndpoint, _ health: HealthCounts?, at now: Instant,
        to json: inout JSONBuilder
    ) {
        json.object { json in
            json.add("address", endpoint.shared.address)
            json.add("in_flight", endpoint.shared.inFlightNow)
            json.add("is_eligible", endpoint.shared.isFit(at: now))
            json.add("is_healthy", endpoint.shared.isHealthy)
            json.add("is_ejected", endpoint.shared.isEjected(at: now))
            if let snapshot = endpoint.shared.breakerSnapshot(at: now) {
                write(snapshot, at: now, to: &json)
            }
            if let health {
                json.object("health_checks") { json in
                    json.add("passed", health.passed)
                    json.add("failed", health.failed)
                    json.add("transitions", health.transitions)
                    json.add("last_failure", health.lastFailure)
                }
            }
        }
    }

    private static func write(
        _ breaker: BreakerSnapshot, at now: Instant, to json: inout JSONBuilder
    ) {
        json.object("breaker") { json in
            json.add("state", breaker.state.label.description)
            if case .open(let until) = breaker.state {
                json.add("open_seconds", seconds: max(0, until.nanoseconds(since: now)))
            }
            json.add("hold", breaker.hold.rawValue)
            json.add("transitions", Int(breaker.epoch))
            json.add("requests", breaker.requests)
            json.add("failures", breaker.failures)
            json.add("slow", breaker.slow)
            json.add("consecutive_failures", breaker.consecutiveFailures)
            if let trip = breaker.lastTrip {
                json.add("last_trip", trip.label.description)
            } else {
                json.addNull("last_trip")
            }
        }
    }

    private static func write(_ log: LogWriter?, to json: inout JSONBuilder) {
        guard let log else { return json.addNull("access_log") }
        json.object("access_log") { json in
            json.add("lines", log.writtenLines)
            json.add("dropped", log.droppedLines)
            json.add("failures", log.failureCount)
        }
    }
}
