import PlimsollCore
import PlimsollPolicy
import Testing

/// Walks through every order of events to a depth, from half-open on.
private struct Walk {
    private struct Place {
        var bench: BreakerBench
        /// Passes that were given and not settled, of all states.
        var out: [BreakerPass] = []
        /// Successes of probes in the current state.
        var succeeded = 0
    }

    let probes: Int
    let ramp: Duration
    /// Besides arrivals, outcomes and time: silence, health checks, an operator.
    let hasOthers: Bool
    var visited = 0
    var recoveries = 0
    var timeouts = 0
    var silences = 0
    var takenBack = 0

    init(probes: Int, depth: Int, ramp: Duration = .zero, hasOthers: Bool = false) throws {
        self.probes = probes
        self.ramp = ramp
        self.hasOthers = hasOthers
        var bench = BreakerBench(
            try BreakerSettings(
                window: .seconds(1), consecutiveFailures: 1, openFor: .seconds(1),
                openForMaximum: .seconds(1), probes: probes, probeTimeout: .seconds(1),
                ramp: ramp))
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
        waitHalf(place, depth: depth)
        guard hasOthers else { return }
        hearOthers(place, depth: depth)
    }

    /// Half of the opening, the probe timeout and the ramp, so that two of them cross any.
    private mutating func waitHalf(_ place: Place, depth: Int) {
        var later = place
        later.bench.now = place.bench.now.advanced(byNanoseconds: 500_000_000)
        let epoch = later.bench.breaker.epoch
        later.bench.breaker.advance(to: later.bench.now, using: &later.bench.random)
        if later.bench.breaker.epoch != epoch {
            later.succeeded = 0
            if place.bench.breaker.state == .ramping {
                #expect(later.bench.breaker.state == .closed)
            } else {
                timeouts += 1
                #expect(later.bench.breaker.lastTrip == .probeTimedOut)
            }
        }
        visit(later, depth: depth - 1)
    }

    private mutating func hearOthers(_ place: Place, depth: Int) {
        var silent = place
        silent.bench.breaker.openForSilence(at: silent.bench.now, using: &silent.bench.random)
        let isOpened = silent.bench.breaker.epoch != place.bench.breaker.epoch
        silences += isOpened ? 1 : 0
        let mayOpen =
            place.bench.breaker.hold == .auto
            && (place.bench.breaker.state == .closed || place.bench.breaker.state == .ramping)
        #expect(isOpened == mayOpen, "silence opens what passes traffic, and nothing else")
        visit(silent, depth: depth - 1)
        for isWell in [true, false] {
            var heard = place
            heard.bench.breaker.hear(isWell: isWell, at: heard.bench.now)
            #expect(heard.bench.breaker.epoch == place.bench.breaker.epoch)
            visit(heard, depth: depth - 1)
        }
        for hold in BreakerHold.allCases where hold != place.bench.breaker.hold {
            var held = place
            held.bench.breaker.hold(hold, at: held.bench.now)
            if held.bench.breaker.epoch != place.bench.breaker.epoch { held.succeeded = 0 }
            visit(held, depth: depth - 1)
        }
    }

    private mutating func arrive(_ place: Place, depth: Int) {
        var next = place
        let epoch = place.bench.breaker.epoch
        let pass = next.bench.pass()
        if let pass { next.out.append(pass) }
        let change = next.bench.breaker.epoch &- epoch
        #expect(change <= 1, "no call changes state twice")
        if change == 1 { next.succeeded = 0 }
        switch place.bench.breaker.hold {
        case .open: #expect(pass == nil)
        case .closed: #expect(pass != nil)
        case .auto: break
        }
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
            if isAnswerAfterSilence(outcome, pass, before) {
                takenBack += 1
                #expect(after.state == .closed && after.epoch == before.epoch + 1)
            } else {
                #expect(after.state == before.state && after.epoch == before.epoch, "old news")
            }
        } else if pass.isProbe, case .success = outcome {
            next.succeeded += 1
        }
        if after.epoch != before.epoch {
            if pass.isProbe, after.state == (ramp == .zero ? .closed : .ramping) {
                recoveries += 1
                #expect(next.succeeded == probes, "recovered by exactly its probes")
            }
            #expect(before.hold == .auto, "an operator's word stands")
            next.succeeded = 0
        }
        visit(next, depth: depth - 1)
    }

    private func isAnswerAfterSilence(
        _ outcome: Outcome, _ pass: BreakerPass, _ before: CircuitBreaker
    ) -> Bool {
        guard case .success = outcome, case .open = before.state, before.hold == .auto else {
            return false
        }
        return before.lastTrip == .silence && pass.epoch == before.epoch - 1
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
            #expect(breaker.hold == .auto)
        case .ramping:
            #expect(current.isEmpty && breaker.hold == .auto)
        case .closed:
            #expect(current.isEmpty && breaker.hold != .open)
        case .open:
            #expect(current.isEmpty && breaker.hold != .closed)
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
        #expect(walk.recoveries > 0 && walk.timeouts > 0)
    }

    @Test(arguments: [(1, 7), (2, 7), (3, 7)])
    func `nor with a ramp behind them`(probes: Int, depth: Int) throws {
        let walk = try Walk(probes: probes, depth: depth, ramp: .seconds(1))
        #expect(walk.recoveries > 0 && walk.timeouts > 0)
    }

    @Test(arguments: [(1, 5), (2, 5)])
    func `nor when silence, checks and operators interfere`(probes: Int, depth: Int) throws {
        let walk = try Walk(probes: probes, depth: depth, ramp: .seconds(1), hasOthers: true)
        #expect(walk.recoveries > 0 && walk.silences > 0 && walk.takenBack > 0)
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
        bench.now = bench.now.advanced(byNanoseconds: 200_000_000)
        bench.breaker.advance(to: bench.now, using: &bench.random)
        #expect(bench.breaker.state == .closed)
    }
}
