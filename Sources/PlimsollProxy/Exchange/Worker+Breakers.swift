import PlimsollCore
import PlimsollHTTP
import PlimsollIO
import PlimsollPolicy

/// Breakers at three scopes: a request must pass its route's, if that has one, its upstream's, and
/// its endpoint's. What was passed is given back with the attempt's outcome or without one.
extension Worker {
    /// The breaker of the exchange's route; nil when it has none. Lent: the exchange's plan keeps
    /// it alive.
    private mutating func routeBreaker(_ exchange: UInt32) -> Unmanaged<BreakerBoard>? {
        guard exchanges[exchange].hasRouteBreaker else { return nil }
        let route = exchanges[exchange].route
        return plans[exchanges[exchange].plan]._withUnsafeGuaranteedRef {
            $0.routes.lend(route)._withUnsafeGuaranteedRef { $0.lentBreaker }
        }
    }

    /// Refuses a request whose route's breaker refuses for certain: it would wait in vain.
    /// - Returns: whether the request may go on.
    mutating func mayPassRouteBreaker(_ exchange: UInt32) -> Bool {
        guard let board = routeBreaker(exchange) else { return true }
        let isPassable = board._withUnsafeGuaranteedRef { $0.isPassable(at: now) }
        guard !isPassable else { return true }
        let wait = board._withUnsafeGuaranteedRef { $0.retryAfterNanoseconds(at: now) }
        consumeHead(exchange)
        shed(exchange, .route, retryAfterNanoseconds: wait)
        return false
    }

    /// Asks the breakers of route and upstream to let an attempt through; sheds the exchange that
    /// they refuse.
    mutating func passesBreakers(_ exchange: UInt32) -> Bool {
        if let board = routeBreaker(exchange) {
            switch board._withUnsafeGuaranteedRef({ $0.pass(at: now) }) {
            case .pass(let pass):
                exchanges[exchange].routePass = pass
                exchanges[exchange].hasRoutePass = true
            case .refuse(let wait):
                shed(exchange, .route, retryAfterNanoseconds: wait)
                return false
            }
        }
        switch upstreams.pass(exchanges[exchange].upstream, now: now) {
        case .pass(let pass):
            exchanges[exchange].upstreamPass = pass
            return true
        case .refuse(let wait):
            recordToRoute(exchange, .ignored)
            shed(exchange, .upstream, retryAfterNanoseconds: wait)
            return false
        }
    }

    /// The breakers let an attempt through that did not come about.
    mutating func giveUpPasses(_ exchange: UInt32) {
        recordToRoute(exchange, .ignored)
        upstreams.giveUp(
            exchanges[exchange].upstreamPass, of: exchanges[exchange].upstream, worker: index,
            now: now)
    }

    /// Tells the route's breaker how an attempt ended.
    /// - Returns: what it means to upstream and endpoint. A 5xx on a route with a breaker is that
    ///   route's fault until the opposite is proven: others of the upstream go on.
    @discardableResult
    mutating func recordToRoute(_ exchange: UInt32, _ outcome: Outcome) -> Outcome {
        guard let board = routeBreaker(exchange) else { return outcome }
        // A hedge that takes the attempt's place has not asked it.
        if exchanges[exchange].hasRoutePass {
            exchanges[exchange].hasRoutePass = false
            let pass = exchanges[exchange].routePass
            board._withUnsafeGuaranteedRef {
                $0.record(outcome, for: pass, worker: index, at: now)
            }
        }
        return outcome == .failure(.serverError) ? .ignored : outcome
    }

    /// The route's breaker, if there is one, passes everything.
    mutating func isRouteBreakerClosed(_ exchange: UInt32) -> Bool {
        routeBreaker(exchange)?._withUnsafeGuaranteedRef { $0.isClosed } ?? true
    }

    /// Refuses an exchange because of an open breaker.
    mutating func shed(
        _ exchange: UInt32, _ scope: BreakerScope, retryAfterNanoseconds: Int64
    ) {
        exchanges[exchange].breakerScope = scope
        shed(exchange, .breakerOpen, retryAfterNanoseconds: retryAfterNanoseconds)
    }

    /// An upstream that asks to be left alone is: with a number of seconds in Retry-After of a 503
    /// or 429, its breakers put off probes. A date is by a clock that need not be ours.
    mutating func heedRetryAfter(_ exchange: UInt32, _ head: ResponseHead) {
        guard head.status == 503 || head.status == 429 else { return }
        let bytes = servers[exchanges[exchange].server].input.bytes(pool: pool)
        let span = bytes.assumingMemoryBound(to: UInt8.self).span
        guard let nanoseconds = PushBack.nanoseconds(fields: parser.fields, bytes: span),
            nanoseconds > 0, nanoseconds < .max
        else { return }
        if let board = routeBreaker(exchange) {
            board._withUnsafeGuaranteedRef { $0.postpone(byNanoseconds: nanoseconds, at: now) }
            return
        }
        upstreams.postpone(
            exchanges[exchange].upstream, exchanges[exchange].endpoint,
            byNanoseconds: nanoseconds, now: now)
    }
}
