import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

extension Worker {
    /// Refuses an exchange to protect its upstream or ourselves.
    mutating func shed(
        _ exchange: UInt32, _ reason: ShedReason, retryAfterNanoseconds: Int64 = 0
    ) {
        if reason == .breakerOpen, exchanges[exchange].breakerScope == nil {
            exchanges[exchange].breakerScope = .upstream
        }
        answer(exchange, .shed(reason), retryAfterNanoseconds: retryAfterNanoseconds)
    }

    /// Answers an exchange here, where nothing has gone to the client yet. Its attempt is over and
    /// its head consumed.
    mutating func answer(
        _ exchange: UInt32, _ reason: EndReason, retryAfterNanoseconds: Int64 = 0
    ) {
        if case .shed(let reason) = reason {
            // Before its permit goes back: what it was decided on is still as it was.
            explainShed(exchange, reason, retryAfterNanoseconds: retryAfterNanoseconds)
        }
        settle(exchange)
        let keepsAlive = endRequest(exchange)
        let requestID = exchanges[exchange].requestID
        var reply: ErrorReply
        switch reason {
        case .shed(let reason):
            reply = ErrorReply(
                reason, requestID: requestID, retryAfterNanoseconds: retryAfterNanoseconds)
        case .failed(let kind):
            reply = ErrorReply(kind, requestID: requestID)
        case .client(let fault):
            reply = ErrorReply(refused: fault.status, details: fault.label, requestID: requestID)
        case .none:
            preconditionFailure("an error was answered for no reason")
        }
        reply.scope = exchanges[exchange].breakerScope
        reply.address(to: exchanges[exchange].head, keepsAlive: keepsAlive)
        exchanges[exchange].reason = reason
        let block = takeAnswerBlock()
        guard !block.isNone else {
            dropUnanswered(exchange)
            return
        }
        var writer = blockWriter(block)
        reply.write(into: &writer, date: dates.text)
        sendLocalAnswer(exchange, status: reply.status, block, count: writer.count)
    }

    /// Answers with a route's fixed reply.
    mutating func answer(_ exchange: UInt32, with reply: FixedReply, _ rules: FieldRules) {
        let keepsAlive = endRequest(exchange)
        let head = exchanges[exchange].head
        let block = takeAnswerBlock()
        guard !block.isNone else {
            dropUnanswered(exchange)
            return
        }
        var writer = blockWriter(block)
        reply.write(
            minorVersion: head.minorVersion, keepsAlive: keepsAlive,
            isToHead: head.method == .head, requestID: exchanges[exchange].requestID,
            date: dates.text, rules: rules, into: &writer)
        precondition(
            !writer.overflowed, "a fixed reply fits a buffer: its configuration is checked")
        sendLocalAnswer(exchange, status: reply.status, block, count: writer.count)
    }

    /// Answers with a route's redirection.
    mutating func answer(
        _ exchange: UInt32, with redirection: Redirection, _ rules: FieldRules,
        _ bytes: UnsafeBufferPointer<UInt8>, _ path: UnsafeBufferPointer<UInt8>
    ) {
        let block = takeAnswerBlock()
        guard !block.isNone else {
            dropUnanswered(exchange)
            return
        }
        let head = exchanges[exchange].head
        // The answer is written before the head that it quotes is consumed.
        let keepsAlive =
            !clients[exchanges[exchange].client].closesAfterAnswer && !isDraining
            && exchanges[exchange].isRequestRead
        let isSecure = ForwardedFields.isSecure(
            clients[exchanges[exchange].client].peer, fields: parser.fields, bytes: bytes.span)
        var writer = blockWriter(block)
        redirection.write(
            head, bytes: bytes.span, path: path.span, isSecure: isSecure, keepsAlive: keepsAlive,
            requestID: exchanges[exchange].requestID, date: dates.text, rules: rules, into: &writer)
        consumeHead(exchange)
        _ = endRequest(exchange)
        if !keepsAlive {
            clients[exchanges[exchange].client].closesAfterAnswer = true
        }
        guard !writer.overflowed else {
            pool.give(block)
            answer(exchange, .client(.headMalformed))
            return
        }
        sendLocalAnswer(exchange, status: redirection.status, block, count: writer.count)
    }

    /// A buffer for an answer made here, with the date ready.
    private mutating func takeAnswerBlock() -> BufferIndex {
        dates.refresh(at: now)
        let block = pool.take()
        if block.isNone {
            metrics.countNews(.buffersExhausted)
        }
        return block
    }

    private mutating func sendLocalAnswer(
        _ exchange: UInt32, status: UInt16, _ block: BufferIndex, count: Int
    ) {
        let client = exchanges[exchange].client
        exchanges[exchange].status = status
        exchanges[exchange].waitAt = .distantFuture
        exchanges[exchange].deadline = .distantFuture
        exchanges[exchange].phase.handle(.answerComplete)
        countAnswering(exchange)
        guard clients[client].sending.hasRoom else {
            // Two interim answers that the client does not read are in the way.
            pool.give(block)
            dropUnanswered(exchange)
            return
        }
        sendAnswer(block, count: count, to: client)
    }

