import Glibc
import PlimsollCore
import PlimsollIO
import PlimsollPolicy

extension Worker {
    /// Opens a connection to an endpoint for an exchange.
    /// - Returns: its index, or nil when the kernel has no socket to give or the table is full.
    mutating func openServer(_ endpoint: EndpointIndex, for exchange: UInt32) -> UInt32? {
        guard !servers.isFull else { return nil }
        let descriptor = sockets.makeSocket(upstreams.endpoints[endpoint.rawValue].family)
        guard descriptor >= 0 else {
            metrics.countNews(.socketErrors)
            return nil
        }
        let server = servers.insert(
            UpstreamConnection(descriptor: descriptor, endpoint: endpoint)
        ).index
        servers[server].exchange = exchange
        tally.connecting += 1
        metrics.count(.upstreamConnectionsOpened)
        operations.append(
            .connect(
                descriptor, to: upstreams.endpoints[endpoint.rawValue].address,
                count: upstreams.endpoints[endpoint.rawValue].addressCount,
                OperationToken(kind: TokenKind.upstreamConnect, handle: servers.handle(at: server)))
        )
        return server
    }

    mutating func upstreamConnected(_ server: UInt32, _ result: Int32) {
        servers[server].isConnecting = false
        tally.connecting -= 1
        guard servers[server].phase == .connecting else {
            closeServerWhenQuiet(server)
            return
        }
        let exchange = servers[server].exchange
        precondition(exchange != .max, "a connection was made for nobody")
        if exchanges[exchange].hedge.server == server {
            hedgeConnected(exchange, result)
        } else if result < 0 {
            attemptFailed(
                exchange, result == -ECONNREFUSED ? .connectRefused : .connectFailed)
        } else {
            servers[server].phase = .busy
            attemptConnected(exchange)
        }
    }

    /// Asks for the upstream's next bytes, unless that is under way.
    mutating func armServer(_ server: UInt32) {
        guard !servers[server].isReceiving, servers[server].input.isEmpty,
            servers[server].phase == .busy || servers[server].phase == .idle
        else { return }
        servers[server].isReceiving = true
        operations.append(
            .receive(
                servers[server].descriptor,
                OperationToken(kind: TokenKind.upstreamReceive, handle: servers.handle(at: server)))
        )
    }

    mutating func upstreamReceived(_ server: UInt32, _ result: Int32, _ buffer: BufferIndex) {
        servers[server].isReceiving = false
        let exchange = servers[server].exchange
        guard result > 0, servers[server].phase == .busy, exchange != .max else {
            if !buffer.isNone {
                pool.give(buffer)
            }
            switch servers[server].phase {
            case .closing:
                closeServerWhenQuiet(server)
            case .idle:
                // A kept-alive connection ended, or spoke unasked: either way it is of no use.
                metrics.count(result > 0 ? .unsolicitedAnswers : .idleUpstreamConnectionsEnded)
                upstreams.removeIdle(server, from: servers)
                closeServer(server)
            case .busy where exchange != .max && exchanges[exchange].hedge.server == server:
                hedgeEnded(exchange)
            case .busy where exchange != .max:
                // After a send broke, the kernel may report the reset it noticed as a plain end.
                serverEnded(
                    exchange, isClean: result == 0 && !servers[server].hasStoppedReading)
            case .busy, .connecting:
                closeServer(server)
            }
            return
        }
        metrics.add(.upstreamBytesReceived, Int(result))
        servers[server].input.receive(buffer, count: result, pool: pool)
        if !exchanges[exchange].hedge.isNone && !decideRace(exchange, server) { return }
        switch exchanges[exchange].phase {
        case .awaitingAnswer:
            // The response timeout is for the whole head: it goes on until that is here.
            if exchanges[exchange].firstByteAt == .distantFuture {
                exchanges[exchange].firstByteAt = now
            }
            readAnswer(exchange)
        case .relaying:
            exchanges[exchange].waitAt = .distantFuture
            relayAnswer(exchange)
        case .tunnelling:
            relayTunnel(exchange)
        case .queued, .connecting, .pausing, .answered, .ended:
            preconditionFailure("an exchange that is not being answered received an answer")
        }
    }

    /// The upstream ended or broke the connection of an exchange under way.
    private mutating func serverEnded(_ exchange: UInt32, isClean: Bool) {
        switch exchanges[exchange].phase {
        case .awaitingAnswer:
            let isStale =
                exchanges[exchange].isOnReusedConnection
                && exchanges[exchange].firstByteAt == .distantFuture
            attemptFailed(exchange, isStale ? .staleConnection : .resetBeforeResponse)
        case .relaying:
            answerEnded(exchange, isClean: isClean)
        case .tunnelling:
            serverEndedTunnel(exchange)
        case .queued, .connecting, .pausing, .answered, .ended:
            preconditionFailure("an exchange without an attempt lost its connection")
        }
    }

    /// Sends what is queued for the upstream, if anything is and no send is under way.
    mutating func flushServer(_ server: UInt32) {
        guard !servers[server].sending.isOut, !servers[server].sending.isEmpty,
            servers[server].phase == .busy
        else { return }
        servers[server].sending.isOut = true
        operations.append(
            servers[server].sending.operation(
                servers[server].descriptor,
                OperationToken(kind: TokenKind.upstreamSend, handle: servers.handle(at: server)),
                pool: pool))
    }

