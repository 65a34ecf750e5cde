import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

extension Worker {
    /// Ends the attempt under way, and its hedge: tells the breakers, the balancer and the metrics
    /// how it went, and gives its connection back or closes it. Without an attempt it does nothing.
    mutating func endAttempt(_ exchange: UInt32, _ outcome: Outcome) {
        guard exchanges[exchange].hasAttempt else { return }
        dropHedge(exchange, .ignored)
        exchanges[exchange].hedgeAt = .distantFuture
        exchanges[exchange].hasAttempt = false
        answerHeard(exchange, isAnswer: outcome.isAnswer)
        upstreams.record(
            recordToRoute(exchange, outcome), upstream: exchanges[exchange].upstream,
            pass: exchanges[exchange].upstreamPass, endpoint: exchanges[exchange].endpoint,
            endpointPass: exchanges[exchange].endpointPass, worker: index, now: now)
        upstreams.sample(
            outcome, of: exchanges[exchange].upstream, status: exchanges[exchange].status,
            hasWaited: exchanges[exchange].queuedAt != .distantFuture, now: now, ended: &ended)
        if !ended.isEmpty {
            tellEnded(of: exchanges[exchange].upstream)
        }
        let server = exchanges[exchange].server
        guard server != .max else { return }
        exchanges[exchange].server = .max
        let block = exchanges[exchange].block
        if servers[server].sending.isOut && servers[server].sending.borrows(block) {
            // The kernel may still read the head: it goes with the connection.
            exchanges[exchange].block = copy(
                block, start: exchanges[exchange].blockStart, count: exchanges[exchange].blockCount,
                noted: exchanges[exchange].targetCount + exchanges[exchange].hostCount)
            servers[server].sending.own(block)
        } else if !servers[server].sending.isOut {
            servers[server].sending.drop(pool: pool)
        }
        if !exchanges[exchange].isRequestRead {
            servers[server].closesByReset = true
        }
        releaseServer(
            server,
            keeps: exchanges[exchange].answerKeepsServer && exchanges[exchange].isRequestRead)
    }

    /// The endpoint has answered, or will not be waited for any longer.
    mutating func answerHeard(_ exchange: UInt32, isAnswer: Bool) {
        guard exchanges[exchange].isAnswerAwaited else { return }
        exchanges[exchange].isAnswerAwaited = false
        upstreams.answerHeard(
            from: exchanges[exchange].endpoint, isAnswer: isAnswer, worker: index)
    }

    /// A copy of what is in a block, or none when there is no buffer: then nothing can be sent
    /// again, which whoever asks for another attempt checks.
    private mutating func copy(
        _ block: BufferIndex, start: Int32, count: Int32, noted: Int32
    ) -> BufferIndex {
        let fresh = pool.take()
        guard !fresh.isNone else { return .none }
        (pool.data(fresh) + Int(start)).copyMemory(
            from: pool.data(block) + Int(start), byteCount: Int(count))
        // What the access log will say lies there, too.
        (pool.data(fresh) - BufferPool.headroomBytes).copyMemory(
            from: pool.data(block) - BufferPool.headroomBytes, byteCount: Int(noted))
        return fresh
    }

    /// Gives back the request's head, which no attempt needs any more, unless the access log has
    /// its notes there. A slow reader of the answer holds a buffer less.
    mutating func dropRequestHead(_ exchange: UInt32) {
        guard !accessLog.isEnabled, !exchanges[exchange].block.isNone else { return }
        pool.give(exchanges[exchange].block)
        exchanges[exchange].block = .none
    }

    /// Ends the exchange's stay in the house: its permit goes back, or to the next in the queue.
    /// Every exchange that was admitted comes through here exactly once.
    mutating func settle(_ exchange: UInt32) {
        precondition(!exchanges[exchange].hasAttempt, "an exchange settled during an attempt")
        guard let permit = exchanges[exchange].permit.take() else { return }
        release(permit)
    }

    /// Gives a permit back; the tickets that it ends are told.
    mutating func release(_ permit: consuming Permit) {
        let upstream = permit.upstream
        upstreams.release(permit, now: now, ended: &ended)
        if !ended.isEmpty {
            tellEnded(of: upstream)
        }
    }

    /// Tells the loops of the tickets in ``ended`` what became of them, and empties the list.
    mutating func tellEnded(of upstream: UpstreamIndex) {
        for position in ended.indices {
            let news = TicketNews(upstream: upstream, ended: ended[position])
            if news.ended.ticket.worker == index {
                self.news.append(news)
            } else {
                directory.mailbox(of: news.ended.ticket.worker).post(.ticketEnded(news))
            }
        }
        ended.removeAll(keepingCapacity: true)
    }

    /// The client's connection has sent the whole answer.
    mutating func delivered(_ exchange: UInt32) {
        let client = exchanges[exchange].client
        exchanges[exchange].phase.handle(.delivered)
        retire(exchange)
        answerDelivered(client)
    }

    /// Gives up on the exchange: there is nobody to answer, or the answer has already begun.
    mutating func breakOff(_ exchange: UInt32, _ reason: EndReason) {
        let client = exchanges[exchange].client
        let isCutShort =
            exchanges[exchange].phase == .relaying || exchanges[exchange].phase == .tunnelling
            || !clients[client].sending.isEmpty
        leaveQueue(exchange)
        exchanges[exchange].answerKeepsServer = false
        endAttempt(exchange, reason.outcome)
        settle(exchange)
        exchanges[exchange].phase.handle(.brokenOff)
        exchanges[exchange].reason = reason
        retire(exchange)
        clients[client].exchange = .max
        // Only a reset says without doubt that the message is not whole.
        clients[client].closesByReset = isCutShort
        closeClient(client)
    }

    /// Counts and logs the exchange, and takes it out of the table.
    mutating func retire(_ exchange: UInt32) {
        observe(exchange)
        if !exchanges[exchange].block.isNone {
            pool.give(exchanges[exchange].block)
        }
        plans.leave(exchanges[exchange].plan)
        uncount(exchange)
        clients[exchanges[exchange].client].exchange = .max
        exchanges.remove(exchange)
    }
}
