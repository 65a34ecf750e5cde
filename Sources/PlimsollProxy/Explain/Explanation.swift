import PlimsollCore
import PlimsollPolicy

/// A decision with the names of what it was about, for people and scripts. Made on the control
/// thread when somebody asks.
struct Explanation {
    let decision: Decision
    let id: String
    let time: WallTime
    /// nil when no route took the request.
    let route: String?
    let upstream: String?
    let endpoint: String?

    var reason: EndReason { EndReason.all[Int(decision.reason)] }

    // MARK: For scripts

    func write(to json: inout JSONBuilder) {
        json.object { json in
            json.add("time", time.timestamp)
            json.add("id", id)
            json.add("loop", Int(decision.loop.rawValue))
            json.add("decision", decision.kind.label)
            json.add("reason", reason.label.description)
            if let denial = decision.denial { json.add("denied", denial.label.description) }
            if let route { json.add("route", route) }
            if let upstream { json.add("upstream", upstream) }
            if let endpoint { json.add("endpoint", endpoint) }
            json.add("priority", decision.priority.label.description)
            if decision.tenant != 0 { json.add("tenant", String(decision.tenant, radix: 16)) }
            json.add("attempts", Int(decision.attempts))
            json.add("waited_seconds", seconds: decision.waitedNanoseconds)
            if decision.retryAfterNanoseconds > 0 {
                json.add("retry_after_seconds", seconds: decision.retryAfterNanoseconds)
            }
            if decision.timeLeftNanoseconds != .max {
                json.add("time_left_seconds", seconds: decision.timeLeftNanoseconds)
            }
            if upstream != nil { write(decision.standing, to: &json) }
            if decision.budgetLeft >= 0 { json.add("retry_budget", Int(decision.budgetLeft)) }
            json.add("text", text)
        }
    }

    private func write(_ standing: UpstreamStanding, to json: inout JSONBuilder) {
        json.add("in_flight", Int(standing.inFlight))
        if standing.limit >= 0 {
            json.add("limit", Int(standing.limit))
        } else {
            json.addNull("limit")
        }
        json.add("waiting", Int(standing.waiting))
        json.add("queue", Int(standing.places))
        json.add("predicted_wait_seconds", seconds: standing.predictedWaitNanoseconds)
        json.add("breaker", standing.breaker.label)
        if standing.breaker == .open {
            json.add("breaker_open_seconds", seconds: standing.openNanoseconds)
        }
    }

    // MARK: For people

    /// Sentences that say what was decided and why.
    var text: String {
        switch decision.kind {
        case .shed: "Refused (\(reason.label)): \(refusal)\(comeback)"
        case .queued:
            "Waited \(Self.span(decision.waitedNanoseconds)) for a permit of \(theUpstream) before "
                + "it went on; then \(house)."
        case .retried:
            "Attempt \(decision.attempts)\(endpoint.map { " at \($0)" } ?? "") of \(theUpstream) "
                + "failed (\(reason.label)), and another followed. The retry budget would pay for "
                + "\(decision.budgetLeft) more; \(house)."
        case .hedged:
            "Attempt \(max(2, decision.attempts) - 1) of \(theUpstream) took long, so another was "
                + "begun beside it. The retry budget would pay for \(decision.budgetLeft) more; "
                + "\(house)."
        case .denied:
            "After attempt \(decision.attempts) of \(theUpstream) another was not granted: "
                + "\(denial); \(house)."
        }
    }

    private var denial: String {
        switch decision.denial {
        case nil: ""
        case .budget: "the retry budget was spent"
        case .clientBudget: "this client had had its part of the retry budget"
        case .overloaded: "the upstream had more requests than it could take"
        case .breakerOpen: "the upstream's breaker was \(decision.standing.breaker.label)"
        case .deadline:
            "it could not have been answered in time, or the upstream asked to be left alone"
        }
    }

    private var refusal: String {
        guard case .shed(let reason) = reason else { return "" }
        let standing = decision.standing
        switch reason {
        case .overloaded:
            return "plimsoll itself had no more to give: buffers, descriptors, places for "
                + "connections, or its loop's time."
        case .deadlineUnmeetable:
            return "its time was over after \(waited), before \(theUpstream) could have answered "
                + "it; \(house)."
        case .breakerOpen:
            return "the breaker of \(theUpstream) was \(standing.breaker.label)"
                + (standing.openNanoseconds > 0
                    ? " for another \(Self.span(standing.openNanoseconds))." : ".")
        case .queueFull:
            return "no permit of \(theUpstream) was free and its queue had no place: \(house)."
        case .queueTimeout:
            return "it got no permit of \(theUpstream) within \(waited), which is as long as a "
                + "request may wait: \(house)."
        case .noQueue:
            return "no permit of \(theUpstream) was free and it has no queue: \(house)."
        case .noEndpoint:
            return "no endpoint of \(theUpstream) was fit: each was unwell, ejected or behind an "
                + "open breaker."
        case .rateLimited:
            return "there were more requests than the rate that is allowed."
        case .evicted:
            return "its place in the queue of \(theUpstream) went to a request that matters more, "
                + "after \(waited): \(house)."
        }
    }

    private var theUpstream: String { upstream.map { "upstream \($0)" } ?? "its upstream" }

    private var waited: String {
        decision.waitedNanoseconds == 0
            ? "no wait at all" : Self.span(decision.waitedNanoseconds) + " in the queue"
    }

    /// The limiter and the queue.
    private var house: String {
        let standing = decision.standing
        let limit = standing.limit >= 0 ? "\(standing.limit)" : "unlimited"
        return "\(standing.inFlight) of \(limit) in flight, \(standing.waiting) of "
            + "\(standing.places) waiting"
    }

    private var comeback: String {
        guard decision.retryAfterNanoseconds > 0 else { return "" }
        let seconds = ErrorReply.wholeSeconds(decision.retryAfterNanoseconds)
        return " The client was told to come back in \(seconds) s."
    }

    /// `1.234 s` or `56.789 ms`.
    static func span(_ nanoseconds: Int64) -> String {
        let isLong = nanoseconds >= 1_000_000_000
        let thousandths = max(0, nanoseconds) / (isLong ? 1_000_000 : 1_000)
        let fraction = String(thousandths % 1_000)
        return "\(thousandths / 1_000)."
            + String(repeating: "0", count: 3 - fraction.count) + fraction
            + (isLong ? " s" : " ms")
    }
}

extension WallTime {
    /// As in logs.
    var timestamp: String {
        String(unsafeUninitializedCapacity: WallTime.timestampBytes) { memory in
            var writer = ByteWriter(UnsafeMutableRawBufferPointer(memory))
            writeTimestamp(into: &writer)
            return writer.count
        }
    }

    /// This time moved by some nanoseconds, back or forth.
    func moved(byNanoseconds delta: Int64) -> WallTime {
        let sum = Int64(nanoseconds) + delta
        let seconds = sum >= 0 ? sum / 1_000_000_000 : (sum - 999_999_999) / 1_000_000_000
        return WallTime(
            seconds: self.seconds + seconds, nanoseconds: Int32(sum - seconds * 1_000_000_000))
    }
}
