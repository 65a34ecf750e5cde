import PlimsollCore
import PlimsollPolicy
import Synchronization

extension SharedUpstream {
    /// Whole retries that the budget would pay for now.
    public func retriesLeft(at now: Instant) -> Int {
        retryEconomy.withLock { $0.available(at: now) }
    }

    /// Takes one retry, after paying in the successes of the caller's loop.
    /// - Returns: nil when it may be made, else what stands against it.
    func takeRetry(
        _ request: RetryRequest, paying successes: Int, now: Instant
    ) -> RetryDenial? {
        let room = room
        return retryEconomy.withLock { economy in
            economy.deposit(successes: successes)
            return economy.take(request, room: room, at: now)
        }
    }

    /// Nothing is answered faster than this; 0 while that is unknown.
    var fastestNanoseconds: Int64 { fastLatencyNanoseconds.load(ordering: .relaxed) }

    /// A permit for a hedge, if one is free at this moment: a hedge never waits.
    func admitHedge() -> Bool {
        permits.takeIfFree()
    }

    private var room: UpstreamRoom {
        let counts = permits.counts
        return UpstreamRoom(
            inFlight: counts.inFlight, waiting: counts.waiting, limit: knownLimit,
            isBreakerClosed: breaker.isClosed)
    }

    /// The limit, unless it is the one that everybody begins with: that says nothing about what
    /// this upstream can carry.
    private var knownLimit: Int? {
        let limit = permits.limitNow
        guard limit != BulkheadSettings.standard.concurrency, limit < Self.unlimited else {
            return nil
        }
        return limit
    }
}
