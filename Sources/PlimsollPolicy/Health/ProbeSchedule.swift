import PlimsollCore

/// When to ask an endpoint how it is.
public struct ProbeSchedule: Equatable, Sendable {
    private let intervalNanoseconds: Int64

    /// A tenth either way: enough to pull endpoints apart that were started together.
    static let jitterShare = 0.1

    public init(settings: HealthSettings) {
        intervalNanoseconds = settings.interval.wholeNanoseconds
    }

    /// The first question: anywhere within the first interval, so that a thousand endpoints are
    /// not asked in one millisecond.
    public func first(at now: Instant, using random: inout RandomSource) -> Instant {
        now.advanced(
            byNanoseconds: Int64(random.unitInterval() * Double(intervalNanoseconds)))
    }

    /// The question after the one asked at `asked`.
    public func next(after asked: Instant, using random: inout RandomSource) -> Instant {
        let swing = (random.unitInterval() * 2 - 1) * Self.jitterShare
        let jitter = Int64(swing * Double(intervalNanoseconds))
        return asked.advanced(byNanoseconds: intervalNanoseconds + jitter)
    }
}
