import Glibc
import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

/// Hedges: a request whose answer takes too long goes to another endpoint as well.
extension Worker {
    /// The attempt's request is out whole. If it may be sent twice, notes when it will be.
    @inline(__always)
    mutating func scheduleHedge(_ exchange: UInt32) {
        let delay = upstreams.hedgeNanoseconds(of: exchanges[exchange].upstream)
        guard delay != .max else { return }
        guard !exchanges[exchange].hasHedged, exchanges[exchange].allowsRetry,
            exchanges[exchange].isReplayable, exchanges[exchange].head.method.isIdempotent,
            exchanges[exchange].head.upgrade == .none
        else { return }
        exchanges[exchange].hedgeAt = now.advanced(byNanoseconds: delay)
    }

    /// The attempt has waited for its answer for long: sends another one beside it, if a permit is
    /// free at once and the budget of retries pays.
    mutating func hedgeDue(_ exchange: UInt32) {
        exchanges[exchange].hedgeAt = .distantFuture
        let upstream = exchanges[exchange].upstream
        if exchanges[exchange].phase == .awaitingAnswer,
            exchanges[exchange].firstByteAt == .distantFuture, exchanges[exchange].isReplayable,
            upstreams.allowsAttempt(
                upstream,
                after: exchanges[exchange].attempts + exchanges[exchange].attemptsBefore)
        {
            takeHedge(exchange)
        }
        rearmTimer(ofClient: exchanges[exchange].client)
    }

    private mutating func takeHedge(_ exchange: UInt32) {
        let upstream = exchanges[exchange].upstream
        guard upstreams.admitHedge(upstream) else {
            metrics.denied(.overloaded, of: upstream)
            return
        }
        let permit = Permit(upstream: upstream)
        // A slow answer may be a sign of overload: only the budget pays for it.
        guard takesRetry(exchange, isOverloadSign: true), beginHedge(exchange) else {
            release(permit)
            return
        }
        exchanges[exchange].hedgePermit = consume permit
        exchanges[exchange].hasHedged = true
        exchanges[exchange].attempts += 1
        metrics.hedged(of: upstream)
        explainHedge(exchange)
    }

    /// - Returns: false when there is no other endpoint, connection or buffer for it.
    private mutating func beginHedge(_ exchange: UInt32) -> Bool {
        let upstream = exchanges[exchange].upstream
        guard case .pass(let pass) = upstreams.pass(upstream, now: now) else { return false }
        guard !pass.isProbe,
            let (endpoint, endpointPass) = upstreams.pickOther(
                upstream, than: exchanges[exchange].endpoint, &random, now)
        else {
            upstreams.giveUp(pass, of: upstream, worker: index, now: now)
            return false
        }
        let piece = copyHead(exchange)
        let pooled = piece.isNone ? .max : upstreams.takeIdle(at: endpoint, from: servers)
        let server =
            piece.isNone ? nil : pooled != .max ? pooled : openServer(endpoint, for: exchange)
        guard let server else {
            if !piece.isNone { pool.give(piece.buffer) }
            upstreams.record(
                .ignored, upstream: upstream, pass: pass, endpoint: endpoint,
                endpointPass: endpointPass, worker: index, now: now)
            return false
        }
        exchanges[exchange].hedge = HedgeAttempt(
            server: server, endpoint: endpoint, upstreamPass: pass, endpointPass: endpointPass,
            startedAt: now, isOnReusedConnection: pooled != .max)
        servers[server].exchange = exchange
        servers[server].sending.append(piece)
        if pooled != .max {
            metrics.count(.upstreamConnectionsReused)
            hedgeConnected(exchange)
        }
        return true
    }

    /// The request's head and short body once more, marked with the attempt's number, in a buffer
    /// of its own: the first attempt's may still be on its way out.
    private mutating func copyHead(_ exchange: UInt32) -> Piece {
        let fresh = pool.take()
        guard !fresh.isNone else { return .none }
        let start = Int(exchanges[exchange].blockStart)
        let count = Int(exchanges[exchange].blockCount)
        let head = pool.data(fresh) + start
        head.copyMemory(
            from: pool.data(exchanges[exchange].block) + start, byteCount: count)
        writeDeadline(exchange, in: fresh)
        let number = exchanges[exchange].attempts + exchanges[exchange].attemptsBefore + 1
        let grown = AttemptField.mark(attempt: Int(number), head: head, count: count)
        return Piece(
            buffer: fresh, start: Int32(start - grown), count: Int32(count + grown),
            isOwned: true)
    }

    /// The hedge has its connection: its request goes out.
    private mutating func hedgeConnected(_ exchange: UInt32) {
        let server = exchanges[exchange].hedge.server
        servers[server].phase = .busy
        servers[server].requests &+= 1
        exchanges[exchange].hedge.isAnswerAwaited = true
        upstreams.answerAwaited(from: exchanges[exchange].hedge.endpoint, worker: index)
        flushServer(server)
        armServer(server)
    }

    // MARK: How it ends

