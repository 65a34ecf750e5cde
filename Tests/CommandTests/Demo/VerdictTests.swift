import Testing

@testable import plimsoll

@Suite struct VerdictTests {
    private let good = Verdict(
        calmP99: 20_000_000, protectedShare: 1, protectedP99: 30_000_000,
        calmLateness: 1_000_000, protectedLateness: 1_000_000, protectedCount: 500,
        insideMaximum: 16,
        recovery: 3_000_000_000)

    @Test func `everything at its bound is good enough`() {
        var verdict = good
        verdict.protectedShare = 0.999
        #expect(verdict.holds)
    }

    @Test func `a request in a thousand lost is not`() {
        var verdict = good
        verdict.protectedShare = 0.998_9
        #expect(!verdict.holds)
        #expect(verdict.checks[1].measured == "99.8 %")
    }

    @Test func `one and a half times the calm latency is allowed, and a nanosecond more is not`() {
        var verdict = good
        verdict.protectedP99 += 1
        #expect(!verdict.holds)
    }

    @Test func `a tiny calm latency may grow by five milliseconds`() {
        var verdict = good
        verdict.calmP99 = 1_000_000
        verdict.protectedP99 = 6_000_000
        #expect(verdict.holds)
        verdict.protectedP99 += 1
        #expect(!verdict.holds)
    }

    @Test func `what the machine was later by is not the proxy's`() {
        var verdict = good
        verdict.protectedLateness += 2_000_000
        verdict.protectedP99 += 2_000_000
        #expect(verdict.holds)
        verdict.calmLateness += 1
        #expect(!verdict.holds)
    }

    @Test func `too few payments prove nothing`() {
        var verdict = good
        verdict.protectedCount = 499
        #expect(!verdict.holds)
    }

    @Test func `a seventeenth request inside sixteen workers is a leak`() {
        var verdict = good
        verdict.insideMaximum = 17
        #expect(!verdict.holds)
    }

    @Test func `a service that does not come back, or comes late, is not protected`() {
        var verdict = good
        verdict.recovery = 3_000_000_001
        #expect(!verdict.holds)
        verdict.recovery = nil
        #expect(!verdict.holds)
        #expect(verdict.checks[4].measured == "never")
    }
}
