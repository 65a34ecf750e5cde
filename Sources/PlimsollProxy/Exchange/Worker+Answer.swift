import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

extension Worker {
    /// Reads heads from the upstream's input: interim ones go on to the client, a final one
    /// begins the answer.
    mutating func readAnswer(_ exchange: UInt32) {
        let server = exchanges[exchange].server
        guard server != .max else { return }
        while exchanges[exchange].phase == .awaitingAnswer, !servers[server].input.isEmpty {
            let bytes = servers[server].input.bytes(pool: pool)
            let span = bytes.assumingMemoryBound(to: UInt8.self).span
            var scanned = servers[server].input.scanned
            let method = exchanges[exchange].head.method
            let parsed = parser.parseResponse(
                span, scanned: &scanned, method: method, limits: settings.answerLimits)
            switch parsed {
            case .incomplete:
                servers[server].input.stash(pool: pool)
                servers[server].input.scanned = scanned
                awaitAnswer(exchange)
                return
            case .refused:
                attemptFailed(exchange, .protocolError)
                return
            case .complete(let head):
                answerHeard(exchange, isAnswer: true)
                if head.status == 101 {
                    upgraded(exchange, head)
                    return
                }
                if head.status >= 200 {
                    beginAnswer(exchange, head)
                    return
                }
                guard relayInterim(exchange, head) else { return }
            }
        }
        if exchanges[exchange].phase == .awaitingAnswer {
            awaitAnswer(exchange)
        }
    }

    /// Asks for more of an answer's head. The upstream has its response timeout for it, which runs
    /// already unless an interim answer or a slow client stopped it.
    private mutating func awaitAnswer(_ exchange: UInt32) {
        armServer(exchanges[exchange].server)
        let client = exchanges[exchange].client
        if exchanges[exchange].waitAt == .distantFuture,
            exchanges[exchange].isRequestRead || clients[client].uploadAt == .distantFuture
        {
            startAnswerWait(exchange)
        }
    }

    /// Whether the client's connection can take another piece. If not, it is the client that is
    /// waited for; `clientSent` reads the answer's head again.
    mutating func hasRoomForHead(_ exchange: UInt32) -> Bool {
        if clients[exchanges[exchange].client].sending.hasRoom { return true }
        servers[exchanges[exchange].server].input.scanned = 0
        exchanges[exchange].waitAt = .distantFuture
        return false
    }

    /// Sends an interim answer on to a client that can understand it.
    /// - Returns: false when the client's connection has no room yet; reading goes on once it has.
    private mutating func relayInterim(_ exchange: UInt32, _ head: ResponseHead) -> Bool {
        let client = exchanges[exchange].client
        let server = exchanges[exchange].server
        guard exchanges[exchange].head.minorVersion >= 1 else {
            servers[server].input.consume(head.headBytes, pool: pool)
            return true
        }
        guard hasRoomForHead(exchange) else { return false }
        let block = pool.take()
        guard !block.isNone else {
            outOfBuffers(exchange)
            return false
        }
        var writer = blockWriter(block)
        writeAnswerHead(exchange, head, into: &writer)
        guard !writer.overflowed else {
            pool.give(block)
            attemptFailed(exchange, .protocolError)
            return false
        }
        let count = writer.count
        clients[client].sending.append(
            Piece(buffer: block, start: 0, count: Int32(count), isOwned: true))
        servers[server].input.consume(head.headBytes, pool: pool)
        flushClient(client)
        exchanges[exchange].waitAt = .distantFuture
        if head.status == 100, !exchanges[exchange].isRequestRead {
            exchanges[exchange].hasContinued = true
            if clients[client].input.isEmpty, servers[server].sending.hasRoom {
                waitForUpload(exchange)
            }
        }
        return true
    }

    /// The final answer's head is here: write our own for the client and begin its body.
    private mutating func beginAnswer(_ exchange: UInt32, _ head: ResponseHead) {
        let client = exchanges[exchange].client
        let server = exchanges[exchange].server
        exchanges[exchange].firstByteAt = now
        exchanges[exchange].status = head.status
        heedRetryAfter(exchange, head)
        if retriesAnswer(exchange, head) {
            return
        }
        guard hasRoomForHead(exchange) else { return }
        let block = pool.take()
        guard !block.isNone else {
            outOfBuffers(exchange)
            return
        }
        exchanges[exchange].answerBody = BodyDecoder(head.framing)
        exchanges[exchange].answerKeepsServer = head.keepsAlive
        let framing = OutgoingFraming(
            head.framing.passedOn(toMinorVersion: exchanges[exchange].head.minorVersion))
        exchanges[exchange].answerFraming = framing
        if !exchanges[exchange].isRequestRead || framing == .close || isDraining
            || !exchanges[exchange].head.keepsAlive
        {
            clients[client].closesAfterAnswer = true
        }
        var writer = blockWriter(block)
        writeAnswerHead(exchange, head, into: &writer)
        guard !writer.overflowed else {
            pool.give(block)
            attemptFailed(exchange, .protocolError)
            return
        }
        let headCount = writer.count
        servers[server].input.consume(head.headBytes, pool: pool)
        exchanges[exchange].phase.handle(.answerBegan)
        countAnswering(exchange)
        exchanges[exchange].hasAnswerBegun = true
        let count = headCount + copyShortBody(exchange, head.framing, behind: headCount, in: block)
        clients[client].sending.append(
            Piece(buffer: block, start: 0, count: Int32(count), isOwned: true))
        relayAnswer(exchange)
    }

