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

    /// A ticket's turn has come: its exchange holds the permit from here on. An exchange that
    /// ended in the meantime passes it on.
    mutating func permitGranted(_ grant: Grant) {
        let ticket = grant.ticket
        let permit = Permit(upstream: grant.upstream)
        guard exchanges.contains(ticket.exchange),
            exchanges[ticket.exchange.index].phase == .queued
        else {
            grantsOwed -= 1
            release(permit)
            return
        }
        let exchange = ticket.exchange.index
        exchanges[exchange].permit = consume permit
        if exchanges[exchange].ticket == nil {
            // Its wait was over, but this permit was on its way already.
            grantsOwed -= 1
        }
        exchanges[exchange].ticket = nil
        exchanges[exchange].waitAt = .distantFuture
        exchanges[exchange].admittedAt = now
        exchanges[exchange].phase.handle(.permitGranted)
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
    /// - Returns: false when a permit is already on its way to it.
    @discardableResult
    mutating func leaveQueue(_ exchange: UInt32) -> Bool {
        guard exchanges[exchange].phase == .queued, let ticket = exchanges[exchange].ticket else {
            return true
        }
        exchanges[exchange].ticket = nil
        let isWithdrawn = upstreams.withdraw(exchanges[exchange].upstream, ticket)
        grantsOwed += isWithdrawn ? 0 : 1
        return isWithdrawn
    }
}
