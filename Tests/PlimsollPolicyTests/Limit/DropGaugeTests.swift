import Testing

@testable import PlimsollPolicy

@Suite struct DropGaugeTests {
    @Test func `drops that fall with the limit lower it further`() {
        var gauge = DropGauge()
        #expect(gauge.judge(share: 0.3, attempts: 100, limit: 40) == .lower(to: 0.7))
        #expect(gauge.judge(share: 0.2, attempts: 100, limit: 28) == .lower(to: 0.7))
        #expect(gauge.judge(share: 0.02, attempts: 100, limit: 20) == .quiet)
        #expect(gauge.accepted == 0)
    }

    @Test func `drops that do not care are accepted and the limit goes back`() {
        var gauge = DropGauge()
        #expect(gauge.judge(share: 0.5, attempts: 100, limit: 40) == .lower(to: 0.7))
        #expect(gauge.judge(share: 0.52, attempts: 30, limit: 28) == .lower(to: 0.7))
        #expect(gauge.judge(share: 0.5, attempts: 30, limit: 20) == .accept(limit: 40))
        #expect(gauge.judge(share: 0.55, attempts: 100, limit: 40) == .quiet)
        #expect(gauge.judge(share: 0.1, attempts: 100, limit: 40) == .quiet)
        #expect(gauge.accepted == 0.1, "what has got better is not accepted any more")
        #expect(gauge.judge(share: 0.5, attempts: 100, limit: 40) == .lower(to: 0.7))
    }

    @Test func `an upstream that answers nobody is asked less and less`() {
        var gauge = DropGauge()
        for _ in 0..<5 {
            #expect(gauge.judge(share: 1, attempts: 10, limit: 40) == .lower(to: 0.5))
        }
    }

    @Test func `a single drop among many is nothing`() {
        var gauge = DropGauge()
        #expect(gauge.judge(share: 0.01, attempts: 100, limit: 40) == .quiet)
        #expect(gauge.judge(share: 0.05, attempts: 20, limit: 40) == .quiet)
    }
}
