import PlimsollCore
import PlimsollPolicy
import Testing

@Suite struct RetryPauseTests {
    private let settings = RetrySettings.standard
    private let second: Int64 = 1_000_000_000

    private func pause(
        status: UInt16? = 503, attempts: Int = 1, pushBack: Int64? = nil, others: Bool = false,
        remaining: Int64 = .max, seed: UInt64 = 1
    ) -> RetryPause {
        var random = RandomSource(seed: seed)
        let failed = FailedAttempt(
            failure: status == nil ? .connectRefused : .serverError, status: status,
            attempts: attempts, isIdempotent: true, isReplayable: true, hasAnsweredClient: false)
        return settings.pause(
            after: failed, pushBackNanoseconds: pushBack, hasOtherEndpoint: others,
            remainingNanoseconds: remaining, using: &random)
    }

    private func nanoseconds(_ pause: RetryPause) -> Int64? {
        if case .wait(let nanoseconds) = pause { nanoseconds } else { nil }
    }

    @Test func `another endpoint is asked at once, and so is one that did not connect`() {
        #expect(pause(others: true) == .none)
        #expect(pause(status: nil) == .none)
    }

    @Test(arguments: 0..<50)
    func `an only endpoint is asked after a backoff that doubles`(seed: UInt64) {
        for (attempts, longest) in [(1, 25), (2, 50), (3, 100), (4, 200), (9, 200)] {
            let wait = nanoseconds(pause(attempts: attempts, seed: seed)) ?? 0
            let longest = Int64(longest) * 1_000_000
            #expect(wait >= longest / 2 && wait <= longest)
        }
    }

    @Test(arguments: 0..<50)
    func `an upstream's wish is heard, and never answered early`(seed: UInt64) {
        let wait = nanoseconds(pause(pushBack: second, others: true, seed: seed)) ?? 0
        #expect(wait >= second && wait <= second + second / 4)
    }

    @Test func `a wish for no time at all is for now`() {
        #expect(pause(pushBack: 0) == .none)
    }

    @Test func `a wish beyond the cap, or for none, is for the client to see`() {
        #expect(pause(pushBack: second + 1) == .refuse)
        #expect(pause(pushBack: -1) == .refuse)
        #expect(pause(pushBack: .max) == .refuse)
    }

    @Test func `nothing is waited for beyond the deadline`() {
        #expect(pause(pushBack: second, remaining: second) == .refuse)
        #expect(pause(others: true, remaining: 0) == .refuse)
        #expect(pause(others: true, remaining: 1) == .none)
        #expect(pause(remaining: 1_000_000) == .refuse)
    }
}
