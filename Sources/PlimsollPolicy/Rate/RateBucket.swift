import PlimsollCore

/// What a rate limit says to a request.
public enum RateVerdict: Equatable, Sendable {
    case admit
    /// Too early. Who comes again after so many whole seconds is let in, as far as can be told.
    case refuse(retryAfterSeconds: Int64)
}

/// One token bucket in the form of the generic cell rate algorithm (ITU-T I.371): instead of a
/// number of tokens, when the bucket will be full again. Times are ticks of a ``RatePace``.
@frozen
public struct RateBucket: Equatable, Sendable, BitwiseCopyable {
    /// When all tokens will be back, if none is taken until then.
    public var fullAt: Int64
    /// As ``fullAt``, with everyone taken in who was refused and told to come again.
    public var promisedFullAt: Int64

    /// A full bucket.
    public init() {
        fullAt = .min
        promisedFullAt = .min
    }
}
