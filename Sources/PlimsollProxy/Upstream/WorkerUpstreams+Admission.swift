import PlimsollCore
import PlimsollHTTP
import PlimsollPolicy

/// The way from one loop to what all loops share. The shared objects are reached without a
/// retain; the table's entries keep them alive.
extension WorkerUpstreams {
    @inline(__always)
    private func shared<Result>(
        _ upstream: UpstreamIndex, _ body: (SharedUpstream) -> Result
    ) -> Result {
        upstreams[upstream.rawValue].shared._withUnsafeGuaranteedRef(body)
    }

    mutating func admit(
        _ upstream: UpstreamIndex, _ ticket: Ticket, now: Instant, ended: inout [EndedTicket]
    ) -> Admission {
        let admission = shared(upstream) { $0.admit(ticket, now: now, ended: &ended) }
        if case .shed(let reason, _) = admission, reason == .queueFull || reason == .noQueue {
            upstreams[upstream.rawValue].sampleRefusal(at: now)
        }
        return admission
    }

    func withdraw(_ upstream: UpstreamIndex, _ ticket: TicketID, now: Instant) -> Bool {
        shared(upstream) { $0.withdraw(ticket, now: now) }
    }

    func release(_ permit: consuming Permit, now: Instant, ended: inout [EndedTicket]) {
        let upstream = permit.upstream
        permit.surrender()
        shared(upstream) { $0.release(now: now, ended: &ended) }
    }

    /// Whether an answer with this status may be tried again instead of passed on.
    func listsForRetry(_ upstream: UpstreamIndex, status: UInt16) -> Bool {
        status >= 400 && upstreams[upstream.rawValue].retryRules.isListed(status: status)
    }

    /// An attempt that the breaker let through did not come about.
    func giveUp(_ pass: BreakerPass, of upstream: UpstreamIndex, worker: WorkerIndex, now: Instant)
    {
        shared(upstream) { $0.breaker.record(.ignored, for: pass, worker: worker, at: now) }
    }

    /// An endpoint's answer asked to be left alone for so long.
    func postpone(
        _ upstream: UpstreamIndex, _ endpoint: EndpointIndex, byNanoseconds nanoseconds: Int64,
        now: Instant
    ) {
        endpoints[endpoint.rawValue].shared._withUnsafeGuaranteedRef { endpoint in
            shared(upstream) { $0.postpone(endpoint, byNanoseconds: nanoseconds, at: now) }
        }
    }

    /// How long the queue takes to pass a new arrival through.
    func drainNanoseconds(of upstream: UpstreamIndex, now: Instant) -> Int64 {
        shared(upstream) { $0.drainNanoseconds(now: now) }
    }

    /// Asks the upstream's breaker.
    func pass(_ upstream: UpstreamIndex, now: Instant) -> BreakerVerdict {
        shared(upstream) { $0.breaker.pass(at: now) }
    }

    /// Tells breakers, balancer and retry budget how an attempt ended, and counts it out.
    mutating func record(
        _ outcome: Outcome, upstream: UpstreamIndex, pass: BreakerPass, endpoint: EndpointIndex,
        endpointPass: BreakerPass, worker: WorkerIndex, now: Instant
    ) {
        endpoints[endpoint.rawValue].inFlight -= 1
        switch outcome {
        case .success(let nanoseconds):
            endpoints[endpoint.rawValue].load.record(latencyNanoseconds: nanoseconds, at: now)
            upstreams[upstream.rawValue].unpaidSuccesses += 1
            upstreams[upstream.rawValue].hedgeTimer.record(nanoseconds: nanoseconds)
        case .failure:
            endpoints[endpoint.rawValue].load.recordFailure(at: now)
        case .ignored:
            break
        }
        shared(upstream) { $0.breaker.record(outcome, for: pass, worker: worker, at: now) }
        let isFailure = if case .failure = outcome { true } else { false }
        endpoints[endpoint.rawValue].shared._withUnsafeGuaranteedRef { endpoint in
            endpoint.leave(outcome, for: endpointPass, worker: worker, at: now)
            // A client that left has nothing to say, good or bad.
            if isFailure || (outcome != .ignored && endpoint.hasFailuresOnRecord) {
                shared(upstream) {
                    $0.recordForEjection(endpoint, isFailure: isFailure, at: now)
                }
            }
        }
    }

