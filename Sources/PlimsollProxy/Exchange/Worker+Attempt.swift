import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

extension Worker {
    /// Begins an attempt: the upstream's breaker must let it through, an endpoint must be there
    /// for it. The exchange holds a permit and its serialised head.
    mutating func attempt(_ exchange: UInt32) {
        let upstream = exchanges[exchange].upstream
        switch upstreams.pass(upstream, now: now) {
        case .pass(let pass):
            exchanges[exchange].upstreamPass = pass
        case .refuse(let retryAfterNanoseconds):
            shed(exchange, .breakerOpen, retryAfterNanoseconds: retryAfterNanoseconds)
            return
        }
        switch upstreams.pick(upstream, avoiding: exchanges[exchange].endpoint, &random, now) {
        case .endpoint(let endpoint, let pass):
            exchanges[exchange].endpoint = endpoint
            exchanges[exchange].endpointPass = pass
        case .allBusy:
            giveUpPass(exchange)
            waitForEndpoint(exchange)
            return
        case .noneFit(let retryAfterNanoseconds):
            giveUpPass(exchange)
            shed(exchange, .noEndpoint, retryAfterNanoseconds: retryAfterNanoseconds)
            return
        }
        exchanges[exchange].hasAttempt = true
        exchanges[exchange].attempts += 1
        exchanges[exchange].attemptAt = now
        exchanges[exchange].firstByteAt = .distantFuture
        connect(exchange)
    }

    /// Gives the attempt a kept-alive connection, or has a new one made.
    private mutating func connect(_ exchange: UInt32) {
        let endpoint = exchanges[exchange].endpoint
        let pooled =
            exchanges[exchange].needsFreshConnection
            ? .max : upstreams.takeIdle(at: endpoint, from: servers)
        if pooled != .max {
            servers[pooled].phase = .busy
            servers[pooled].exchange = exchange
            exchanges[exchange].server = pooled
            exchanges[exchange].isOnReusedConnection = true
            metrics.count(.upstreamConnectionsReused)
            attemptConnected(exchange)
            return
        }
        exchanges[exchange].isOnReusedConnection = false
        guard let server = openServer(endpoint, for: exchange) else {
            endAttempt(exchange, .ignored)
            answer(exchange, .shed(.overloaded), retryAfterNanoseconds: 1_000_000_000)
            return
        }
        exchanges[exchange].server = server
        exchanges[exchange].phase.handle(.connecting)
        exchanges[exchange].waitAt = now.advanced(
            byNanoseconds: upstreams.connectNanoseconds(of: exchanges[exchange].upstream))
        rearmTimer(ofClient: exchanges[exchange].client)
    }

    /// The attempt has its connection: the head goes out, and what is here of the body.
    mutating func attemptConnected(_ exchange: UInt32) {
        let server = exchanges[exchange].server
        exchanges[exchange].phase.handle(.connected)
        writeDeadline(exchange)
        servers[server].requests &+= 1
        servers[server].sending.append(
            Piece(
                buffer: exchanges[exchange].block, start: exchanges[exchange].blockStart,
                count: exchanges[exchange].blockCount, isOwned: false))
        armServer(server)
        if exchanges[exchange].isRequestRead {
            exchanges[exchange].isAnswerAwaited = true
            upstreams.answerAwaited(from: exchanges[exchange].endpoint, worker: index)
            flushServer(server)
            startAnswerWait(exchange)
            armClient(exchanges[exchange].client)
        } else {
            exchanges[exchange].waitAt = .distantFuture
            relayRequest(exchange)
        }
    }

    /// From now on the upstream has its response timeout to send something.
    mutating func startAnswerWait(_ exchange: UInt32) {
        exchanges[exchange].waitAt = now.advanced(
            byNanoseconds: upstreams.responseNanoseconds(of: exchanges[exchange].upstream))
        rearmTimer(ofClient: exchanges[exchange].client)
    }

    /// The attempt came to nothing: try again if the rules allow, else answer for the upstream.
    mutating func attemptFailed(_ exchange: UInt32, _ failure: FailureKind) {
        guard retry(exchange, after: failure, status: nil) else {
            exchanges[exchange].answerKeepsServer = false
            endAttempt(exchange, Outcome(failure: failure))
            answer(exchange, .failed(failure))
            return
        }
    }

    /// Tries again instead of passing on an answer whose status the settings list.
    /// - Returns: whether it did.
    mutating func retriesAnswer(_ exchange: UInt32, status: UInt16) -> Bool {
        guard upstreams.listsForRetry(exchanges[exchange].upstream, status: status) else {
            return false
        }
        return retry(exchange, after: .serverError, status: status)
    }

    /// Makes another attempt if the rules, the budget and the breaker allow one.
    /// - Returns: whether the exchange has gone on.
    private mutating func retry(
        _ exchange: UInt32, after failure: FailureKind, status: UInt16?
    ) -> Bool {
        let failed = FailedAttempt(
            failure: failure, status: status, attempts: Int(exchanges[exchange].attempts),
            isIdempotent: exchanges[exchange].head.method.isIdempotent
                && exchanges[exchange].head.upgrade == .none,
            isReplayable: exchanges[exchange].isReplayable,
            hasAnsweredClient: exchanges[exchange].hasAnswerBegun)
        guard failure == .staleConnection || exchanges[exchange].allowsRetry,
            upstreams.allowsRetry(exchanges[exchange].upstream, of: failed, now: now)
        else { return false }
        exchanges[exchange].answerKeepsServer = false
        // A listed status may be one of a server that works, 429 for one.
        endAttempt(exchange, status == nil ? Outcome(failure: failure) : outcome(exchange))
        exchanges[exchange].phase.handle(.attemptAbandoned)
        guard exchanges[exchange].isReplayable else {
            // The kernel keeps the head, and there is no buffer for a copy.
            answer(exchange, .failed(failure))
            return true
        }
        if failure == .staleConnection {
            // Not the endpoint's failure, nor an attempt that counts. A fresh connection ends it.
            exchanges[exchange].attempts -= 1
            exchanges[exchange].needsFreshConnection = true
            exchanges[exchange].endpoint = EndpointIndex(rawValue: .max)
        } else {
            metrics.count(.retries)
            markAttempt(exchange)
        }
        attempt(exchange)
        return true
    }

    /// No buffer is free for what the exchange has to send: the house is full.
    mutating func outOfBuffers(_ exchange: UInt32) {
        metrics.count(.buffersExhausted)
        exchanges[exchange].answerKeepsServer = false
        endAttempt(exchange, .ignored)
        answer(exchange, .shed(.overloaded), retryAfterNanoseconds: 1_000_000_000)
    }

    /// The breaker let an attempt through that did not come about.
    private mutating func giveUpPass(_ exchange: UInt32) {
        upstreams.giveUp(
            exchanges[exchange].upstreamPass, of: exchanges[exchange].upstream, worker: index,
            now: now)
    }

    /// Says in the head which attempt this is, from the second on.
    private mutating func markAttempt(_ exchange: UInt32) {
        let head = pool.data(exchanges[exchange].block) + Int(exchanges[exchange].blockStart)
        let grown = AttemptField.mark(
            attempt: Int(exchanges[exchange].attempts) + 1, head: head,
            count: Int(exchanges[exchange].blockCount))
        exchanges[exchange].blockStart -= Int32(grown)
        exchanges[exchange].blockCount += Int32(grown)
    }
}
