import PlimsollCore
import Testing

@Suite struct RandomSourceTests {
    @Test func `the same seed gives the published sequence`() {
        // The reference implementation's first numbers for seed 1234567.
        var random = RandomSource(seed: 1_234_567)
        let numbers = (0..<3).map { _ in random.next() }
        #expect(
            numbers == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }

    @Test func `numbers below a bound are even and stay below`() {
        var random = RandomSource(seed: 1)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[random.next(below: 7)] += 1 }
        #expect(counts.allSatisfy { $0 > 9_500 && $0 < 10_500 })
        #expect(random.next(below: 1) == 0)
        for _ in 0..<1_000 {
            let number = random.unitInterval()
            #expect(number >= 0 && number < 1)
        }
    }
}