    /// A request is out whole; its endpoint is who is waited for.
    func answerAwaited(from endpoint: EndpointIndex, worker: WorkerIndex) {
        endpoints[endpoint.rawValue].shared._withUnsafeGuaranteedRef { $0.attempts.begin(worker) }
    }

    /// It has answered, or is not waited for any longer.
    func answerHeard(from endpoint: EndpointIndex, isAnswer: Bool, worker: WorkerIndex) {
        endpoints[endpoint.rawValue].shared._withUnsafeGuaranteedRef {
            $0.attempts.end(worker, isAnswer: isAnswer)
        }
    }

    /// Notes how an attempt ended for the adaptive limit, if there is one.
    /// - Parameters:
    ///   - status: of the attempt's answer, when it has one.
    ///   - hasWaited: whether its request found no free permit.
    ///   - ended: gets the tickets that a raised limit lets in: their loops must be told.
    mutating func sample(
        _ outcome: Outcome, of upstream: UpstreamIndex, status: UInt16, hasWaited: Bool,
        now: Instant, ended: inout [EndedTicket]
    ) {
        let isDue = upstreams[upstream.rawValue].sample(
            outcome, status: status, hasWaited: hasWaited, at: now)
        if isDue {
            upstreams[upstream.rawValue].tellSamples(at: now, ended: &ended)
        }
    }

    /// What the settings say of a failed attempt.
    func retryVerdict(_ upstream: UpstreamIndex, on attempt: FailedAttempt) -> RetryVerdict {
        upstreams[upstream.rawValue].retryRules.verdict(on: attempt)
    }

    /// How long to wait before another attempt.
    func retryPause(
        _ upstream: UpstreamIndex, after attempt: FailedAttempt, pushBackNanoseconds: Int64?,
        remainingNanoseconds: Int64, _ random: inout RandomSource
    ) -> RetryPause {
        // What cannot be answered in time is not worth asking.
        let least = shared(upstream) { $0.fastestNanoseconds }
        return upstreams[upstream.rawValue].retryRules.settings.pause(
            after: attempt, pushBackNanoseconds: pushBackNanoseconds,
            hasOtherEndpoint: upstreams[upstream.rawValue].endpointCount > 1,
            remainingNanoseconds: remainingNanoseconds - least, using: &random)
    }

    /// Takes one more attempt from what all loops share, after paying in this loop's successes.
    /// - Returns: nil when it may be made, else what stands against it.
    mutating func takeRetry(
        _ upstream: UpstreamIndex, for request: RetryRequest, now: Instant
    ) -> RetryDenial? {
        let successes = upstreams[upstream.rawValue].unpaidSuccesses
        upstreams[upstream.rawValue].unpaidSuccesses = 0
        return shared(upstream) { $0.takeRetry(request, paying: successes, now: now) }
    }

    /// When a hedge follows an attempt; `Int64.max`: never, or not known yet.
    @inline(__always)
    func hedgeNanoseconds(of upstream: UpstreamIndex) -> Int64 {
        upstreams[upstream.rawValue].hedgeTimer.delayNanoseconds
    }

    /// Whether another attempt is within the settings after so many.
    func allowsAttempt(_ upstream: UpstreamIndex, after attempts: UInt8) -> Bool {
        Int(attempts) <= upstreams[upstream.rawValue].retryRules.settings.retries
    }

    /// A permit for a hedge, if one is free now.
    func admitHedge(_ upstream: UpstreamIndex) -> Bool {
        shared(upstream) { $0.admitHedge() }
    }

    /// An attempt had no answer after so long when its hedge had one: its endpoint is at least that
    /// slow.
    /// - Returns: what that means to breakers: a failure only if it looked stuck.
    mutating func outrun(
        _ upstream: UpstreamIndex, at endpoint: EndpointIndex, nanoseconds: Int64, now: Instant
    ) -> Outcome {
        let isStuck = nanoseconds >= upstreams[upstream.rawValue].hedgeTimer.stuckNanoseconds
        upstreams[upstream.rawValue].hedgeTimer.record(nanoseconds: nanoseconds)
        if isStuck { return .failure(.responseTimeout) }
        endpoints[endpoint.rawValue].load.record(latencyNanoseconds: nanoseconds, at: now)
        return .ignored
    }
}
