import Testing

@testable import PlimsollPolicy

@Suite struct LimitBaselineTests {
    private func profile(_ latencies: [(Int64, times: Int)]) -> LatencyProfile {
        var profile = LatencyProfile()
        for (latency, times) in latencies {
            for _ in 0..<times { profile.record(latency) }
        }
        return profile
    }

    @Test func `a few very slow answers do not hide what a queue adds to the others`() {
        var baseline = LimitBaseline()
        baseline.learn(profile([(10_000_000, times: 900), (160_000_000, times: 100)]))
        // All came 10 ms later, and by chance there was no slow one among them.
        let ratio = baseline.ratio(of: profile([(20_000_000, times: 50)]))
        #expect(ratio > 1.4)
    }

    @Test func `its memory fades`() {
        var baseline = LimitBaseline()
        baseline.learn(profile([(10_000_000, times: 600)]))
        baseline.learn(profile([(20_000_000, times: 300)]))
        #expect(abs(baseline.mean - 15_000_000) < 1)
        #expect(baseline.weight == 600)
        baseline.learn(profile([(30_000_000, times: 700)]))
        #expect(abs(baseline.mean - 30_000_000) < 1, "more than it can remember replaces all")
    }

    @Test func `far above itself it goes by the plain mean`() {
        var baseline = LimitBaseline()
        baseline.learn(profile([(10_000_000, times: 600)]))
        #expect(abs(baseline.ratio(of: profile([(100_000_000, times: 16)])) - 10) < 1e-9)
    }

    @Test func `it does not trust few samples, nor ones that are all the same`() {
        var baseline = LimitBaseline()
        baseline.learn(profile([(10_000_000, times: 10)]))
        #expect(baseline.deviation > 0.6)
        baseline.learn(profile([(10_000_000, times: 600)]))
        #expect(baseline.deviation == 0.3)
    }
}
