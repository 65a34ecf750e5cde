import PlimsollCore
import PlimsollPolicy
import Testing

/// A breaker with the time and the chance it is driven by.
struct BreakerBench {
    var breaker: CircuitBreaker
    var now = Instant(nanoseconds: 0)
    var random: RandomSource

    init(_ settings: BreakerSettings, seed: UInt64 = 1) {
        breaker = CircuitBreaker(settings: settings)
        random = RandomSource(seed: seed)
    }

    var isOpen: Bool {
        if case .open = breaker.state { true } else { false }
    }

    mutating func admit() -> BreakerVerdict {
        breaker.admit(at: now, using: &random)
    }

    /// The pass of the next request; nil when it is refused.
    mutating func pass() -> BreakerPass? {
        if case .pass(let pass) = admit() { pass } else { nil }
    }

    /// The pass of the next request, which the test cannot do without.
    mutating func mustPass() throws -> BreakerPass {
        let pass = pass()
        return try #require(pass)
    }

    mutating func record(_ outcome: Outcome, for pass: BreakerPass) {
        breaker.record(outcome, for: pass, at: now, using: &random)
    }

    /// A request that is let through, or not, and ends at once.
    mutating func end(_ outcome: Outcome) {
        if let pass = pass() { record(outcome, for: pass) }
    }

    mutating func fail() { end(.failure(.resetBeforeResponse)) }
    mutating func succeed(nanoseconds: Int64 = 1_000_000) {
        end(.success(nanoseconds: nanoseconds))
    }
}
