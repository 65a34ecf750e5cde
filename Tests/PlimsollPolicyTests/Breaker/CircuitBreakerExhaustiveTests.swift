import PlimsollCore
import PlimsollPolicy
import Testing

/// Walks through every order of arrivals, outcomes and timeouts to a depth, from half-open on.
private struct Walk {
    private struct Place {
        var bench: BreakerBench
        /// Passes that were given and not settled, of all states.
        var out: [BreakerPass] = []
        /// Successes of probes in the current state.
        var succeeded = 0
    }

    let probes: Int
    var visited = 0
    var closings = 0
    var timeouts = 0

    init(probes: Int, depth: Int) throws {
        self.probes = probes
        var bench = BreakerBench(
            try BreakerSettings(
                window: .seconds(1), consecutiveFailures: 1, openFor: .seconds(1),
                openForMaximum: .seconds(1), probes: probes, probeTimeout: .seconds(1)))
        // A request of the closed state that will come back at any time.
        let late = bench.pass()
        bench.fail()
        bench.now = Instant(nanoseconds: 1_000_000_000)
        visit(Place(bench: bench, out: late.map { [$0] } ?? []), depth: depth)
    }

    private mutating func visit(_ place: Place, depth: Int) {
        visited += 1
        check(place)
        guard depth > 0 else { return }
        arrive(place, depth: depth)
        for index in place.out.indices {
            settle(place, index, .success(nanoseconds: 1), depth: depth)
            settle(place, index, .failure(.protocolError), depth: depth)
            settle(place, index, .ignored, depth: depth)
        }
        // Half of both the opening and the probe timeout, so that two of them cross either.
        var later = place
        later.bench.now = place.bench.now.advanced(byNanoseconds: 500_000_000)
        let epoch = later.bench.breaker.epoch
        later.bench.breaker.advance(to: later.bench.now, using: &later.bench.random)
        if later.bench.breaker.epoch != epoch {
            timeouts += 1
            later.succeeded = 0
            #expect(later.bench.breaker.lastTrip == .probeTimedOut)
        }
        visit(later, depth: depth - 1)
    }

    private mutating func arrive(_ place: Place, depth: Int) {
        var next = place
        let epoch = place.bench.breaker.epoch
        if let pass = next.bench.pass() { next.out.append(pass) }
        let change = next.bench.breaker.epoch &- epoch
        #expect(change <= 1, "no call changes state twice")
        if change == 1 { next.succeeded = 0 }
        visit(next, depth: depth - 1)
    }

    private mutating func settle(
        _ place: Place, _ index: Int, _ outcome: Outcome, depth: Int
    ) {
        var next = place
        let pass = next.out.remove(at: index)
        let before = place.bench.breaker
        next.bench.record(outcome, for: pass)
        let after = next.bench.breaker
        if pass.epoch != before.epoch {
            #expect(after.state == before.state && after.epoch == before.epoch, "old news")
        } else if pass.isProbe, case .success = outcome {
            next.succeeded += 1
        }
        if after.epoch != before.epoch {
            if after.state == .closed {
                closings += 1
                #expect(next.succeeded == probes, "closed by exactly its probes")
            }
            next.succeeded = 0
        }
        visit(next, depth: depth - 1)
    }

    private func check(_ place: Place) {
        let breaker = place.bench.breaker
        let current = place.out.filter { $0.isProbe && $0.epoch == breaker.epoch }
        switch breaker.state {
        case .halfOpen(let inFlight, let succeeded):
            #expect(inFlight == current.count)
            #expect(succeeded == place.succeeded)
            #expect(inFlight + succeeded <= probes)
            #expect(Set(current).count == current.count, "each probe has a pass of its own")
        case .closed, .open:
            #expect(current.isEmpty)
        }
    }
}

@Suite struct CircuitBreakerExhaustiveTests {
    @Test(arguments: [(1, 8), (2, 8), (3, 7)])
    func `in no order of events are there more probes than allowed`(
        probes: Int, depth: Int
    ) throws {
        let walk = try Walk(probes: probes, depth: depth)
        #expect(walk.visited > 0, "\(walk.visited) states")
        #expect(walk.closings > 0 && walk.timeouts > 0)
    }

    /// Long random walks: whatever happens, a breaker in front of a healthy upstream closes.
    @Test(arguments: 0..<50)
    func `it never sticks`(seed: UInt64) throws {
        var bench = BreakerBench(
            try BreakerSettings(minimumRequests: 5, consecutiveFailures: 3, probes: 2), seed: seed)
        var chance = RandomSource(seed: seed &+ 1_000)
        var out: [BreakerPass] = []
        for _ in 0..<2_000 {
            bench.now = bench.now.advanced(byNanoseconds: Int64(chance.next(below: 400_000_000)))
            if chance.next(below: 3) > 0, let pass = bench.pass() { out.append(pass) }
            if !out.isEmpty, chance.next(below: 2) == 0 {
                let pass = out.remove(at: chance.next(below: out.count))
                switch chance.next(below: 10) {
                // One in ten is lost for good.
                case 0: break
                case 1: bench.record(.ignored, for: pass)
                case 2...4: bench.record(.failure(.responseTimeout), for: pass)
                default: bench.record(.success(nanoseconds: 1), for: pass)
                }
            }
        }
        // All that is out is lost; the upstream is well from here on. A minute and a probe
        // timeout is the longest that anything lasts.
        bench.now = bench.now.advanced(byNanoseconds: 10_000_000_000)
        bench.breaker.advance(to: bench.now, using: &bench.random)
        bench.now = bench.now.advanced(byNanoseconds: 60_000_000_000)
        bench.succeed()
        bench.succeed()
        #expect(bench.breaker.state == .closed)
    }
}