    /// Copies a body that is already here whole, and short, behind its head: one send without a
    /// second slice, and the received buffer is free at once.
    /// - Returns: the bytes copied.
    private mutating func copyShortBody(
        _ exchange: UInt32, _ framing: BodyFraming, behind headCount: Int, in block: BufferIndex
    ) -> Int {
        let server = exchanges[exchange].server
        guard case .length(let length) = framing, length > 0,
            length <= Int64(Self.copiedBodyMaximum),
            Int(servers[server].input.count) >= Int(length),
            headCount + Int(length) <= Self.blockBytes
        else { return 0 }
        let count = Int(length)
        (pool.data(block) + headCount).copyMemory(
            from: pool.data(servers[server].input.buffer) + Int(servers[server].input.start),
            byteCount: count)
        servers[server].input.consume(count, pool: pool)
        exchanges[exchange].answerBody = BodyDecoder(.none)
        return count
    }

    /// Below this a copy is cheaper than a second slice in the send.
    static var copiedBodyMaximum: Int { 4096 }

    /// Passes on what came of the answer's body, as far as the client's connection has room, and
    /// asks for more.
    mutating func relayAnswer(_ exchange: UInt32) {
        let client = exchanges[exchange].client
        let server = exchanges[exchange].server
        while !exchanges[exchange].answerBody.isComplete, clients[client].sending.hasRoom {
            guard !servers[server].input.isEmpty else {
                armServer(server)
                startAnswerWait(exchange)
                break
            }
            guard relayAnswerPiece(exchange) else { return }
        }
        flushClient(client)
        if exchanges[exchange].answerBody.isComplete {
            answerComplete(exchange)
        }
    }

    private mutating func relayAnswerPiece(_ exchange: UInt32) -> Bool {
        let client = exchanges[exchange].client
        let server = exchanges[exchange].server
        let bytes = servers[server].input.mutableBytes(pool: pool)
        var span = bytes.assumingMemoryBound(to: UInt8.self).mutableSpan
        let decoded = exchanges[exchange].answerBody.decode(&span)
        guard decoded.error == nil else {
            breakOff(exchange, .failed(.protocolError))
            return false
        }
        let framing = exchanges[exchange].answerFraming
        guard decoded.data.count > 0 || (decoded.isComplete && framing == .chunked) else {
            servers[server].input.consume(decoded.consumed, pool: pool)
            return true
        }
        let start = servers[server].input.start
        if decoded.consumed < Int(servers[server].input.count) {
            // Surplus bytes after an answer never reach a client, nor does their connection.
            exchanges[exchange].answerKeepsServer = false
        }
        let buffer = servers[server].input.detach(decoded.consumed, pool: pool)
        clients[client].sending.append(
            frame(
                buffer, start: start + decoded.data.start, count: decoded.data.count, as: framing,
                isLast: decoded.isComplete,
                trailers: exchanges[exchange].answerBody.trailers))
        return true
    }

    /// The upstream closed or broke its connection in the middle of an answer.
    /// - Parameter isClean: it ended its stream; after a reset no body is whole, not even one that
    ///   lasts until the close.
    mutating func answerEnded(_ exchange: UInt32, isClean: Bool) {
        exchanges[exchange].answerKeepsServer = false
        guard isClean, exchanges[exchange].answerBody.endOfStream() else {
            breakOff(exchange, .failed(.resetDuringResponse))
            return
        }
        let client = exchanges[exchange].client
        if exchanges[exchange].answerFraming == .chunked {
            guard appendLastChunk(client) else {
                breakOff(exchange, .shed(.overloaded))
                return
            }
        }
        flushClient(client)
        answerComplete(exchange)
    }

    /// Ends a chunked answer whose upstream marked the end by closing.
    private mutating func appendLastChunk(_ client: UInt32) -> Bool {
        guard clients[client].sending.hasRoom else { return false }
        let block = pool.take()
        guard !block.isNone else { return false }
        var writer = blockWriter(block)
        ChunkFraming.appendBodyEnd(trailers: [], to: &writer)
        let count = writer.count
        clients[client].sending.append(
            Piece(buffer: block, start: 0, count: Int32(count), isOwned: true))
        return true
    }

    /// The whole answer is with the client's connection: the upstream has done its part.
    private mutating func answerComplete(_ exchange: UInt32) {
        let client = exchanges[exchange].client
        exchanges[exchange].phase.handle(.answerComplete)
        exchanges[exchange].waitAt = .distantFuture
        if !exchanges[exchange].isRequestRead {
            clients[client].isUploadCutShort = true
        }
        endAttempt(exchange, outcome(exchange))
        settle(exchange)
        dropRequestHead(exchange)
        if clients[client].sending.isEmpty {
            delivered(exchange)
        }
    }

    /// How an attempt went whose answer came whole.
    mutating func outcome(_ exchange: UInt32) -> Outcome {
        Outcome(
            status: exchanges[exchange].status,
            nanoseconds: exchanges[exchange].firstByteAt.nanoseconds(
                since: exchanges[exchange].attemptAt))
    }
}
