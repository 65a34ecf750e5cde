import PlimsollCore
import PlimsollPolicy
import Testing

/// What a breaker learns from others than its requests: health checks, silence, the upstream's
/// own Retry-After, an operator.
@Suite struct CircuitBreakerSignalTests {
    private func bench() throws -> BreakerBench {
        BreakerBench(
            try BreakerSettings(
                consecutiveFailures: 1, openFor: .seconds(1), openForMaximum: .seconds(1),
                probes: 1, ramp: .zero, retryAfterMaximum: .seconds(20)))
    }

    private func second(_ seconds: Int64) -> Instant {
        Instant(nanoseconds: seconds * 1_000_000_000)
    }

    // MARK: Health checks

    @Test func `a check that passes after a failed one ends the opening`() throws {
        var bench = try bench()
        bench.fail()
        bench.breaker.hear(isWell: false, at: bench.now)
        bench.breaker.hear(isWell: true, at: bench.now)
        let probe = bench.pass()
        #expect(probe?.isProbe == true)
    }

    @Test func `one that always passed does not`() throws {
        var bench = try bench()
        bench.breaker.hear(isWell: true, at: bench.now)
        bench.fail()
        bench.breaker.hear(isWell: true, at: bench.now)
        #expect(bench.breaker.state == .open(until: second(1)))
    }

    @Test func `while checks fail it stays open, for ten seconds at most`() throws {
        var bench = try bench()
        bench.fail()
        bench.breaker.hear(isWell: false, at: bench.now)
        bench.now = second(9)
        bench.breaker.hear(isWell: false, at: bench.now)
        let early = bench.pass()
        bench.now = second(10)
        let probe = bench.pass()
        #expect(early == nil && probe?.isProbe == true)
    }

    @Test func `it opens for as long when the check had failed before`() throws {
        var bench = try bench()
        bench.breaker.hear(isWell: false, at: bench.now)
        bench.fail()
        #expect(bench.breaker.state == .open(until: second(10)))
    }

    @Test func `checks that change their mind send no stream of probes`() throws {
        var bench = try bench()
        bench.fail()
        bench.breaker.hear(isWell: false, at: bench.now)
        bench.breaker.hear(isWell: true, at: bench.now)
        bench.fail()
        #expect(bench.isOpen)
        bench.breaker.hear(isWell: false, at: bench.now)
        #expect(bench.breaker.state == .open(until: second(10)))
        bench.breaker.hear(isWell: true, at: bench.now)
        #expect(bench.breaker.state == .open(until: second(1)), "as if there were no checks")
    }

    // MARK: Silence

    @Test func `silence opens it and the first answer from before closes it again`() throws {
        var bench = try bench()
        let pass = try bench.mustPass()
        bench.breaker.openForSilence(at: bench.now, using: &bench.random)
        #expect(bench.isOpen && bench.breaker.lastTrip == .silence)
        bench.record(.success(nanoseconds: 1), for: pass)
        #expect(bench.breaker.state == .closed)
    }

    @Test func `a failure from before does not`() throws {
        var bench = try bench()
        let pass = try bench.mustPass()
        bench.breaker.openForSilence(at: bench.now, using: &bench.random)
        bench.record(.failure(.responseTimeout), for: pass)
        #expect(bench.isOpen)
    }

    // MARK: Retry-After

    @Test func `an opening lasts as long as the upstream asked for, capped`() throws {
        var bench = try bench()
        bench.breaker.postpone(byNanoseconds: 7_000_000_000, at: bench.now)
        #expect(bench.breaker.state == .closed, "asking opens nothing")
        bench.fail()
        #expect(bench.breaker.state == .open(until: second(7)))
        bench.breaker.postpone(byNanoseconds: 3_600_000_000_000, at: bench.now)
        #expect(bench.breaker.state == .open(until: second(20)))
    }

    // MARK: An operator

    @Test func `held open it refuses, whatever the time`() throws {
        var bench = try bench()
        bench.breaker.hold(.open, at: bench.now)
        bench.now = second(1_000_000)
        let verdict = bench.admit()
        #expect(verdict == .refuse(retryAfterNanoseconds: 60_000_000_000))
        #expect(bench.breaker.lastTrip == .manual)
        bench.breaker.hold(.auto, at: bench.now)
        let probe = bench.pass()
        #expect(probe?.isProbe == true)
    }

    @Test func `held closed it passes, whatever fails`() throws {
        var bench = try bench()
        bench.fail()
        bench.breaker.hold(.closed, at: bench.now)
        for _ in 0..<100 { bench.fail() }
        bench.breaker.openForSilence(at: bench.now, using: &bench.random)
        #expect(bench.breaker.state == .closed)
        bench.breaker.hold(.auto, at: bench.now)
        bench.fail()
        #expect(bench.isOpen)
    }

    @Test func `held open it stays so when it is switched off`() throws {
        var bench = try bench()
        bench.breaker.hold(.open, at: bench.now)
        bench.breaker.reconfigure(try BreakerSettings(isEnforced: false), at: bench.now)
        #expect(bench.isOpen)
        bench.breaker.hold(.auto, at: bench.now)
        #expect(bench.breaker.state == .closed)
    }

    // MARK: The schedule

    @Test func `what probing took is part of the next opening, but for half of the first`() throws {
        var bench = try bench()
        bench.fail()
        bench.now = second(1)
        let probe = try bench.mustPass()
        bench.now = second(3)
        bench.record(.failure(.responseTimeout), for: probe)
        #expect(
            bench.breaker.state == .open(until: Instant(nanoseconds: 3_500_000_000)))
    }
}
