import PlimsollCore

/// When to ask an endpoint how it is.
public struct ProbeSchedule: Equatable, Sendable {
    private let intervalNanoseconds: Int64

    /// A tenth either way: enough to pull endpoints apart that were started together.
    static let jitterShare = 0.1
    /// The shortest time between urgent questions, unless the interval is shorter still.
    public static let urgentNanoseconds: Int64 = 100_000_000

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
    /// - Parameter isUrgent: traffic hangs on the answer, since the endpoint is not in full use or
    ///   in doubt: it is asked five times as often, though not more than ten times a second.
    public func next(
        after asked: Instant, isUrgent: Bool = false, using random: inout RandomSource
    ) -> Instant {
        let interval =
            isUrgent
            ? min(intervalNanoseconds, max(intervalNanoseconds / 5, Self.urgentNanoseconds))
            : intervalNanoseconds
        let swing = (random.unitInterval() * 2 - 1) * Self.jitterShare
        return asked.advanced(byNanoseconds: interval + Int64(swing * Double(interval)))
    }
}
