import PlimsollCore

/// A breaker's settings in the units it computes in: nanoseconds and whole millionths, so that
/// 7 of 10 are 0.7 exactly.
struct BreakerLimits: Sendable {
    let windowNanoseconds: Int64
    let probeTimeoutNanoseconds: Int64
    let backoff: Backoff
    let rampNanoseconds: Int64
    let retryAfterMaximumNanoseconds: Int64
    private let slowNanoseconds: Int64?
    private let minimumRequests: Int
    private let rampMinimumRequests: Int
    private let consecutiveFailures: Int
    private let failureMillionths: Int
    private let slowMillionths: Int

    /// No setting is longer; only what an operator keeps open is.
    static let openingMaximumNanoseconds: Int64 = SettingsCheck.waitMaximum.wholeNanoseconds

    init(_ settings: BreakerSettings) {
        windowNanoseconds = settings.window.wholeNanoseconds
        probeTimeoutNanoseconds = settings.probeTimeout.wholeNanoseconds
        backoff = Backoff(first: settings.openFor, maximum: settings.openForMaximum)
        rampNanoseconds = settings.ramp.wholeNanoseconds
        retryAfterMaximumNanoseconds = settings.retryAfterMaximum.wholeNanoseconds
        slowNanoseconds = settings.slowCall?.wholeNanoseconds
        minimumRequests = settings.minimumRequests
        rampMinimumRequests = min(settings.minimumRequests, 2 * settings.probes)
        consecutiveFailures = settings.consecutiveFailures ?? .max
        failureMillionths = Self.millionths(settings.failureRatio)
        slowMillionths = Self.millionths(settings.slowRatio)
    }

    func isSlow(_ nanoseconds: Int64) -> Bool {
        guard let slowNanoseconds else { return false }
        return nanoseconds >= slowNanoseconds
    }

    /// Why a breaker with this window opens after a failure; nil: it does not.
    /// - Parameter isRamping: twice the probes are volume enough.
    func failureTrip(
        _ counts: OutcomeWindow.Counts, consecutiveFailures row: Int, isRamping: Bool
    ) -> TripReason? {
        if row >= consecutiveFailures,
            FailureRun.isBeyondChance(
                length: row, failures: counts.failures, requests: counts.requests)
        {
            return .consecutiveFailures(row)
        }
        guard reaches(failureMillionths, counts.failures, of: counts.requests, isRamping) else {
            return nil
        }
        return .failureRatio(failures: counts.failures, requests: counts.requests)
    }

    /// Why a breaker with this window opens after a slow success; nil: it does not.
    func slowTrip(_ counts: OutcomeWindow.Counts, isRamping: Bool) -> TripReason? {
        guard reaches(slowMillionths, counts.slow, of: counts.requests, isRamping) else {
            return nil
        }
        return .slowRatio(slow: counts.slow, requests: counts.requests)
    }

    private func reaches(
        _ millionths: Int, _ part: Int, of requests: Int, _ isRamping: Bool
    ) -> Bool {
        requests >= (isRamping ? rampMinimumRequests : minimumRequests)
            && part * 1_000_000 >= requests * millionths
    }

    /// A ratio below a millionth still needs one.
    private static func millionths(_ ratio: Double) -> Int {
        max(1, Int((ratio * 1_000_000).rounded()))
    }
}