    private mutating func sendAnswer(_ block: BufferIndex, count: Int, to client: UInt32) {
        clients[client].sending.append(
            Piece(buffer: block, start: 0, count: Int32(count), isOwned: true))
        flushClient(client)
        armClient(client)
    }

    /// There is no buffer even for an error: the connection ends without an answer.
    private mutating func dropUnanswered(_ exchange: UInt32) {
        breakOff(exchange, exchanges[exchange].reason)
    }

    /// Decides what becomes of the connection of a request answered before all of it was read:
    /// what is here may complete it, else the connection ends after the answer.
    /// - Returns: whether the connection goes on.
    private mutating func endRequest(_ exchange: UInt32) -> Bool {
        let client = exchanges[exchange].client
        if !exchanges[exchange].isRequestRead, !clients[client].input.isEmpty {
            let bytes = clients[client].input.mutableBytes(pool: pool)
            var span = bytes.assumingMemoryBound(to: UInt8.self).mutableSpan
            let decoded = exchanges[exchange].requestBody.decode(&span)
            exchanges[exchange].isRequestRead = decoded.isComplete && decoded.error == nil
            clients[client].input.consume(decoded.consumed, pool: pool)
        }
        if !exchanges[exchange].isRequestRead {
            clients[client].isUploadCutShort = true
            clients[client].closesAfterAnswer = true
        }
        if !exchanges[exchange].head.keepsAlive || isDraining {
            clients[client].closesAfterAnswer = true
        }
        return !clients[client].closesAfterAnswer
    }

    /// Refuses a request that no upstream has to do with.
    mutating func refuse(_ exchange: UInt32, _ fault: ClientFault) {
        consumeHead(exchange)
        answer(exchange, .client(fault))
    }

    /// Answers a head that is not one: no exchange comes of it, and the connection ends.
    mutating func refuse(_ client: UInt32, _ error: RequestHeadError) {
        refuse(client, status: error.status, details: error.details, .headMalformed)
    }

    /// The head did not come whole in its time.
    mutating func refuseTimedOutHead(_ client: UInt32) {
        leaveReading(client)
        clients[client].phase = .exchanging
        refuse(client, status: 408, details: "head-timeout", .headTimeout)
    }

    private mutating func refuse(
        _ client: UInt32, status: UInt16, details: StaticString, _ fault: ClientFault
    ) {
        clients[client].phaseAt = .distantFuture
        clients[client].closesAfterAnswer = true
        clients[client].isUploadCutShort = true
        metrics.refused(status: status, fault)
        var refusal = HeadRefusal(
            status: status, fault: fault, details: details, requestID: RequestID(&random),
            headBytes: clients[client].input.heldBytes, sentBytes: 0, refusedAt: now)
        clients[client].input.drop(pool: pool)
        let block = takeAnswerBlock()
        guard !block.isNone else {
            accessLog.append(refusal, peer: clients[client].address)
            closeClient(client)
            return
        }
        let reply = ErrorReply(refused: status, details: details, requestID: refusal.requestID)
        var writer = blockWriter(block)
        reply.write(into: &writer, date: dates.text)
        refusal.sentBytes = writer.count
        accessLog.append(refusal, peer: clients[client].address)
        sendAnswer(block, count: writer.count, to: client)
    }

    /// The request's body breaks its framing: nothing after it can be trusted.
    mutating func requestMalformed(_ exchange: UInt32) {
        abandonUpload(exchange, .bodyMalformed)
    }

    /// The client ended in the middle of its request's body.
    mutating func requestBrokenOff(_ exchange: UInt32) {
        abandonUpload(exchange, .bodyMalformed)
    }

    mutating func requestTooLong(_ exchange: UInt32) {
        abandonUpload(exchange, .bodyTooLong)
    }

    /// Ends an exchange whose request will not be whole: the upstream's connection is reset, so
    /// that it does not take the part for the whole; the client is told, if it still can be.
    mutating func abandonUpload(_ exchange: UInt32, _ fault: ClientFault) {
        guard exchanges[exchange].phase != .answered else {
            // The whole answer is on its way: it did not need the rest, nor does the connection.
            let client = exchanges[exchange].client
            clients[client].uploadAt = .distantFuture
            clients[client].closesAfterAnswer = true
            rearmTimer(ofClient: client)
            return
        }
        guard !exchanges[exchange].hasAnswerBegun else {
            breakOff(exchange, .client(fault))
            return
        }
        leaveQueue(exchange)
        exchanges[exchange].answerKeepsServer = false
        endAttempt(exchange, .ignored)
        clients[exchanges[exchange].client].input.drop(pool: pool)
        answer(exchange, .client(fault))
    }
}
