import PlimsollCore
import PlimsollPolicy
import Synchronization

extension SharedUpstream {
    /// An attempt at this endpoint failed, or succeeded after failures.
    func recordForEjection(_ endpoint: SharedEndpoint, isFailure: Bool, at now: Instant) {
        guard isFailure || endpoint.hasFailures.load(ordering: .relaxed) else { return }
        pool.withLock { pool in
            guard let position = pool.endpoints.firstIndex(where: { $0 === endpoint }) else {
                return
            }
            let place = EndpointIndex(rawValue: UInt16(position))
            endpoint.hasFailures.store(isFailure, ordering: .relaxed)
            guard isFailure else {
                pool.outliers.recordSuccess(of: place)
                return
            }
            let inUse = pool.endpoints.count { $0.isInUse(at: now) }
            if let until = pool.outliers.recordFailure(of: place, inUse: inUse, at: now) {
                endpoint.eject(until: until)
            }
            // It may be out now, for this reason or because its breaker has opened.
            lowerLimit(pool, at: now)
        }
    }
}
