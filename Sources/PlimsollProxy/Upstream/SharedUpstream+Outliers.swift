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
            let inUse = pool.endpoints.count { $0.isWell(at: now) }
            // A row that its peers are likely to have as well is not this endpoint's doing.
            let isRemarkable = isRunRemarkable(
                length: pool.outliers.failuresInARow(of: place) + 1, at: now)
            if let until = pool.outliers.recordFailure(
                of: place, inUse: isRemarkable ? inUse : 0, at: now)
            {
                endpoint.eject(until: until, .consecutiveFailures)
                Self.updatePanic(pool, at: now)
            }
            // It may be out now, for this reason or because its breaker has opened.
            lowerLimit(pool, at: now)
        }
    }

    /// Whether so many failures in a row are more than chance makes of what the upstream's breaker
    /// has counted. Without a breaker nobody counts, and every row is.
    private func isRunRemarkable(length: Int, at now: Instant) -> Bool {
        guard length >= Self.runMinimum else { return true }
        let counted = breaker.snapshot(at: now)
        return FailureRun.isBeyondChance(
            length: length, failures: counted.failures, requests: counted.requests)
    }

    /// Shorter rows eject nobody by default; the breaker's lock is not asked for them.
    private static var runMinimum: Int { OutlierSettings.standard.consecutiveFailures }

    /// Ejects endpoints that do much worse than their peers, when it is time to compare them.
    func compareEndpoints(at now: Instant) {
        pool.withLock { pool in
            guard pool.endpoints.count > 1,
                now
                    >= pool.comparedAt.advanced(
                        byNanoseconds: pool.compareEveryNanoseconds)
            else { return }
            pool.comparedAt = now
            let samples = pool.endpoints.map { $0.takeSample(at: now) }
            for ejected in pool.outliers.compare(samples, at: now) {
                pool.endpoints[Int(ejected.endpoint.rawValue)].eject(
                    until: ejected.until, ejected.cause)
            }
        }
    }

    /// Uses all endpoints while hardly one is fit.
    static func updatePanic(_ pool: borrowing Pool, at now: Instant) {
        let fit = pool.endpoints.count { $0.isWell(at: now) }
        let isPanic = pool.fitness.isPanic(fit: fit, of: pool.endpoints.count)
        for endpoint in pool.endpoints where endpoint.isPanicking != isPanic {
            endpoint.setPanic(isPanic)
        }
    }

    /// Whether all endpoints are used since hardly one is fit.
    public var isPanicking: Bool {
        pool.withLock { pool in pool.endpoints.contains { $0.isPanicking } }
    }
}
