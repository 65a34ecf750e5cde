import PlimsollCore
import PlimsollHTTP
import PlimsollIO

extension Worker {
    /// Passes on what the client has sent of its request's body, as far as the upstream's
    /// connection has room; asks for more when it has.
    mutating func relayRequest(_ exchange: UInt32) {
        let client = exchanges[exchange].client
        let server = exchanges[exchange].server
        if exchanges[exchange].phase == .tunnelling {
            relayTunnel(exchange)
            return
        }
        guard !exchanges[exchange].isRequestRead else {
            // A pipelined request's bytes stay where they are; else watch for the client's leaving.
            armClient(client)
            return
        }
        guard server != .max, exchanges[exchange].phase != .answered,
            exchanges[exchange].phase != .connecting, !servers[server].hasStoppedReading
        else { return }
        while !exchanges[exchange].isRequestRead, servers[server].sending.hasRoom {
            guard !clients[client].input.isEmpty else {
                waitForUpload(exchange)
                break
            }
            guard relayRequestPiece(exchange) else { return }
        }
        flushServer(server)
        if exchanges[exchange].isRequestRead {
            requestRead(exchange)
        } else if exchanges[exchange].phase == .awaitingAnswer {
            if !servers[server].sending.hasRoom || isContinueAwaited(exchange) {
                startAnswerWait(exchange)
            } else {
                exchanges[exchange].waitAt = .distantFuture
            }
        }
    }

    /// Whether the client holds its body back until the upstream has asked for it.
    mutating func isContinueAwaited(_ exchange: UInt32) -> Bool {
        exchanges[exchange].head.expectsContinue && !exchanges[exchange].hasContinued
            && !exchanges[exchange].isRequestSpent
    }

    /// All of the request has been read.
    mutating func requestRead(_ exchange: UInt32) {
        let client = exchanges[exchange].client
        exchanges[exchange].isRequestRead = true
        clients[client].requestEndedAt = now
        clients[client].uploadAt = .distantFuture
        if exchanges[exchange].phase == .awaitingAnswer {
            startAnswerWait(exchange)
        }
        armClient(client)
    }

    /// Decodes what is in the client's input and queues it for the upstream as one piece.
    /// - Returns: false when the exchange has come to its end over it.
    private mutating func relayRequestPiece(_ exchange: UInt32) -> Bool {
        let client = exchanges[exchange].client
        let server = exchanges[exchange].server
        let bytes = clients[client].input.mutableBytes(pool: pool)
        var span = bytes.assumingMemoryBound(to: UInt8.self).mutableSpan
        let decoded = exchanges[exchange].requestBody.decode(&span)
        guard decoded.error == nil else {
            requestMalformed(exchange)
            return false
        }
        exchanges[exchange].receivedBytes += Int64(decoded.data.count)
        if isBodyTooLong(exchange) {
            requestTooLong(exchange)
            return false
        }
        exchanges[exchange].isRequestRead = decoded.isComplete
        let start = clients[client].input.start
        guard decoded.data.count > 0 || decoded.isComplete else {
            clients[client].input.consume(decoded.consumed, pool: pool)
            return true
        }
        exchanges[exchange].isRequestSpent = true
        if decoded.data.count == 0 && exchanges[exchange].requestFraming != .chunked {
            clients[client].input.consume(decoded.consumed, pool: pool)
            return true
        }
        let buffer = clients[client].input.detach(decoded.consumed, pool: pool)
        let framed = frame(
            buffer, start: start + decoded.data.start, count: decoded.data.count,
            as: exchanges[exchange].requestFraming, isLast: decoded.isComplete,
            trailers: exchanges[exchange].requestBody.trailers)
        servers[server].sending.append(framed)
        return true
    }

    /// Asks the client for more of its body, and has it watched.
    mutating func waitForUpload(_ exchange: UInt32) {
        let client = exchanges[exchange].client
        let listener = Int(clients[client].listener)
        armClient(client)
        guard !isContinueAwaited(exchange) else { return }
        clients[client].uploadAt = exchanges[exchange].upload.waits(
            now: now, idleNanoseconds: listeners[listener].plan.bodyIdleNanoseconds,
            minimumRate: listeners[listener].plan.minimumRate)
        rearmTimer(ofClient: client)
    }

    /// Puts a piece's framing around it where it lies.
    mutating func frame(
        _ buffer: BufferIndex, start: Int32, count: Int32, as framing: OutgoingFraming,
        isLast: Bool, trailers: [UInt8]
    ) -> Piece {
        guard framing == .chunked else {
            return Piece(buffer: buffer, start: start, count: count, isOwned: true)
        }
        let data = pool.data(buffer)
        var first = start
        var end = start + count
        if count > 0 {
            first -= Int32(
                ChunkFraming.writeSizeLine(count: Int(count), endingAt: data + Int(start)))
            end += Int32(ChunkFraming.writeChunkEnd(at: data + Int(end)))
        }
        if isLast {
            var writer = ByteWriter(
                UnsafeMutableRawBufferPointer(
                    start: data + Int(end), count: BufferPool.tailroomBytes))
            ChunkFraming.appendBodyEnd(trailers: trailers, to: &writer)
            end += Int32(writer.count)
        }
        return Piece(buffer: buffer, start: first, count: end - first, isOwned: true)
    }

    private mutating func isBodyTooLong(_ exchange: UInt32) -> Bool {
        let listener = Int(clients[exchanges[exchange].client].listener)
        return exchanges[exchange].receivedBytes > listeners[listener].plan.bodyBytesMaximum
    }
}
