import Glibc
import PlimsollCore
import PlimsollHTTP
import PlimsollIO

extension Worker {
    /// A client's end of stream this soon after its request is one that has finished speaking and
    /// still listens; a later one is a client that left. TCP cannot tell them apart
    /// (docs/decisions/0002).
    static var halfCloseNanoseconds: Int64 { 50_000_000 }

    /// Asks for the client's next bytes, unless that is under way or makes no sense now.
    mutating func armClient(_ client: UInt32) {
        guard !clients[client].isReceiving, !clients[client].hasEnded,
            clients[client].phase != .closing, clients[client].input.isEmpty,
            !clients[client].input.hasStash || clients[client].phase == .receivingHead
        else { return }
        clients[client].isReceiving = true
        operations.append(
            .receive(
                clients[client].descriptor,
                OperationToken(kind: TokenKind.clientReceive, handle: clients.handle(at: client))))
    }

    mutating func clientReceived(_ client: UInt32, _ result: Int32, _ buffer: BufferIndex) {
        clients[client].isReceiving = false
        guard result > 0, clients[client].phase != .closing else {
            if !buffer.isNone {
                pool.give(buffer)
            }
            if clients[client].phase == .closing {
                closeClientWhenQuiet(client)
            } else if result == 0 {
                clientEnded(client)
            } else {
                clientFailed(client)
            }
            return
        }
        metrics.add(.clientBytesReceived, Int(result))
        clients[client].input.receive(buffer, count: result, pool: pool)
        clientHasInput(client)
    }

    /// Uses what the client sent, as far as its exchange lets it.
    mutating func clientHasInput(_ client: UInt32) {
        switch clients[client].phase {
        case .idle:
            leaveIdle(client)
            readHead(client)
        case .receivingHead:
            readHead(client)
        case .exchanging:
            let exchange = clients[client].exchange
            guard exchange != .max else { return }
            exchanges[exchange].upload.moved(Int(clients[client].input.count), now: now)
            clients[client].uploadAt = .distantFuture
            relayRequest(exchange)
        case .lingering:
            clients[client].input.drop(pool: pool)
            armClient(client)
        case .closing:
            clients[client].input.drop(pool: pool)
        }
    }

    /// Tries to read a whole head from the input and begins the exchange.
    mutating func readHead(_ client: UInt32) {
        let listener = Int(clients[client].listener)
        let bytes = clients[client].input.bytes(pool: pool)
        let span = bytes.assumingMemoryBound(to: UInt8.self).span
        var scanned = clients[client].input.scanned
        let limits = listeners[listener].plan.limits
        let parsed = parser.parseRequest(span, scanned: &scanned, limits: limits)
        switch parsed {
        case .complete where parser.fields.count > listeners[listener].plan.fieldsMaximum:
            refuseHead(client, .tooManyFields)
        case .complete(let head):
            leaveReading(client)
            clients[client].requests &+= 1
            clients[client].phase = .exchanging
            clients[client].phaseAt = .distantFuture
            clients[client].requestEndedAt = now
            begin(client, head)
        case .incomplete:
            if clients[client].phase == .idle {
                clients[client].phase = .receivingHead
                tally.reading += 1
                clients[client].phaseAt = now.advanced(
                    byNanoseconds: listeners[listener].plan.headNanoseconds)
            }
            clients[client].input.stash(pool: pool)
            clients[client].input.scanned = scanned
            armClient(client)
            rearmTimer(ofClient: client)
        case .refused(let error):
            refuseHead(client, error)
        }
    }

    /// The head is here, or will not be.
    @inline(__always)
    mutating func leaveReading(_ client: UInt32) {
        if clients[client].phase == .receivingHead {
            tally.reading -= 1
        }
    }

    private mutating func refuseHead(_ client: UInt32, _ error: RequestHeadError) {
        leaveReading(client)
        clients[client].requests &+= 1
        clients[client].phase = .exchanging
        clients[client].phaseAt = .distantFuture
        refuse(client, error)
    }

    /// The client will send nothing more.
    private mutating func clientEnded(_ client: UInt32) {
        clients[client].hasEnded = true
        switch clients[client].phase {
        case .idle, .receivingHead, .lingering:
            closeClient(client)
        case .exchanging:
            let exchange = clients[client].exchange
            guard exchange != .max else {
                clients[client].closesAfterAnswer = true
                return
            }
            if exchanges[exchange].phase == .tunnelling {
                clientEndedTunnel(exchange)
            } else if !exchanges[exchange].isRequestRead {
                requestBrokenOff(exchange)
            } else if exchanges[exchange].phase == .answered
                || now.nanoseconds(since: clients[client].requestEndedAt)
                    <= Self.halfCloseNanoseconds
            {
                clients[client].closesAfterAnswer = true
            } else {
                breakOff(exchange, .client(.left))
            }
        case .closing:
            closeClientWhenQuiet(client)
        }
    }

    /// The client's connection is broken: reset, or worse.
    mutating func clientFailed(_ client: UInt32) {
        clients[client].hasEnded = true
        let exchange = clients[client].exchange
        if exchange != .max {
            breakOff(exchange, .client(.left))
        } else if clients[client].phase != .closing {
            closeClient(client)
        }
    }
}
