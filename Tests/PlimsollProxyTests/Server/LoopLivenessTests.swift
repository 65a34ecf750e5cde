import PlimsollCore
import Testing

@testable import PlimsollProxy

@Suite struct LoopLivenessTests {
    private func at(_ nanoseconds: Int64) -> Instant { Instant(nanoseconds: nanoseconds) }

    @Test func `loops are not judged before they were asked`() {
        var liveness = LoopLiveness()
        let isAlive = liveness.check(lastTurns: [at(0)], now: at(1_000))
        #expect(isAlive)
    }

    @Test func `a loop that has not turned since it was asked is not alive`() {
        var liveness = LoopLiveness()
        _ = liveness.check(lastTurns: [at(0), at(0)], now: at(1_000))
        let stuck = liveness.check(lastTurns: [at(1_000), at(999)], now: at(2_000))
        #expect(!stuck)
        let recovered = liveness.check(lastTurns: [at(2_000), at(2_001)], now: at(3_000))
        #expect(recovered)
    }
}