    /// The hedge's connection was made, or not.
    mutating func hedgeConnected(_ exchange: UInt32, _ result: Int32) {
        if result < 0 {
            dropHedge(
                exchange, .failure(result == -ECONNREFUSED ? .connectRefused : .connectFailed))
        } else {
            hedgeConnected(exchange)
        }
    }

    /// The hedge's connection ended before anything came.
    mutating func hedgeEnded(_ exchange: UInt32) {
        dropHedge(
            exchange,
            Outcome(
                failure: exchanges[exchange].hedge.isOnReusedConnection
                    ? .staleConnection : .resetBeforeResponse))
    }

    /// The first bytes of an answer came while two attempts were under way. The other attempt is
    /// broken off; but if these bytes tell of a failure that is worth another attempt, it is the
    /// other one that goes on.
    /// - Returns: whether the attempt that these bytes belong to goes on.
    mutating func decideRace(_ exchange: UInt32, _ server: UInt32) -> Bool {
        let isHedge = exchanges[exchange].hedge.server == server
        let upstream = exchanges[exchange].upstream
        if let status = statusBegun(server), upstreams.listsForRetry(upstream, status: status) {
            let startedAt =
                isHedge ? exchanges[exchange].hedge.startedAt : exchanges[exchange].attemptAt
            let outcome = Outcome(
                status: status, nanoseconds: now.nanoseconds(since: startedAt))
            if isHedge {
                dropHedge(exchange, outcome)
            } else {
                promoteHedge(exchange, ending: outcome)
            }
            return false
        }
        if isHedge {
            let outcome = upstreams.outrun(
                upstream, at: exchanges[exchange].endpoint,
                nanoseconds: now.nanoseconds(since: exchanges[exchange].attemptAt), now: now)
            promoteHedge(exchange, ending: outcome)
        } else {
            dropHedge(exchange, .ignored)
        }
        return true
    }

    /// The status of the answer that has begun to come, if that much of it is here.
    private mutating func statusBegun(_ server: UInt32) -> UInt16? {
        let bytes = servers[server].input.bytes(pool: pool)
        // HTTP/1.1 503
        guard bytes.count >= 12 else { return nil }
        let digits = UnsafeRawBufferPointer(rebasing: bytes[9..<12])
        guard let status = ASCII.decimal(digits.assumingMemoryBound(to: UInt8.self).span) else {
            return nil
        }
        return UInt16(status)
    }

    /// The first attempt has failed: a hedge takes its place.
    /// - Returns: false when there is none, or when it has waited in vain as well.
    mutating func hedgeTakesOver(_ exchange: UInt32, after failure: FailureKind) -> Bool {
        guard !exchanges[exchange].hedge.isNone, failure != .responseTimeout else { return false }
        promoteHedge(exchange, ending: Outcome(failure: failure))
        return true
    }

    /// The hedge becomes the exchange's attempt; the first one ends.
    private mutating func promoteHedge(_ exchange: UInt32, ending outcome: Outcome) {
        let hedge = exchanges[exchange].hedge
        forgetHedge(exchange)
        exchanges[exchange].answerKeepsServer = false
        endAttempt(exchange, outcome)
        metrics.hedgeWon(of: exchanges[exchange].upstream)
        exchanges[exchange].hasAttempt = true
        exchanges[exchange].server = hedge.server
        exchanges[exchange].endpoint = hedge.endpoint
        exchanges[exchange].upstreamPass = hedge.upstreamPass
        exchanges[exchange].endpointPass = hedge.endpointPass
        exchanges[exchange].isOnReusedConnection = hedge.isOnReusedConnection
        exchanges[exchange].isAnswerAwaited = hedge.isAnswerAwaited
        exchanges[exchange].attemptAt = hedge.startedAt
        if servers[hedge.server].phase == .connecting {
            exchanges[exchange].phase.handle(.attemptAbandoned)
            exchanges[exchange].waitAt = hedge.startedAt.advanced(
                byNanoseconds: upstreams.connectNanoseconds(of: exchanges[exchange].upstream))
            rearmTimer(ofClient: exchanges[exchange].client)
        } else {
            startAnswerWait(exchange)
        }
    }

    /// Breaks the hedge off, if there is one.
    mutating func dropHedge(_ exchange: UInt32, _ outcome: Outcome) {
        let hedge = exchanges[exchange].hedge
        guard !hedge.isNone else { return }
        forgetHedge(exchange)
        if hedge.isAnswerAwaited {
            upstreams.answerHeard(
                from: hedge.endpoint, isAnswer: outcome.isAnswer, worker: index)
        }
        upstreams.record(
            outcome, upstream: exchanges[exchange].upstream, pass: hedge.upstreamPass,
            endpoint: hedge.endpoint, endpointPass: hedge.endpointPass, worker: index, now: now)
        closeServer(hedge.server)
    }

    private mutating func forgetHedge(_ exchange: UInt32) {
        exchanges[exchange].hedge = .none
        if let permit = exchanges[exchange].hedgePermit.take() {
            release(permit)
        }
    }
}
