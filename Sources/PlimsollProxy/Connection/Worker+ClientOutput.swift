import Glibc
import PlimsollCore
import PlimsollIO

extension Worker {
    /// Sends what is queued for the client, if anything is and no send is under way.
    mutating func flushClient(_ client: UInt32) {
        guard !clients[client].sending.isOut, !clients[client].sending.isEmpty,
            clients[client].phase != .closing
        else { return }
        clients[client].sending.isOut = true
        clients[client].sendingSince = now
        operations.append(
            clients[client].sending.operation(
                clients[client].descriptor,
                OperationToken(kind: TokenKind.clientSend, handle: clients.handle(at: client)),
                pool: pool))
        waitForReader(client)
    }

    mutating func clientSent(_ client: UInt32, _ result: Int32) {
        clients[client].sending.isOut = false
        guard clients[client].phase != .closing else {
            closeClientWhenQuiet(client)
            return
        }
        guard result > 0 else {
            clientFailed(client)
            return
        }
        metrics.add(.clientBytesSent, Int(result))
        clients[client].sending.advance(by: Int(result), pool: pool)
        clients[client].downloadAt = .distantFuture
        let exchange = clients[client].exchange
        guard exchange != .max else {
            flushClient(client)
            if clients[client].sending.isEmpty {
                answerDelivered(client)
            }
            return
        }
        exchanges[exchange].sentBytes += Int64(result)
        exchanges[exchange].download.moved(Int(result), now: now)
        switch exchanges[exchange].phase {
        case .relaying:
            relayAnswer(exchange)
        case .tunnelling:
            relayTunnel(exchange)
        case .answered where clients[client].sending.isEmpty:
            delivered(exchange)
        case .awaitingAnswer:
            flushClient(client)
            readAnswer(exchange)
        case .answered, .queued, .connecting, .pausing, .ended:
            flushClient(client)
        }
    }

    /// While a send is out, the client owes us the reading.
    private mutating func waitForReader(_ client: UInt32) {
        let listener = Int(clients[client].listener)
        let exchange = clients[client].exchange
        let idleNanoseconds = listeners[listener].plan.bodyIdleNanoseconds
        clients[client].downloadAt =
            exchange == .max
            ? now.advanced(byNanoseconds: idleNanoseconds)
            : exchanges[exchange].download.waits(
                now: now, idleNanoseconds: idleNanoseconds,
                minimumRate: listeners[listener].plan.minimumRate)
        rearmTimer(ofClient: client)
    }

    /// All of an answer has left: on to the next request, or to the connection's end.
    mutating func answerDelivered(_ client: UInt32) {
        clients[client].exchange = .max
        clients[client].uploadAt = .distantFuture
        clients[client].downloadAt = .distantFuture
        if clients[client].closesAfterAnswer {
            endAnswering(client)
            return
        }
        let hasBuffer = clients[client].input.rejoin(pool: pool)
        enterIdle(client)
        if clients[client].isLeaving {
            sayFarewell(client)
        }
        guard hasBuffer else {
            // No buffer for a pipelined request's beginning: the house is full of others.
            metrics.countNews(.buffersExhausted)
            closeClient(client)
            return
        }
        if !clients[client].input.isEmpty {
            clientHasInput(client)
        }
    }

    /// The last answer of a connection is out. What the client may still be sending is read for a
    /// while, since closing with unread bytes would reset the answer away.
    private mutating func endAnswering(_ client: UInt32) {
        let isQuiet = clients[client].input.isEmpty && !clients[client].input.hasStash
        if clients[client].hasEnded || (isQuiet && !clients[client].isUploadCutShort) {
            closeClient(client)
            return
        }
        operations.append(.endSending(clients[client].descriptor))
        clients[client].phase = .lingering
        clients[client].phaseAt = now.advanced(
            byNanoseconds: listeners[Int(clients[client].listener)].plan.lingerNanoseconds)
        clients[client].input.drop(pool: pool)
        armClient(client)
        rearmTimer(ofClient: client)
    }

    /// Closes a client's connection; whatever is outstanding is cancelled first.
    mutating func closeClient(_ client: UInt32) {
        guard clients[client].phase != .closing else { return }
        precondition(
            clients[client].exchange == .max, "a connection was closed under its exchange")
        if clients[client].phase == .idle {
            idleClients.remove(client, from: clients)
        }
        leaveReading(client)
        clients[client].phase = .closing
        if clients[client].isReceiving {
            cancel(TokenKind.clientReceive, ofClient: client)
        }
        if clients[client].sending.isOut {
            cancel(TokenKind.clientSend, ofClient: client)
        }
        closeClientWhenQuiet(client)
    }

    private mutating func cancel(_ kind: UInt8, ofClient client: UInt32) {
        operations.append(
            .cancel(
                OperationToken(kind: kind, handle: clients.handle(at: client)),
                on: clients[client].descriptor))
    }

    mutating func closeClientWhenQuiet(_ client: UInt32) {
        guard !clients[client].isReceiving, !clients[client].sending.isOut else { return }
        clients[client].input.drop(pool: pool)
        clients[client].sending.drop(pool: pool)
        if clients[client].timer != .none {
            timers.cancel(clients[client].timer)
        }
        let descriptor = clients[client].descriptor
        operations.append(
            clients[client].closesByReset ? .reset(descriptor) : .close(descriptor))
        let listener = Int(clients[client].listener)
        listeners[listener].connections -= 1
        listeners[listener].plan.shared.leave()
        metrics.count(.connectionsClosed)
        clients.remove(client)
        if hasCrowd, clients.count < Self.crowd / 4 {
            hasCrowd = false
            watchMemory()
        }
    }

    /// Between requests: nothing is owned but the place in the table.
    mutating func enterIdle(_ client: UInt32) {
        clients[client].phase = .idle
        clients[client].idleSince = now
        clients[client].phaseAt = now.advanced(
            byNanoseconds: clients[client].requests == 0
                ? listeners[Int(clients[client].listener)].plan.headNanoseconds
                : listeners[Int(clients[client].listener)].plan.idleNanoseconds)
        idleClients.append(client, to: clients)
        armClient(client)
        rearmTimer(ofClient: client)
    }

    mutating func leaveIdle(_ client: UInt32) {
        idleClients.remove(client, from: clients)
    }
}
