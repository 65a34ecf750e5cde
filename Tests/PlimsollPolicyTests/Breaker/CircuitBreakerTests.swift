import PlimsollCore
import PlimsollPolicy
import Testing

@Suite struct CircuitBreakerTests {
    @Test func `a closed breaker passes everything`() throws {
        var bench = BreakerBench(try BreakerSettings())
        for _ in 0..<1_000 { bench.succeed() }
        #expect(bench.breaker.state == .closed)
        #expect(bench.breaker.epoch == 0)
    }

    // MARK: Failure ratio

    @Test(arguments: [(19, false), (20, true), (21, true)])
    func `the ratio counts from the volume floor on`(requests: Int, isOpen: Bool) throws {
        var bench = BreakerBench(try BreakerSettings(minimumRequests: 20, consecutiveFailures: nil))
        for _ in 0..<requests { bench.fail() }
        #expect(bench.isOpen == isOpen)
    }

    @Test(arguments: [(15, false), (16, true)])
    func `four fifths of twenty are enough and one less is not`(failures: Int, isOpen: Bool) throws
    {
        var bench = BreakerBench(try BreakerSettings(consecutiveFailures: nil))
        for _ in 0..<(20 - failures) { bench.succeed() }
        for _ in 0..<failures { bench.fail() }
        #expect(bench.isOpen == isOpen)
        if isOpen {
            #expect(bench.breaker.lastTrip == .failureRatio(failures: 16, requests: 20))
        }
    }

    @Test
    func `an upstream that fails every second request stays closed, and opens once it fails all`()
        throws
    {
        var bench = BreakerBench(.standard)
        var random = RandomSource(seed: 1)
        for _ in 0..<20_000 {
            if random.next(below: 2) == 0 { bench.succeed() } else { bench.fail() }
        }
        #expect(!bench.isOpen)
        for _ in 0..<40 { bench.fail() }
        #expect(bench.isOpen)
    }

    @Test func `seven of ten are exactly 0.7`() throws {
        var bench = BreakerBench(
            try BreakerSettings(failureRatio: 0.7, minimumRequests: 1, consecutiveFailures: nil))
        for _ in 0..<3 { bench.succeed() }
        for _ in 0..<6 { bench.fail() }
        #expect(!bench.isOpen)
        bench.fail()
        #expect(bench.isOpen)
    }

    @Test func `a quick success never opens it, also by reaching the floor`() throws {
        var bench = BreakerBench(
            try BreakerSettings(
                failureRatio: 0.5, minimumRequests: 20, consecutiveFailures: nil))
        for _ in 0..<19 { bench.fail() }
        bench.succeed()
        bench.breaker.record(successes: 10, at: bench.now)
        #expect(!bench.isOpen)
        bench.fail()
        #expect(bench.isOpen)
    }

    @Test func `successes folded in count like single ones`() throws {
        var bench = BreakerBench(try BreakerSettings(consecutiveFailures: 5))
        for _ in 0..<4 { bench.fail() }
        bench.breaker.record(successes: 11, at: bench.now)
        for _ in 0..<4 { bench.fail() }
        let snapshot = bench.breaker.snapshot(at: bench.now)
        #expect(snapshot.requests == 19 && snapshot.failures == 8)
        #expect(snapshot.consecutiveFailures == 4)
        #expect(!bench.isOpen)
    }

    @Test func `what leaves the window is forgotten, not before`() throws {
        var bench = BreakerBench(try BreakerSettings(window: .seconds(10)))
        bench.fail()
        bench.now = Instant(nanoseconds: 9_999_999_999)
        let before = bench.breaker.snapshot(at: bench.now)
        bench.now = Instant(nanoseconds: 10_000_000_000)
        let after = bench.breaker.snapshot(at: bench.now)
        #expect(before.requests == 1 && before.failures == 1)
        #expect(after.requests == 0 && after.failures == 0)
    }

    @Test func `a reading of the clock that is a turn old counts now`() throws {
        var bench = BreakerBench(try BreakerSettings(window: .seconds(10)))
        bench.now = Instant(nanoseconds: 5_000_000_000)
        bench.fail()
        bench.now = Instant(nanoseconds: 1_000_000_000)
        bench.fail()
        let snapshot = bench.breaker.snapshot(at: Instant(nanoseconds: 14_999_999_999))
        #expect(snapshot.failures == 2)
    }

    // MARK: Consecutive failures and slow calls

    @Test func `failures in a row open it and a success between them does not let them`() throws {
        var bench = BreakerBench(try BreakerSettings(consecutiveFailures: 5))
        bench.breaker.record(successes: 1_000, at: bench.now)
        for _ in 0..<4 { bench.fail() }
        bench.succeed()
        for _ in 0..<4 { bench.fail() }
        #expect(!bench.isOpen)
        bench.fail()
        #expect(bench.isOpen)
        #expect(bench.breaker.lastTrip == .consecutiveFailures(5))
    }

