import PlimsollCore
import PlimsollHTTP
import PlimsollPolicy

/// Records of decisions that somebody may ask about: refusals, long waits, retries. What passes at
/// once leaves none and pays nothing.
extension Worker {
    /// The exchange is refused.
    mutating func explainShed(
        _ exchange: UInt32, _ reason: ShedReason, retryAfterNanoseconds: Int64
    ) {
        guard metrics.decisions.isEnabled else { return }
        var decision = decision(exchange, .shed, .shed(reason))
        if exchanges[exchange].queuedAt != .distantFuture {
            decision.waitedNanoseconds = max(
                0, now.nanoseconds(since: exchanges[exchange].queuedAt))
        }
        if reason.hasRetryAfter { decision.retryAfterNanoseconds = retryAfterNanoseconds }
        metrics.decisions.append(decision)
    }

    /// The exchange got its permit; if it waited long, that is worth telling of.
    mutating func explainWait(_ exchange: UInt32) {
        guard metrics.decisions.isEnabled, exchanges[exchange].queuedAt != .distantFuture else {
            return
        }
        let waited = now.nanoseconds(since: exchanges[exchange].queuedAt)
        guard waited >= metrics.explainedWaitNanoseconds else { return }
        var decision = decision(exchange, .queued, .none)
        decision.waitedNanoseconds = waited
        metrics.decisions.append(decision)
    }

    /// The exchange's attempt failed and another one follows.
    mutating func explainRetry(_ exchange: UInt32, after failure: FailureKind) {
        explainAttempt(exchange, .retried, .failed(failure), denial: nil)
    }

    /// The exchange's attempt takes long and has got another one beside it.
    mutating func explainHedge(_ exchange: UInt32) {
        explainAttempt(exchange, .hedged, .none, denial: nil)
    }

    /// Another attempt was not granted.
    mutating func explainDenial(_ exchange: UInt32, _ denial: RetryDenial) {
        explainAttempt(exchange, .denied, .none, denial: denial)
    }

    private mutating func explainAttempt(
        _ exchange: UInt32, _ kind: Decision.Kind, _ reason: EndReason, denial: RetryDenial?
    ) {
        guard metrics.decisions.isEnabled else { return }
        var decision = decision(exchange, kind, reason)
        decision.denial = denial
        decision.budgetLeft = Int32(
            clamping: upstreams.retriesLeft(of: exchanges[exchange].upstream, at: now))
        metrics.decisions.append(decision)
    }

    private mutating func decision(
        _ exchange: UInt32, _ kind: Decision.Kind, _ reason: EndReason
    ) -> Decision {
        let route = exchanges[exchange].route
        let upstream = exchanges[exchange].upstream
        var decision = Decision(
            requestID: exchanges[exchange].requestID, kind: kind, reason: UInt8(reason.position),
            loop: index, at: now)
        decision.attempts = exchanges[exchange].attempts
        decision.upstream = upstream
        decision.endpoint = exchanges[exchange].endpoint
        if route.rawValue != .max {
            decision.route = plans[exchanges[exchange].plan]._withUnsafeGuaranteedRef {
                $0.routeSeries[Int(route.rawValue)]
            }
        }
        if upstream.rawValue != .max {
            decision.standing = upstreams.standing(of: upstream, at: now)
        }
        if exchanges[exchange].deadline != .distantFuture {
            decision.timeLeftNanoseconds = exchanges[exchange].deadline.nanoseconds(since: now)
        }
        return decision
    }
}

extension WorkerUpstreams {
    fileprivate func standing(of upstream: UpstreamIndex, at now: Instant) -> UpstreamStanding {
        upstreams[upstream.rawValue].shared._withUnsafeGuaranteedRef { $0.standing(at: now) }
    }

    fileprivate func retriesLeft(of upstream: UpstreamIndex, at now: Instant) -> Int {
        upstreams[upstream.rawValue].shared._withUnsafeGuaranteedRef { $0.retriesLeft(at: now) }
    }
}
