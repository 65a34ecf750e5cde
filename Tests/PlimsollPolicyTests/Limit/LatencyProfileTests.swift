import Testing

@testable import PlimsollPolicy

@Suite struct LatencyProfileTests {
    @Test func `classes are four an octave and in order`() {
        #expect(LatencyProfile.position(of: 0) == 0)
        #expect(LatencyProfile.position(of: 8_192) == 0)
        #expect(LatencyProfile.position(of: 10_239) == 0)
        #expect(LatencyProfile.position(of: 10_240) == 1)
        #expect(LatencyProfile.position(of: 16_383) == 3)
        #expect(LatencyProfile.position(of: 16_384) == 4)
        #expect(LatencyProfile.position(of: .max) == LatencyProfile.classCount - 1)
    }

    @Test func `the mean is exact`() {
        var profile = LatencyProfile()
        for latency in [1, 2_000, 30_000_000, 77_777_777, 5_000_000_000] as [Int64] {
            profile.record(latency)
        }
        #expect(profile.mean == Double(5_107_779_778) / 5)
    }

    @Test func `a cut counts what is above it as itself`() {
        var profile = LatencyProfile()
        for _ in 0..<90 { profile.record(10_000_000) }
        for _ in 0..<10 { profile.record(160_000_000) }
        let (mean, variance) = profile.moments(cut: 40_000_000)
        #expect(mean == 13_000_000)
        #expect(variance == 81e12)
    }
}