    @Test(arguments: [(3, false), (4, true)])
    func `slow successes open it at their ratio`(slow: Int, isOpen: Bool) throws {
        var bench = BreakerBench(
            try BreakerSettings(minimumRequests: 5, slowCall: .milliseconds(100), slowRatio: 0.8))
        for _ in 0..<(5 - slow) { bench.succeed(nanoseconds: 99_999_999) }
        for _ in 0..<slow { bench.succeed(nanoseconds: 100_000_000) }
        #expect(bench.isOpen == isOpen)
        if isOpen { #expect(bench.breaker.lastTrip == .slowRatio(slow: 4, requests: 5)) }
    }

    @Test func `without a slow call nothing is slow`() throws {
        var bench = BreakerBench(try BreakerSettings(minimumRequests: 1))
        bench.succeed(nanoseconds: .max)
        #expect(!bench.isOpen)
    }

    @Test func `an outcome that says nothing counts for nothing`() throws {
        var bench = BreakerBench(try BreakerSettings())
        bench.end(.ignored)
        let snapshot = bench.breaker.snapshot(at: bench.now)
        #expect(snapshot.requests == 0)
    }

    // MARK: Open

    @Test func `an open breaker refuses until its very end and says how long`() throws {
        var bench = BreakerBench(try BreakerSettings(consecutiveFailures: 1, openFor: .seconds(5)))
        bench.fail()
        #expect(bench.breaker.state == .open(until: Instant(nanoseconds: 5_000_000_000)))
        let early = bench.admit()
        #expect(early == .refuse(retryAfterNanoseconds: 5_000_000_000))
        bench.now = Instant(nanoseconds: 4_999_999_999)
        let late = bench.admit()
        #expect(late == .refuse(retryAfterNanoseconds: 1))
        #expect(bench.breaker.retryAfterNanoseconds(at: bench.now) == 1)
        bench.now = Instant(nanoseconds: 5_000_000_000)
        #expect(bench.breaker.retryAfterNanoseconds(at: bench.now) == 0)
        let probe = bench.pass()
        #expect(probe?.isProbe == true)
    }

    @Test func `news from before the opening moves nothing, in no later state`() throws {
        var bench = BreakerBench(
            try BreakerSettings(
                consecutiveFailures: 1, openFor: .seconds(1), probes: 1, ramp: .zero))
        let late = try bench.mustPass()
        let later = try bench.mustPass()
        let latest = try bench.mustPass()
        bench.fail()
        let opened = bench.breaker.state
        bench.record(.failure(.connectRefused), for: late)
        #expect(bench.breaker.state == opened)
        bench.now = Instant(nanoseconds: 1_000_000_000)
        let probe = try bench.mustPass()
        bench.record(.failure(.connectRefused), for: later)
        #expect(bench.breaker.state == .halfOpen(probesInFlight: 1, probesSucceeded: 0))
        bench.record(.success(nanoseconds: 1), for: probe)
        bench.record(.failure(.connectRefused), for: latest)
        #expect(bench.breaker.state == .closed)
        let snapshot = bench.breaker.snapshot(at: bench.now)
        #expect(snapshot.failures == 0)
    }

    @Test func `successes folded in late are dropped`() throws {
        var bench = BreakerBench(try BreakerSettings(consecutiveFailures: 1))
        bench.fail()
        bench.breaker.record(successes: 1_000, at: bench.now)
        let snapshot = bench.breaker.snapshot(at: bench.now)
        #expect(bench.isOpen && snapshot.requests == 0)
    }

    // MARK: Off and reconfigured

    @Test func `switched off it passes everything and records nothing`() throws {
        var bench = BreakerBench(try BreakerSettings(consecutiveFailures: 1, isEnforced: false))
        bench.fail()
        let snapshot = bench.breaker.snapshot(at: bench.now)
        #expect(snapshot.state == .closed && snapshot.requests == 0)
    }

    @Test func `new settings keep an opening and switching off ends it`() throws {
        var bench = BreakerBench(try BreakerSettings(consecutiveFailures: 1))
        bench.fail()
        let before = bench.breaker.state
        bench.breaker.reconfigure(
            try BreakerSettings(window: .seconds(1), openFor: .seconds(1)), at: bench.now)
        #expect(bench.breaker.state == before)
        bench.breaker.reconfigure(try BreakerSettings(isEnforced: false), at: bench.now)
        #expect(bench.breaker.state == .closed)
    }

    @Test func `fewer probes than have come back close it`() throws {
        var bench = BreakerBench(
            try BreakerSettings(consecutiveFailures: 1, openFor: .seconds(1), probes: 3))
        bench.fail()
        bench.now = Instant(nanoseconds: 1_000_000_000)
        bench.succeed()
        bench.succeed()
        #expect(bench.breaker.state == .halfOpen(probesInFlight: 0, probesSucceeded: 2))
        bench.breaker.reconfigure(
            try BreakerSettings(
                consecutiveFailures: 1, openFor: .seconds(1), probes: 2, ramp: .zero),
            at: bench.now)
        #expect(bench.breaker.state == .closed)
    }

    @Test func `only news that a counter cannot hold is worth telling`() throws {
        var bench = BreakerBench(
            try BreakerSettings(
                consecutiveFailures: 1, slowCall: .milliseconds(1), openFor: .seconds(1)))
        let pass = try bench.mustPass()
        let quick = Outcome.success(nanoseconds: 999_999)
        #expect(!bench.breaker.isWorthTelling(quick, for: pass))
        #expect(!bench.breaker.isWorthTelling(.ignored, for: pass))
        #expect(bench.breaker.isWorthTelling(.success(nanoseconds: 1_000_000), for: pass))
        #expect(bench.breaker.isWorthTelling(.failure(.protocolError), for: pass))
        bench.fail()
        bench.now = Instant(nanoseconds: 1_000_000_000)
        let probe = try bench.mustPass()
        #expect(bench.breaker.isWorthTelling(quick, for: probe))
        #expect(bench.breaker.isWorthTelling(.ignored, for: probe))
    }
}
