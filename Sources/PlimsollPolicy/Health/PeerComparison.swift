import PlimsollCore

/// What an endpoint did between two comparisons.
public struct PeerSample: Equatable, Sendable {
    public var successes: Int
    public var failures: Int
    /// Of successes, in nanoseconds.
    public var latencySum: Int
    /// Takes requests: healthy and not ejected. Others are not compared.
    public var isInUse: Bool

    public init(successes: Int, failures: Int, latencySum: Int, isInUse: Bool) {
        self.successes = successes
        self.failures = failures
        self.latencySum = latencySum
        self.isInUse = isInUse
    }

    var requests: Int { successes + failures }
    var failureShare: Double { Double(failures) / Double(max(1, requests)) }
    var meanNanoseconds: Double { Double(latencySum) / Double(max(1, successes)) }
}

/// Finds endpoints that are much worse than their peers: not by distance in standard deviations,
/// which one bad endpoint among few stretches itself, but each against what the others do together.
public struct PeerComparison: Sendable {
    private let settings: OutlierSettings

    /// Below this difference nobody is slow, whatever the factor: a tenth of a millisecond against
    /// half of one is noise.
    public static let slowMinimumNanoseconds: Double = 10_000_000

    public init(settings: OutlierSettings) {
        self.settings = settings
    }

    /// - Parameter samples: one for each endpoint.
    /// - Returns: positions of outliers and why, the worst first.
    public func outliers(_ samples: [PeerSample]) -> [(position: Int, cause: EjectionCause)] {
        let members = samples.indices.filter {
            samples[$0].isInUse && samples[$0].requests >= settings.minimumRequests
        }
        guard members.count >= settings.minimumEndpoints else { return [] }
        var failing: [(position: Int, excess: Double)] = []
        for member in members {
            let excess =
                samples[member].failureShare - peersFailureShare(samples, members, but: member)
            if excess >= settings.failureExcess { failing.append((member, excess)) }
        }
        failing.sort { $0.excess > $1.excess }
        let failed = Set(failing.map(\.position))
        var slow: [(position: Int, excess: Double)] = []
        for member in members where !failed.contains(member) && samples[member].successes > 0 {
            guard let median = peersMedian(samples, members, but: member) else { continue }
            let mean = samples[member].meanNanoseconds
            if mean >= median * Double(settings.slowFactor),
                mean - median >= Self.slowMinimumNanoseconds
            {
                slow.append((member, mean / max(1, median)))
            }
        }
        slow.sort { $0.excess > $1.excess }
        return failing.map { ($0.position, .failureExcess) } + slow.map { ($0.position, .slow) }
    }

    private func peersFailureShare(
        _ samples: [PeerSample], _ members: [Int], but one: Int
    ) -> Double {
        var failures = 0
        var requests = 0
        for member in members where member != one {
            failures += samples[member].failures
            requests += samples[member].requests
        }
        return Double(failures) / Double(max(1, requests))
    }

    private func peersMedian(
        _ samples: [PeerSample], _ members: [Int], but one: Int
    ) -> Double? {
        var means: [Double] = []
        for member in members where member != one && samples[member].successes > 0 {
            means.append(samples[member].meanNanoseconds)
        }
        means.sort()
        return means.isEmpty ? nil : means[means.count / 2]
    }
}
