import PlimsollCore

/// Leaves out endpoints that keep failing real requests or do much worse than their peers, for a
/// time that grows with each relapse, never more of them than a share of all, and never the last
/// one in use.
///
/// One for an upstream. Its table is made in `init`; nothing is allocated later.
public struct OutlierDetector: Sendable {
    private struct Record {
        var failuresInARow = 0
        /// Ejections in close succession.
        var ejections = 0
        var ejectedUntil: Instant?
    }

    private var records: [Record]
    private var settings: OutlierSettings

    /// - Parameter endpointCount: endpoints of the upstream; at least 1.
    public init(settings: OutlierSettings, endpointCount: Int) {
        precondition(endpointCount >= 1, "an upstream has an endpoint")
        self.settings = settings
        records = Array(repeating: Record(), count: endpointCount)
    }

    /// Most endpoints ejected at once.
    public var ejectedMaximum: Int {
        guard settings.shareMaximum > 0, records.count >= 2 else { return 0 }
        // Half a millionth, so that 0.29 of 100 endpoints are 29 although 0.29 * 100 is not.
        let share = Int(settings.shareMaximum * Double(records.count) + 0.000_000_5)
        return min(max(share, 1), records.count - 1)
    }

    /// A request to this endpoint succeeded.
    public mutating func recordSuccess(of endpoint: EndpointIndex) {
        records[Int(endpoint.rawValue)].failuresInARow = 0
    }

    /// Failures of this endpoint without a success between them.
    public func failuresInARow(of endpoint: EndpointIndex) -> Int {
        records[Int(endpoint.rawValue)].failuresInARow
    }

    /// A request to this endpoint failed.
    /// - Parameter inUse: endpoints that take requests now, this one included: not ejected, and
    ///   healthy by active checks.
    /// - Returns: until when the endpoint is ejected, if this failure does that. One that would be
    ///   but may not be is asked again at its next failure.
    public mutating func recordFailure(
        of endpoint: EndpointIndex, inUse: Int, at now: Instant
    ) -> Instant? {
        let index = Int(endpoint.rawValue)
        // Requests that were under way when it was ejected prove nothing new.
        guard settings.isEnforced && !isEjected(endpoint, at: now) else { return nil }
        records[index].failuresInARow += 1
        guard records[index].failuresInARow >= settings.consecutiveFailures else { return nil }
        guard inUse >= 2 && ejectedCount(at: now) < ejectedMaximum else { return nil }
        return eject(index, at: now)
    }

    /// Compares all endpoints by what they did since the last comparison.
    /// - Parameter samples: one for each endpoint.
    /// - Returns: who is ejected by it, until when, and why.
    public mutating func compare(
        _ samples: [PeerSample], at now: Instant
    ) -> [(endpoint: EndpointIndex, until: Instant, cause: EjectionCause)] {
        precondition(samples.count == records.count, "each endpoint has a sample")
        guard settings.isEnforced else { return [] }
        var inUse = samples.count { $0.isInUse }
        var ejected: [(endpoint: EndpointIndex, until: Instant, cause: EjectionCause)] = []
        for outlier in PeerComparison(settings: settings).outliers(samples) {
            guard inUse >= 2 && ejectedCount(at: now) < ejectedMaximum else { break }
            let endpoint = EndpointIndex(rawValue: UInt16(outlier.position))
            guard !isEjected(endpoint, at: now) else { continue }
            ejected.append((endpoint, eject(outlier.position, at: now), outlier.cause))
            inUse -= 1
        }
        return ejected
    }

    /// Whether the endpoint is left out. It is back from the very end of its ejection on.
    public func isEjected(_ endpoint: EndpointIndex, at now: Instant) -> Bool {
        guard let until = records[Int(endpoint.rawValue)].ejectedUntil else { return false }
        return now < until
    }

    /// Until when the endpoint is left out; nil: it is not.
    public func ejectedUntil(_ endpoint: EndpointIndex, at now: Instant) -> Instant? {
        isEjected(endpoint, at: now) ? records[Int(endpoint.rawValue)].ejectedUntil : nil
    }

    /// Endpoints left out now.
    public func ejectedCount(at now: Instant) -> Int {
        var count = 0
        for record in records {
            if let until = record.ejectedUntil, now < until { count += 1 }
        }
        return count
    }

    /// Takes new settings; who is out stays out as long as was said.
    public mutating func reconfigure(_ settings: OutlierSettings) {
        self.settings = settings
    }

    private mutating func eject(_ index: Int, at now: Instant) -> Instant {
        let longest = settings.ejectionMaximum.wholeNanoseconds
        // Whoever stayed in for as long as the longest ejection begins anew.
        if let until = records[index].ejectedUntil, now.nanoseconds(since: until) >= longest {
            records[index].ejections = 0
        }
        records[index].ejections += 1
        let (grown, overflow) = settings.ejection.wholeNanoseconds.multipliedReportingOverflow(
            by: Int64(records[index].ejections))
        let until = now.advanced(byNanoseconds: overflow ? longest : min(grown, longest))
        records[index].ejectedUntil = until
        records[index].failuresInARow = 0
        return until
    }
}
