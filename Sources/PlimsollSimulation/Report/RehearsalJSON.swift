import PlimsollCore
import PlimsollPolicy
import PlimsollProxy

/// What would have happened, for programs.
public struct RehearsalJSON {
    private let runs: [(label: String, result: RehearsalResult)]

    public init(_ runs: [(label: String, result: RehearsalResult)]) {
        self.runs = runs
    }

    /// One object on one line, with a line feed at its end.
    public var text: String {
        var json = JSONBuilder()
        json.object { json in
            json.add("seed", "\(runs[0].result.seed)")
            json.add("loops", runs[0].result.loops)
            json.add("seconds", seconds: runs[0].result.durationNanoseconds)
            json.add("warmup_seconds", seconds: runs[0].result.warmupNanoseconds)
            json.add("slice_seconds", seconds: runs[0].result.sliceNanoseconds)
            json.array("runs") { json in
                for run in runs { json.object { self.write(run, into: &$0) } }
            }
        }
        return json.text + "\n"
    }

    private func write(
        _ run: (label: String, result: RehearsalResult), into json: inout JSONBuilder
    ) {
        let result = run.result
        json.add("configuration", run.label)
        json.object("total") { write(result.total, over: result.countedSeconds, into: &$0) }
        json.array("classes") { json in
            for kind in result.classes {
                json.object { json in
                    json.add("name", kind.name)
                    json.add("priority", "\(kind.priority.label)")
                    write(kind.total, over: result.countedSeconds, into: &json)
                    json.object("series") { json in
                        json.numbers("offered", kind.slices.map { Double($0.offered) })
                        json.numbers("good", kind.slices.map { Double($0.good) })
                        json.numbers("ok", kind.slices.map { Double($0.ok) })
                        json.numbers("shed", kind.slices.map { Double($0.shed) })
                        json.numbers("bad", kind.slices.map { Double($0.bad) })
                    }
                }
            }
        }
        json.array("upstreams") { json in
            for upstream in result.upstreams { json.object { write(upstream, into: &$0) } }
        }
        json.numbers("p99_seconds", result.p99Nanoseconds.map { Double($0) / 1e9 })
        json.array("notes") { json in
            for note in result.notes { json.add(element: note) }
        }
    }

    private func write(_ tally: RequestTally, over seconds: Double, into json: inout JSONBuilder) {
        json.add("offered", tally.offered)
        json.add("attempts", tally.attempts)
        json.add("good", tally.good)
        json.add("goodput", number: Double(tally.good) / max(seconds, 1e-9))
        json.add("ok", tally.ok)
        json.add("shed", tally.shedCount)
        json.add("shed_share", number: Double(tally.shedCount) / Double(max(1, tally.offered)))
        json.object("shed_by_reason") { json in
            for reason in ShedReason.allCases where tally.shed[Int(reason.rawValue)] > 0 {
                json.add("\(reason.label)", tally.shed[Int(reason.rawValue)])
            }
        }
        json.add("errors", tally.errors)
        json.add("failed", tally.failed)
        json.add("timed_out", tally.timedOut)
        json.add("came_back", tally.returned)
        json.add("came_back_admitted", tally.returnedAdmitted)
        json.object("latency_seconds") { write(tally.latency, into: &$0) }
    }

    private func write(_ latency: LatencyHistogram, into json: inout JSONBuilder) {
        json.add("p50", seconds: latency.quantile(0.5))
        json.add("p90", seconds: latency.quantile(0.9))
        json.add("p99", seconds: latency.quantile(0.99))
        json.add("p999", seconds: latency.quantile(0.999))
        json.add("max", seconds: Int64(clamping: latency.maximumNanoseconds))
    }

    private func write(_ upstream: RehearsalResult.Upstream, into json: inout JSONBuilder) {
        json.add("name", upstream.name)
        if let capacity = upstream.capacity {
            json.add("capacity", number: capacity)
        } else {
            json.addNull("capacity")
        }
        if let utilisation = upstream.utilisation {
            json.add("utilisation", number: utilisation)
        } else {
            json.addNull("utilisation")
        }
        json.add("seen", upstream.arrived)
        json.add("finished", upstream.finished)
        json.add("wasted", upstream.wasted)
        json.add("retries", upstream.retries)
        json.add("breaker_openings", upstream.breakerOpenings)
        json.add("inside_maximum", upstream.insideMaximum)
        json.object("wait_seconds") { write(upstream.wait, into: &$0) }
        json.object("series") { json in
            json.numbers("limit", upstream.slices.map(\.limit))
            json.numbers("in_flight", upstream.slices.map(\.inFlight))
            json.numbers("in_flight_maximum", upstream.slices.map { Double($0.inFlightMaximum) })
            json.numbers("waiting", upstream.slices.map(\.waiting))
            json.numbers("inside", upstream.slices.map(\.inside))
            json.numbers("busy", upstream.slices.map(\.busy))
            json.numbers("wasted", upstream.slices.map { Double($0.wasted) })
        }
    }
}
