import PlimsollCore
import PlimsollPolicy
import Testing

/// Endpoints as the tests want them.
private struct Endpoints: EndpointView {
    var eligible: [Bool]
    var flying: [Int]
    var loads: [EndpointLoad]
    var weights: [Double]

    init(eligible: [Bool]) {
        self.eligible = eligible
        weights = Array(repeating: 1, count: eligible.count)
        flying = Array(repeating: 0, count: eligible.count)
        loads = Array(
            repeating: EndpointLoad(at: Instant(nanoseconds: 0)), count: eligible.count)
    }

    var count: Int { eligible.count }
    func isEligible(_ endpoint: EndpointIndex) -> Bool { eligible[Int(endpoint.rawValue)] }
    func inFlight(_ endpoint: EndpointIndex) -> Int { flying[Int(endpoint.rawValue)] }
    func load(_ endpoint: EndpointIndex) -> EndpointLoad { loads[Int(endpoint.rawValue)] }
    func weight(_ endpoint: EndpointIndex) -> Double { weights[Int(endpoint.rawValue)] }
}

@Suite struct BalancerTests {
    private let now = Instant(nanoseconds: 0)

    private func picks(
        _ count: Int, _ kind: BalanceKind, from endpoints: Endpoints, seed: UInt64 = 1
    ) -> [Int] {
        var balancer = Balancer(kind, worker: WorkerIndex(rawValue: 0))
        var random = RandomSource(seed: seed)
        return (0..<count).compactMap { _ in
            balancer.pick(from: endpoints, at: now, using: &random).map { Int($0.rawValue) }
        }
    }

    private func shares(_ picks: [Int], of count: Int) -> [Double] {
        (0..<count).map { index in
            Double(picks.count { $0 == index }) / Double(picks.count)
        }
    }

    @Test(arguments: BalanceKind.allCases)
    func `without an eligible endpoint there is no pick`(kind: BalanceKind) {
        #expect(picks(1, kind, from: Endpoints(eligible: [])).isEmpty)
        #expect(picks(1, kind, from: Endpoints(eligible: [false])).isEmpty)
        #expect(
            picks(1, kind, from: Endpoints(eligible: Array(repeating: false, count: 70))).isEmpty)
    }

    @Test(arguments: BalanceKind.allCases)
    func `an endpoint with a tenth of its weight gets less, and alone it gets all`(
        kind: BalanceKind
    ) {
        var endpoints = Endpoints(eligible: [true, true, true, true])
        endpoints.flying = [0, 0, 0, 0]
        endpoints.weights[2] = 0.1
        #expect(shares(picks(4_000, kind, from: endpoints), of: 4)[2] < 0.06)
        endpoints.eligible = [false, false, true, false]
        #expect(picks(10, kind, from: endpoints) == Array(repeating: 2, count: 10))
    }

    @Test(arguments: BalanceKind.allCases)
    func `the only eligible endpoint is found among many`(kind: BalanceKind) {
        for position in 0..<70 {
            var endpoints = Endpoints(eligible: Array(repeating: false, count: 70))
            endpoints.eligible[position] = true
            #expect(picks(3, kind, from: endpoints) == [position, position, position])
        }
    }

    @Test(arguments: BalanceKind.allCases)
    func `equals get equal shares`(kind: BalanceKind) {
        let endpoints = Endpoints(eligible: [true, false, true, true, false, true])
        let shares = shares(picks(12_000, kind, from: endpoints), of: 6)
        for (share, isEligible) in zip(shares, endpoints.eligible) {
            #expect(isEligible ? abs(share - 0.25) < 0.02 : share == 0)
        }
    }

    @Test func `of two the cheaper is always taken`() {
        var endpoints = Endpoints(eligible: [true, true])
        endpoints.flying = [1, 0]
        #expect(picks(100, .twoChoices, from: endpoints).allSatisfy { $0 == 1 })
        endpoints.loads[1].record(latencyNanoseconds: 100_000_000, at: now)
        #expect(picks(100, .twoChoices, from: endpoints).allSatisfy { $0 == 0 })
    }

    @Test func `the dearest of many is never taken and the cheapest not always`() {
        var endpoints = Endpoints(eligible: Array(repeating: true, count: 10))
        for index in 0..<10 { endpoints.flying[index] = index }
        let shares = shares(picks(20_000, .twoChoices, from: endpoints), of: 10)
        #expect(shares[9] == 0)
        // One of two different draws out of ten is the cheapest with a chance of a fifth.
        #expect(abs(shares[0] - 0.2) < 0.02)
        #expect(abs(shares[8] - 1.0 / 45) < 0.01)
    }

    @Test func `round robin goes round and steps over the ineligible`() {
        var endpoints = Endpoints(eligible: [true, true, true])
        #expect(picks(5, .roundRobin, from: endpoints) == [0, 1, 2, 0, 1])
        endpoints.eligible[1] = false
        #expect(picks(5, .roundRobin, from: endpoints) == [0, 2, 0, 2, 0])
    }

    @Test func `each loop begins its round elsewhere, also with fewer endpoints than loops`() {
        let endpoints = Endpoints(eligible: [true, true])
        var random = RandomSource(seed: 1)
        let firsts = (0..<4).map { (worker: UInt16) -> UInt16? in
            var balancer = Balancer(.roundRobin, worker: WorkerIndex(rawValue: worker))
            return balancer.pick(from: endpoints, at: now, using: &random)?.rawValue
        }
        #expect(firsts == [0, 1, 0, 1])
    }

    @Test func `a table that shrank does not upset the round`() {
        var balancer = Balancer(.roundRobin, worker: WorkerIndex(rawValue: 0))
        var random = RandomSource(seed: 1)
        let many = Endpoints(eligible: Array(repeating: true, count: 9))
        for _ in 0..<8 { _ = balancer.pick(from: many, at: now, using: &random) }
        let pick = balancer.pick(
            from: Endpoints(eligible: [true, true]), at: now, using: &random)
        #expect(pick == EndpointIndex(rawValue: 0))
    }

    @Test func `the fewest in flight win, whatever they cost`() {
        var endpoints = Endpoints(eligible: [true, true, true, false])
        endpoints.flying = [2, 1, 3, 0]
        endpoints.loads[1].record(latencyNanoseconds: 9_000_000_000, at: now)
        #expect(picks(50, .leastInFlight, from: endpoints).allSatisfy { $0 == 1 })
    }
}
