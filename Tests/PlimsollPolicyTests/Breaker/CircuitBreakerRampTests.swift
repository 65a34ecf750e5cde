import PlimsollCore
import PlimsollPolicy
import Testing

@Suite struct CircuitBreakerRampTests {
    /// A breaker whose probe has just succeeded, at a second.
    private func ramping(_ ramp: Duration = .seconds(1)) throws -> BreakerBench {
        var bench = BreakerBench(
            try BreakerSettings(
                minimumRequests: 20, window: .seconds(10), consecutiveFailures: 10,
                openFor: .seconds(1), probes: 1, ramp: ramp))
        for _ in 0..<10 { bench.fail() }
        bench.now = Instant(nanoseconds: 1_000_000_000)
        bench.succeed()
        return bench
    }

    private func passed(_ bench: inout BreakerBench, of arrivals: Int) -> Int {
        var passed = 0
        for _ in 0..<arrivals {
            if let pass = bench.pass() {
                passed += 1
                bench.record(.ignored, for: pass)
            }
        }
        return passed
    }

    @Test(arguments: [(0, 10), (50, 10), (250, 25), (500, 50), (999, 99)])
    func `the share that passes grows from a tenth`(milliseconds: Int64, share: Int) throws {
        var bench = try ramping()
        #expect(bench.breaker.state == .ramping)
        bench.now = bench.now.advanced(byNanoseconds: milliseconds * 1_000_000)
        let count = passed(&bench, of: 100)
        #expect(abs(count - share) <= 1)
    }

    @Test func `at its end everything passes, one nanosecond before not`() throws {
        var bench = try ramping()
        bench.now = Instant(nanoseconds: 1_999_999_999)
        bench.breaker.advance(to: bench.now, using: &bench.random)
        #expect(bench.breaker.state == .ramping)
        bench.now = Instant(nanoseconds: 2_000_000_000)
        let pass = bench.pass()
        #expect(pass != nil && bench.breaker.state == .closed)
    }

    @Test func `without a ramp it closes at once`() throws {
        let bench = try ramping(.zero)
        #expect(bench.breaker.state == .closed)
    }

    @Test func `failures count from a smaller volume on`() throws {
        var bench = try ramping()
        bench.now = Instant(nanoseconds: 1_999_999_998)
        bench.fail()
        #expect(bench.breaker.state == .ramping, "one failure is no ratio")
        bench.fail()
        #expect(bench.isOpen)
        #expect(bench.breaker.lastTrip == .failureRatio(failures: 2, requests: 2))
    }

    @Test func `a failure among successes does not end it`() throws {
        var bench = try ramping()
        bench.now = Instant(nanoseconds: 1_999_999_998)
        for _ in 0..<3 { bench.succeed() }
        bench.fail()
        #expect(bench.breaker.state == .ramping)
    }

    @Test func `what passed the ramp is old news once it is closed`() throws {
        var bench = try ramping()
        bench.now = Instant(nanoseconds: 1_999_999_999)
        let pass = try bench.mustPass()
        bench.now = Instant(nanoseconds: 2_000_000_000)
        bench.record(.failure(.protocolError), for: pass)
        let snapshot = bench.breaker.snapshot(at: bench.now)
        #expect(snapshot.state == .closed && snapshot.failures == 0)
    }
}
