import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

extension Worker {
    /// Begins an attempt: the upstream's breaker must let it through, an endpoint must be there
    /// for it. The exchange holds a permit and its serialised head.
    mutating func attempt(_ exchange: UInt32) {
        let upstream = exchanges[exchange].upstream
        guard passesBreakers(exchange) else { return }
        switch upstreams.pick(upstream, avoiding: exchanges[exchange].endpoint, &random, now) {
        case .endpoint(let endpoint, let pass):
            exchanges[exchange].endpoint = endpoint
            exchanges[exchange].endpointPass = pass
        case .allBusy:
            giveUpPasses(exchange)
            waitForEndpoint(exchange)
            return
        case .noneFit(let retryAfterNanoseconds):
            giveUpPasses(exchange)
            shed(exchange, .noEndpoint, retryAfterNanoseconds: retryAfterNanoseconds)
            return
        case .allBroken(let retryAfterNanoseconds):
            giveUpPasses(exchange)
            shed(exchange, .endpoint, retryAfterNanoseconds: retryAfterNanoseconds)
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
        writeDeadline(exchange, in: exchanges[exchange].block)
        servers[server].requests &+= 1
        // A hedge that took over while it was connecting brings its own.
        if servers[server].sending.isEmpty {
            servers[server].sending.append(
                Piece(
                    buffer: exchanges[exchange].block, start: exchanges[exchange].blockStart,
                    count: exchanges[exchange].blockCount, isOwned: false))
        }
        armServer(server)
        if exchanges[exchange].isRequestRead {
            exchanges[exchange].isAnswerAwaited = true
            upstreams.answerAwaited(from: exchanges[exchange].endpoint, worker: index)
            flushServer(server)
            scheduleHedge(exchange)
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
        if hedgeTakesOver(exchange, after: failure) { return }
        guard retry(exchange, after: failure) else {
            exchanges[exchange].answerKeepsServer = false
            endAttempt(exchange, Outcome(failure: failure))
            answer(exchange, .failed(failure))
            return
        }
    }

    /// No buffer is free for what the exchange has to send: the house is full.
    mutating func outOfBuffers(_ exchange: UInt32) {
        metrics.countNews(.buffersExhausted)
        exchanges[exchange].answerKeepsServer = false
        endAttempt(exchange, .ignored)
        answer(exchange, .shed(.overloaded), retryAfterNanoseconds: 1_000_000_000)
    }
}
