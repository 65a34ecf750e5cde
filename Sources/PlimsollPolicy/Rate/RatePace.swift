import PlimsollCore

/// The arithmetic of a rate limit: a bucket's time goes in, a verdict comes out.
///
/// A request pushes the time at which its bucket is full by one interval, and is refused if that
/// time is more than a burst away. Nothing happens between requests, and one number a bucket is
/// all there is to keep.
///
/// Time is in ticks of 1/16 ns, so that the interval, which is rounded up, never lets more through
/// than was asked for and at most 0.007 % less. They last for 18 years of uptime.
@frozen
public struct RatePace: Sendable, BitwiseCopyable {
    @usableFromInline let interval: Int64
    /// How far ahead of now a bucket may be full for a request to pass still.
    @usableFromInline let tolerance: Int64

    public init(_ settings: RateLimitSettings) {
        let ticks = settings.per.wholeNanoseconds * Self.ticksPerNanosecond
        let requests = Int64(settings.requests)
        interval = (ticks + requests - 1) / requests
        tolerance = interval * Int64(settings.burst - 1)
    }

    /// Decides about a request, and takes its token if it passes.
    public func admit(_ bucket: inout RateBucket, at now: Instant) -> RateVerdict {
        if let fullAt = fullAt(afterOneMore: bucket.fullAt, at: now) {
            bucket.fullAt = fullAt
            return .admit
        }
        let promise = promise(fullAt: bucket.fullAt, promised: bucket.promisedFullAt, at: now)
        bucket.promisedFullAt = promise.fullAt
        return .refuse(retryAfterSeconds: promise.seconds)
    }

    /// When a bucket is full after one more request; nil when that one has to be refused.
    @inlinable
    public func fullAt(afterOneMore fullAt: Int64, at now: Instant) -> Int64? {
        let now = Self.ticks(now)
        guard fullAt <= now &+ tolerance else { return nil }
        return max(fullAt, now) &+ interval
    }

    /// When a refused request can come again. Were everyone told when the next token is due, all
    /// would come at once and all but one would be refused again; so each is taken into account
    /// for the next, at the whole second at which it will come.
    ///
    /// Most clients never wait as they are told, and a promise to them is idle. So promises reach
    /// no further than a minute beyond what a lone client would be told, and then begin anew.
    /// - Returns: at least 1 s, and the bucket's ``RateBucket/promisedFullAt`` from now on.
    public func promise(
        fullAt: Int64, promised: Int64, at now: Instant
    ) -> (seconds: Int64, fullAt: Int64) {
        let start = Self.ticks(now)
        let alone = wholeSeconds(until: fullAt, from: start)
        let queued = wholeSeconds(until: max(fullAt, promised), from: start)
        let isIdle = queued > alone + Self.promisedSecondsMaximum
        let seconds = isIdle ? alone : queued
        let before = isIdle ? fullAt : max(fullAt, promised)
        return (seconds, max(before, start &+ seconds &* Self.ticksPerSecond) &+ interval)
    }

    /// From `start` until a bucket that is full at `fullAt` has a token; at least 1.
    private func wholeSeconds(until fullAt: Int64, from start: Int64) -> Int64 {
        max(1, (fullAt &- tolerance &- start &+ Self.ticksPerSecond &- 1) / Self.ticksPerSecond)
    }

    /// Whether a bucket is full: to forget it changes nothing.
    @inlinable
    public static func isFull(_ fullAt: Int64, at now: Instant) -> Bool {
        fullAt <= ticks(now)
    }

    /// The longest that a client is sent away on account of others that were.
    static var promisedSecondsMaximum: Int64 { 60 }
    private static var ticksPerSecond: Int64 { 1_000_000_000 * ticksPerNanosecond }
    @usableFromInline static var ticksPerNanosecond: Int64 { 16 }

    @usableFromInline
    static func ticks(_ now: Instant) -> Int64 {
        now.nanoseconds &* ticksPerNanosecond
    }
}
