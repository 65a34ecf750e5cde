import PlimsollCore
import PlimsollPolicy
import Testing

@Suite struct BackoffTests {
    @Test func `the first wait is exact`() {
        var random = RandomSource(seed: 1)
        let backoff = Backoff(first: .seconds(5), maximum: .seconds(60))
        #expect(backoff.wait(relapses: 0, using: &random) == 5_000_000_000)
    }

    @Test(arguments: [(1, 10), (2, 20), (3, 40), (4, 60), (5, 60), (62, 60), (10_000, 60)])
    func `waits double to the maximum, less up to a quarter`(relapses: Int, seconds: Int64) {
        let backoff = Backoff(first: .seconds(5), maximum: .seconds(60))
        var shortest = Int64.max
        var longest: Int64 = 0
        for seed in 0..<200 {
            var random = RandomSource(seed: UInt64(seed))
            let wait = backoff.wait(relapses: relapses, using: &random)
            shortest = min(shortest, wait)
            longest = max(longest, wait)
        }
        let full = seconds * 1_000_000_000
        #expect(shortest > full * 3 / 4 && longest <= full)
        #expect(longest - shortest > full / 5, "the jitter uses its quarter")
    }

    @Test func `no wait is shorter than the first, and long ones do not overflow`() {
        var random = RandomSource(seed: 1)
        let flat = Backoff(first: .seconds(5), maximum: .seconds(5))
        let long = Backoff(first: .seconds(86_400), maximum: .seconds(86_400))
        for relapses in 1..<100 {
            #expect(flat.wait(relapses: relapses, using: &random) == 5_000_000_000)
            #expect(long.wait(relapses: relapses, using: &random) == 86_400_000_000_000)
        }
    }
}
