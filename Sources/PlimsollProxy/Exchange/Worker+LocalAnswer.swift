import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

extension Worker {
    /// Refuses an exchange to protect its upstream or ourselves.
    mutating func shed(
        _ exchange: UInt32, _ reason: ShedReason, retryAfterNanoseconds: Int64 = 0
    ) {
        settle(exchange)
        answer(exchange, .shed(reason), retryAfterNanoseconds: retryAfterNanoseconds)
    }

    /// Answers an exchange here, where nothing has gone to the client yet. Its attempt is over.
    mutating func answer(
        _ exchange: UInt32, _ reason: EndReason, retryAfterNanoseconds: Int64 = 0
    ) {
        settle(exchange)
        let client = exchanges[exchange].client
        let keeps = endRequest(exchange)
        let fact = LocalAnswer(
            reason: reason, requestID: exchanges[exchange].requestID,
            retryAfterNanoseconds: retryAfterNanoseconds, head: exchanges[exchange].head,
            closes: !keeps)
        exchanges[exchange].reason = reason
        exchanges[exchange].status = fact.status
        exchanges[exchange].firstByteAt = now
        exchanges[exchange].waitAt = .distantFuture
        exchanges[exchange].deadline = .distantFuture
        exchanges[exchange].phase.handle(.answerComplete)
        guard send(fact, to: client) else {
            exchanges[exchange].phase.handle(.brokenOff)
            retire(exchange)
            closeClient(client)
            return
        }
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

    /// Writes an answer of our own and sends it.
    /// - Returns: false when there is no buffer for it; nothing was sent.
    private mutating func send(_ answer: LocalAnswer, to client: UInt32) -> Bool {
        guard clients[client].sending.hasRoom else { return false }
        let block = pool.take()
        guard !block.isNone else {
            metrics.count(.buffersExhausted)
            return false
        }
        var writer = blockWriter(block)
        answer.write(into: &writer, date: currentDate())
        let count = writer.count
        clients[client].sending.append(
            Piece(buffer: block, start: 0, count: Int32(count), isOwned: true))
        flushClient(client)
        waitForReader(client)
        armClient(client)
        return true
    }

    /// Answers a head that is not one: no exchange comes of it, and the connection ends.
    mutating func refuse(_ client: UInt32, _ error: RequestHeadError) {
        refuse(client, status: error.status, details: error.details, .headMalformed)
    }

    /// The head did not come whole in its time.
    mutating func refuseTimedOutHead(_ client: UInt32) {
        clients[client].phase = .exchanging
        refuse(client, status: 408, details: "head-timeout", .headTimeout)
    }

    private mutating func refuse(
        _ client: UInt32, status: UInt16, details: StaticString, _ fault: ClientFault
    ) {
        clients[client].phaseAt = .distantFuture
        clients[client].closesAfterAnswer = true
        clients[client].isUploadCutShort = true
        let answer = LocalAnswer(
            refused: status, details: details, requestID: RequestID(&random))
        metrics.refused(status: status, fault)
        clients[client].input.drop(pool: pool)
        if !send(answer, to: client) {
            closeClient(client)
        }
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
