import PlimsollCore
import PlimsollPolicy
import Synchronization

/// What breakers learn from others than requests.
extension SharedUpstream {
    /// Opens the breakers of endpoints that have stopped answering.
    func listenForSilence(at now: Instant) {
        pool.withLock { pool in
            for endpoint in pool.endpoints where endpoint.hasFallenSilent(at: now) {
                // An only endpoint has no breaker of its own.
                let board = pool.endpoints.count == 1 ? breaker : endpoint.breaker
                board.openForSilence(at: now)
            }
        }
    }

    /// An active check of an endpoint has found something: as long as one endpoint is well, so is
    /// the upstream.
    func hearChecks(at now: Instant) {
        let isWell = pool.withLock { pool in pool.endpoints.contains { !$0.isUnwell } }
        breaker.hear(isWell: isWell, at: now)
    }

    /// What an operator says about its breaker.
    func hold(_ hold: BreakerHold, at now: Instant) {
        breaker.hold(hold, at: now)
    }

    /// An answer of an endpoint asked to be left alone for so long.
    func postpone(_ endpoint: SharedEndpoint, byNanoseconds nanoseconds: Int64, at now: Instant) {
        endpoint.breaker.postpone(byNanoseconds: nanoseconds, at: now)
        breaker.postpone(byNanoseconds: nanoseconds, at: now)
    }
}