    mutating func upstreamSent(_ server: UInt32, _ result: Int32) {
        servers[server].sending.isOut = false
        guard servers[server].phase != .closing else {
            closeServerWhenQuiet(server)
            return
        }
        let exchange = servers[server].exchange
        guard result > 0 else {
            // The upstream reads no more. It may have answered before it stopped: what it sent is
            // still to be received, and says more than this error.
            servers[server].sending.drop(pool: pool)
            servers[server].closesByReset = true
            if exchange != .max, exchanges[exchange].hedge.server == server {
                hedgeEnded(exchange)
            } else if exchange != .max {
                servers[server].hasStoppedReading = true
                armServer(server)
                startAnswerWait(exchange)
            } else {
                closeServer(server)
            }
            return
        }
        metrics.add(.upstreamBytesSent, Int(result))
        servers[server].sending.advance(by: Int(result), pool: pool)
        precondition(exchange != .max, "a pooled connection was sending")
        if exchanges[exchange].isRequestRead && exchanges[exchange].phase != .tunnelling {
            // What the kernel did not take of the last piece.
            flushServer(server)
        } else {
            relayRequest(exchange)
        }
    }

    /// Kept-alive connections that have ended, or on which the upstream spoke unasked, leave their
    /// pools before any request of this turn looks for one: completions come in no useful order.
    mutating func discardSpoiledServers() {
        for position in 0..<completions.count {
            let completion = completions[position]
            let server = completion.token.handle.index
            guard completion.token.kind == TokenKind.upstreamReceive, servers[server].phase == .idle
            else { continue }
            upstreamReceived(server, completion.result, completion.buffer)
            completions.replace(
                at: position,
                with: Completion(
                    token: OperationToken(
                        kind: TokenKind.done, handle: Handle(index: 0, generation: 0)), result: 0))
        }
    }

    /// Takes the connection from its exchange and keeps it for another, or closes it.
    mutating func releaseServer(_ server: UInt32, keeps: Bool) {
        servers[server].exchange = .max
        let endpoint = servers[server].endpoint
        guard keeps, servers[server].sending.isEmpty, servers[server].input.isEmpty,
            !servers[server].input.hasStash, !servers[server].hasStoppedReading, !isDraining,
            // Behind a whole answer there is its end, or something nobody asked for.
            !servers[server].leavesMore,
            upstreams.hasIdleRoom(at: endpoint)
        else {
            closeServer(server)
            return
        }
        servers[server].phase = .idle
        upstreams.addIdle(server, to: servers)
        servers[server].deadline = now.advanced(
            byNanoseconds: upstreams.idleNanoseconds(of: endpoint))
        rearmTimer(ofServer: server)
        armServer(server)
    }

    /// Closes a connection to an endpoint; whatever is outstanding is cancelled first.
    mutating func closeServer(_ server: UInt32) {
        guard servers[server].phase != .closing else { return }
        servers[server].phase = .closing
        servers[server].exchange = .max
        if servers[server].isConnecting {
            cancel(TokenKind.upstreamConnect, server)
        }
        if servers[server].isReceiving {
            cancel(TokenKind.upstreamReceive, server)
        }
        if servers[server].sending.isOut {
            cancel(TokenKind.upstreamSend, server)
        }
        closeServerWhenQuiet(server)
    }

    private mutating func cancel(_ kind: UInt8, _ server: UInt32) {
        operations.append(
            .cancel(
                OperationToken(kind: kind, handle: servers.handle(at: server)),
                on: servers[server].descriptor))
    }

    mutating func closeServerWhenQuiet(_ server: UInt32) {
        guard !servers[server].isReceiving, !servers[server].sending.isOut,
            !servers[server].isConnecting
        else { return }
        servers[server].input.drop(pool: pool)
        servers[server].sending.drop(pool: pool)
        if servers[server].timer != .none {
            timers.cancel(servers[server].timer)
        }
        let descriptor = servers[server].descriptor
        operations.append(servers[server].closesByReset ? .reset(descriptor) : .close(descriptor))
        metrics.count(.upstreamConnectionsClosed)
        servers.remove(server)
    }

    mutating func serverTimerFired(_ server: UInt32) {
        servers[server].timer = .none
        guard servers[server].deadline <= now else {
            rearmTimer(ofServer: server)
            return
        }
        if servers[server].phase == .idle {
            upstreams.removeIdle(server, from: servers)
            closeServer(server)
        }
    }

    /// Has the wheel look at a pooled connection when its idle time is over. A connection that is
    /// used again keeps its entry: the wheel looks in vain, which is cheaper than telling it off.
    mutating func rearmTimer(ofServer server: UInt32) {
        let deadline = servers[server].deadline
        if servers[server].timer == .none {
            let owner = OperationToken(
                kind: TimerKind.upstreamConnection, handle: servers.handle(at: server))
            servers[server].timer = timers.schedule(
                owner: owner.rawValue, at: coarse(deadline))
            servers[server].timerAt = deadline
        } else if deadline < servers[server].timerAt {
            timers.reschedule(servers[server].timer, at: coarse(deadline))
            servers[server].timerAt = deadline
        }
    }
}
