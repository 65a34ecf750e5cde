import PlimsollCore
import PlimsollIO
import PlimsollPolicy

extension Worker {
    mutating func wait(_ exchange: UInt32, for ticket: TicketID) {
        let upstream = exchanges[exchange].upstream
        exchanges[exchange].ticket = ticket
        if exchanges[exchange].queuedAt == .distantFuture {
            exchanges[exchange].queuedAt = now
        }
        exchanges[exchange].waitAt = exchanges[exchange].queuedAt.advanced(
            byNanoseconds: upstreams.queueNanoseconds(of: upstream))
        let client = exchanges[exchange].client
        rearmTimer(ofClient: client)
        armClient(client)
    }

    /// Keeps the permit and looks for a fit endpoint again in a moment: more are in flight on
    /// endpoints that just became unfit than the limit knew of.
    mutating func waitForEndpoint(_ exchange: UInt32) {
        let patience = upstreams.queueNanoseconds(of: exchanges[exchange].upstream)
        guard now.nanoseconds(since: exchanges[exchange].admittedAt) < patience else {
            shed(exchange, .noEndpoint, retryAfterNanoseconds: 1_000_000_000)
            return
        }
        exchanges[exchange].waitAt = now.advanced(byNanoseconds: Self.repickNanoseconds)
        let client = exchanges[exchange].client
        rearmTimer(ofClient: client)
        armClient(client)
    }

    private static var repickNanoseconds: Int64 { 2_000_000 }

    /// A ticket has left the queue, not by its exchange's doing.
    mutating func ticketEnded(_ news: TicketNews) {
        let handle = news.ended.ticket.exchange
        // An exchange that ended in the meantime has nothing to do with it any more.
        let isWanted = exchanges.contains(handle) && exchanges[handle.index].phase == .queued
        if !isWanted || exchanges[handle.index].ticket == nil {
            // Its wait was over, but this was on its way already.
            newsOwed -= 1
        }
        switch news.ended.end {
        case .granted:
            let permit = Permit(upstream: news.upstream)
            guard isWanted else {
                release(permit)
                return
            }
            permitGranted(handle.index, permit)
        case .dropped(let reason):
            guard isWanted else { return }
            exchanges[handle.index].ticket = nil
            answer(
                handle.index, .shed(reason),
                retryAfterNanoseconds: upstreams.drainNanoseconds(of: news.upstream, now: now))
        }
    }

    /// The exchange's turn has come: it holds the permit from here on.
    private mutating func permitGranted(_ exchange: UInt32, _ permit: consuming Permit) {
        exchanges[exchange].permit = consume permit
        exchanges[exchange].ticket = nil
        exchanges[exchange].waitAt = .distantFuture
        exchanges[exchange].admittedAt = now
        exchanges[exchange].phase.handle(.permitGranted)
        explainWait(exchange)
        attempt(exchange)
    }

    mutating func queueTimedOut(_ exchange: UInt32) {
        guard leaveQueue(exchange) else { return }
        answer(
            exchange, .shed(.queueTimeout),
            retryAfterNanoseconds: upstreams.drainNanoseconds(
                of: exchanges[exchange].upstream, now: now))
    }

    /// Gives up the exchange's ticket, if it holds one.
    /// - Returns: false when a permit, or the news of its end, is already on its way to it.
    @discardableResult
    mutating func leaveQueue(_ exchange: UInt32) -> Bool {
        guard exchanges[exchange].phase == .queued, let ticket = exchanges[exchange].ticket else {
            return true
        }
        exchanges[exchange].ticket = nil
        let isWithdrawn = upstreams.withdraw(
            exchanges[exchange].upstream, ticket, now: now)
        newsOwed += isWithdrawn ? 0 : 1
        return isWithdrawn
    }
}
