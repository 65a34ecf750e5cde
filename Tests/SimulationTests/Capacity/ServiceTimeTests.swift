import PlimsollCore
import PlimsollSimulation
import Testing

@Suite struct ServiceTimeTests {
    @Test(arguments: [
        ServiceTime.constant(nanoseconds: 25_000_000),
        .exponential(meanNanoseconds: 25_000_000),
        .lognormal(meanNanoseconds: 25_000_000, sigma: 0.5),
        .bimodal(fastNanoseconds: 5_000_000, slowNanoseconds: 105_000_000, slowShare: 0.2),
        .empirical(nanoseconds: [10_000_000, 40_000_000]),
    ])
    func `drawn times have the mean they promise`(_ service: ServiceTime) {
        var random = RandomSource(seed: 7)
        var sum = 0.0
        for _ in 0..<200_000 { sum += Double(service.draw(using: &random)) }
        let mean = sum / 200_000
        #expect(abs(mean / service.meanNanoseconds - 1) < 0.01, "\(service): \(mean)")
        #expect(abs(service.meanNanoseconds - 25_000_000) < 1)
    }

    @Test func `the same seed draws the same times`() {
        let service = ServiceTime.lognormal(meanNanoseconds: 25_000_000, sigma: 0.5)
        var left = RandomSource(seed: 3)
        var right = RandomSource(seed: 3)
        for _ in 0..<1_000 {
            #expect(service.draw(using: &left) == service.draw(using: &right))
        }
    }

    @Test func `half of a lognormal lies below its median`() {
        let service = ServiceTime.lognormal(meanNanoseconds: 1_000_000, sigma: 0.5)
        var random = RandomSource(seed: 5)
        // e^(-sigma²/2) of the mean.
        let median = 882_497
        let below = (0..<100_000).count { _ in service.draw(using: &random) < median }
        #expect(abs(below - 50_000) < 700, "\(below)")
    }
}
