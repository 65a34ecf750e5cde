import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

extension Worker {
    /// Tries again instead of passing on an answer whose status the settings list.
    /// - Returns: whether it did.
    mutating func retriesAnswer(_ exchange: UInt32, _ head: ResponseHead) -> Bool {
        guard upstreams.listsForRetry(exchanges[exchange].upstream, status: head.status) else {
            return false
        }
        return retry(exchange, after: .serverError, answer: head)
    }

    /// Makes another attempt if the rules, the upstream's state and the budget allow one: at once,
    /// or after a pause.
    /// - Parameter answer: what the failed attempt was answered with, at the beginning of its
    ///   connection's input; nil when it was not.
    /// - Returns: whether the exchange has gone on.
    mutating func retry(
        _ exchange: UInt32, after failure: FailureKind, answer head: ResponseHead? = nil
    ) -> Bool {
        let failed = failedAttempt(exchange, failure, status: head?.status)
        let upstream = exchanges[exchange].upstream
        guard
            failure == .staleConnection
                || (exchanges[exchange].allowsRetry && isRouteBreakerClosed(exchange))
        else { return false }
        var pause = RetryPause.none
        switch upstreams.retryVerdict(upstream, on: failed) {
        case .refuse:
            return false
        case .onFreshConnection:
            break
        case .withinBudget:
            pause = pauseBeforeRetry(exchange, failed, head)
            guard pause != .refuse else {
                metrics.denied(.deadline, of: upstream)
                explainDenial(exchange, .deadline)
                return false
            }
            guard takesRetry(exchange, isOverloadSign: failed.isOverloadSign) else { return false }
            metrics.retried(RetryReason(of: failed), of: upstream)
        }
        exchanges[exchange].answerKeepsServer = head.map { skipAnswer(exchange, $0) } ?? false
        // A listed status may be one of a server that works, 429 for one.
        endAttempt(exchange, head == nil ? Outcome(failure: failure) : outcome(exchange))
        exchanges[exchange].answerKeepsServer = false
        exchanges[exchange].phase.handle(.attemptAbandoned)
        guard exchanges[exchange].isReplayable else {
            // The kernel keeps the head, and there is no buffer for a copy.
            answer(exchange, .failed(failure))
            return true
        }
        goOn(exchange, after: failure, pause)
        return true
    }

    private mutating func goOn(
        _ exchange: UInt32, after failure: FailureKind, _ pause: RetryPause
    ) {
        if failure == .staleConnection {
            // Not the endpoint's failure, nor an attempt that counts. A fresh connection ends it.
            exchanges[exchange].attempts -= 1
            exchanges[exchange].needsFreshConnection = true
            exchanges[exchange].endpoint = EndpointIndex(rawValue: .max)
        } else {
            metrics.count(.retries)
            explainRetry(exchange, after: failure)
            markAttempt(exchange)
        }
        if case .wait(let nanoseconds) = pause {
            beginPause(exchange, nanoseconds)
        } else {
            attempt(exchange)
        }
    }

    private mutating func failedAttempt(
        _ exchange: UInt32, _ failure: FailureKind, status: UInt16?
    ) -> FailedAttempt {
        FailedAttempt(
            failure: failure, status: status,
            attempts: Int(exchanges[exchange].attempts) + Int(exchanges[exchange].attemptsBefore),
            isIdempotent: exchanges[exchange].head.method.isIdempotent
                && exchanges[exchange].head.upgrade == .none,
            isReplayable: exchanges[exchange].isReplayable,
            hasAnsweredClient: exchanges[exchange].hasAnswerBegun)
    }

    private mutating func pauseBeforeRetry(
        _ exchange: UInt32, _ failed: FailedAttempt, _ head: ResponseHead?
    ) -> RetryPause {
        var pushBack: Int64?
        if head != nil {
            let bytes = servers[exchanges[exchange].server].input.bytes(pool: pool)
            let span = bytes.assumingMemoryBound(to: UInt8.self).span
            pushBack = PushBack.nanoseconds(fields: parser.fields, bytes: span)
        }
        return upstreams.retryPause(
            exchanges[exchange].upstream, after: failed, pushBackNanoseconds: pushBack,
            remainingNanoseconds: Deadline(exchanges[exchange].deadline)
                .remainingNanoseconds(at: now), &random)
    }

    /// Asks the upstream's economy for one more attempt, and counts a denial.
    mutating func takesRetry(_ exchange: UInt32, isOverloadSign: Bool) -> Bool {
        let upstream = exchanges[exchange].upstream
        let request = RetryRequest(
            client: clients[exchanges[exchange].client].address.retryKey,
            isOverloadSign: isOverloadSign)
        guard let denial = upstreams.takeRetry(upstream, for: request, now: now) else {
            return true
        }
        metrics.denied(denial, of: upstream)
        explainDenial(exchange, denial)
        return false
    }

    /// Strikes an answer that will not be passed on from its connection's input, if all of it is
    /// there: then the connection can carry the next request.
    private mutating func skipAnswer(_ exchange: UInt32, _ head: ResponseHead) -> Bool {
        let server = exchanges[exchange].server
        var bodyBytes: Int64 = 0
        switch head.framing {
        case .none: break
        case .length(let length): bodyBytes = length
        case .chunked, .untilClose: return false
        }
        let input = Int64(servers[server].input.count)
        guard head.keepsAlive, input - Int64(head.headBytes) == bodyBytes else { return false }
        servers[server].input.consume(Int(input), pool: pool)
        return true
    }

    /// Waits before the next attempt, without a permit: nothing of it is in flight.
    private mutating func beginPause(_ exchange: UInt32, _ nanoseconds: Int64) {
        settle(exchange)
        exchanges[exchange].phase.handle(.paused)
        exchanges[exchange].waitAt = now.advanced(byNanoseconds: nanoseconds)
        let client = exchanges[exchange].client
        rearmTimer(ofClient: client)
        armClient(client)
    }

    /// The pause is over: asks for a permit like a new arrival, but for its rank.
    mutating func pauseEnded(_ exchange: UInt32) {
        exchanges[exchange].phase.handle(.resumed)
        let admission = askForPermit(exchange, isRetry: true)
        if case .shed(let reason, let retryAfterNanoseconds) = admission {
            shed(exchange, reason, retryAfterNanoseconds: retryAfterNanoseconds)
            return
        }
        // Its patience was for the first wait: this one has its own.
        exchanges[exchange].queuedAt = .distantFuture
        enter(exchange, admission)
        if exchanges[exchange].permit != nil {
            attempt(exchange)
        }
    }

    /// Says in the head which attempt this is, from the second on.
    private mutating func markAttempt(_ exchange: UInt32) {
        let head = pool.data(exchanges[exchange].block) + Int(exchanges[exchange].blockStart)
        let number = exchanges[exchange].attempts + exchanges[exchange].attemptsBefore + 1
        let grown = AttemptField.mark(
            attempt: Int(number), head: head, count: Int(exchanges[exchange].blockCount))
        exchanges[exchange].blockStart -= Int32(grown)
        exchanges[exchange].blockCount += Int32(grown)
    }
}

extension SocketAddress {
    /// Who a client is to a retry budget: its address, or for IPv6 its network of 2^64 addresses,
    /// since one household has as many.
    fileprivate var retryKey: UInt64 {
        let address = unmapped
        return address.family == .v4 ? address.low : address.high
    }
}
