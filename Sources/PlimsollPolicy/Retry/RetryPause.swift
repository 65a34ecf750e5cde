import PlimsollCore

/// How long to wait before the next attempt.
public enum RetryPause: Equatable, Sendable {
    case none
    case wait(nanoseconds: Int64)
    /// The upstream asked for a longer wait than there is time for, or for none at all.
    case refuse
}

extension RetrySettings {
    /// How long to wait before another attempt.
    ///
    /// What the upstream asks for is heard: never earlier, and up to a quarter later, so that those
    /// who were told the same do not come back together. Without its word, another endpoint is
    /// asked at once, and an only endpoint that has answered badly after a backoff: twice as long
    /// each time, shortened by up to a half at random (a connection that failed cost it nothing).
    ///
    /// - Parameters:
    ///   - pushBackNanoseconds: the wait that the upstream asked for; negative: no retry is wanted.
    ///   - hasOtherEndpoint: the next attempt can go elsewhere.
    ///   - remainingNanoseconds: until the request's deadline.
    public func pause(
        after attempt: FailedAttempt, pushBackNanoseconds: Int64?, hasOtherEndpoint: Bool,
        remainingNanoseconds: Int64, using random: inout RandomSource
    ) -> RetryPause {
        var nanoseconds: Int64 = 0
        if let pushBackNanoseconds {
            guard pushBackNanoseconds >= 0,
                pushBackNanoseconds <= retryAfterMaximum.wholeNanoseconds
            else { return .refuse }
            let jitter = random.unitInterval() * Double(pushBackNanoseconds / 4)
            nanoseconds = pushBackNanoseconds + Int64(jitter)
        } else if attempt.status != nil && !hasOtherEndpoint {
            let doublings = min(max(attempt.attempts, 1) - 1, Self.backoffDoublingsMaximum)
            let longest = backoff.wholeNanoseconds << Int64(doublings)
            nanoseconds = longest - Int64(random.unitInterval() * Double(longest / 2))
        }
        guard nanoseconds < remainingNanoseconds else { return .refuse }
        return nanoseconds > 0 ? .wait(nanoseconds: nanoseconds) : .none
    }

    /// A backoff ends growing at eight times the first.
    private static var backoffDoublingsMaximum: Int { 3 }
}
