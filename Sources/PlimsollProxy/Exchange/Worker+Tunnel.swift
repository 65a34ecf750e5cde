import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

extension Worker {
    /// The upstream switched protocols: if the client asked for that, both sides now speak freely.
    mutating func upgraded(_ exchange: UInt32, _ head: ResponseHead) {
        let client = exchanges[exchange].client
        let server = exchanges[exchange].server
        guard exchanges[exchange].allowsUpgrade, head.upgrade != .none,
            exchanges[exchange].isRequestRead
        else {
            attemptFailed(exchange, .protocolError)
            return
        }
        guard hasRoomForHead(exchange) else { return }
        let block = pool.take()
        guard !block.isNone else {
            outOfBuffers(exchange)
            return
        }
        var writer = blockWriter(block)
        writeAnswerHead(exchange, head, into: &writer)
        guard !writer.overflowed else {
            pool.give(block)
            attemptFailed(exchange, .protocolError)
            return
        }
        let count = writer.count
        exchanges[exchange].firstByteAt = now
        exchanges[exchange].status = 101
        // The route's time is for an exchange; a tunnel lives as long as it is used.
        exchanges[exchange].deadline = .distantFuture
        servers[server].input.consume(head.headBytes, pool: pool)
        exchanges[exchange].phase.handle(.upgraded)
        countTunnelling(exchange)
        clients[client].closesAfterAnswer = true
        clients[client].sending.append(
            Piece(buffer: block, start: 0, count: Int32(count), isOwned: true))
        relayTunnel(exchange)
    }

    /// Moves what came from either side of a tunnel to the other, as far as there is room.
    mutating func relayTunnel(_ exchange: UInt32) {
        let client = exchanges[exchange].client
        let server = exchanges[exchange].server
        if !clients[client].input.isEmpty, servers[server].sending.hasRoom,
            !servers[server].hasStoppedReading
        {
            let piece = Self.wholePiece(&clients[client].input, pool)
            exchanges[exchange].receivedBytes += Int64(piece.count)
            servers[server].sending.append(piece)
        }
        if !servers[server].input.isEmpty, clients[client].sending.hasRoom {
            clients[client].sending.append(Self.wholePiece(&servers[server].input, pool))
        }
        flushClient(client)
        flushServer(server)
        if servers[server].sending.hasRoom {
            armClient(client)
        }
        if clients[client].sending.hasRoom {
            armServer(server)
        }
        exchanges[exchange].waitAt = now.advanced(
            byNanoseconds: listeners[Int(clients[client].listener)].plan.tunnelIdleNanoseconds)
        rearmTimer(ofClient: client)
        endTunnelWhenDone(exchange)
    }

    /// The client ends its half: the upstream is told once everything has gone out.
    mutating func clientEndedTunnel(_ exchange: UInt32) {
        endTunnelWhenDone(exchange)
    }

    /// The upstream ends its half.
    mutating func serverEndedTunnel(_ exchange: UInt32) {
        exchanges[exchange].hasServerEnded = true
        endTunnelWhenDone(exchange)
    }

    /// A tunnel whose one half has ended lives until the bytes still queued are delivered. Halves
    /// are not kept open on their own: WebSocket, the one protocol tunnelled, ends both.
    private mutating func endTunnelWhenDone(_ exchange: UInt32) {
        let client = exchanges[exchange].client
        let server = exchanges[exchange].server
        let isOver =
            (exchanges[exchange].hasServerEnded && clients[client].sending.isEmpty)
            || (clients[client].hasEnded && servers[server].sending.isEmpty)
        guard isOver else { return }
        exchanges[exchange].answerKeepsServer = false
        endAttempt(exchange, outcome(exchange))
        settle(exchange)
        exchanges[exchange].phase.handle(.brokenOff)
        retire(exchange)
        closeClient(client)
    }

    private static func wholePiece(_ input: inout InputBytes, _ pool: BufferPool) -> Piece {
        let start = input.start
        let count = input.count
        let buffer = input.detach(Int(count), pool: pool)
        return Piece(buffer: buffer, start: start, count: count, isOwned: true)
    }
}
