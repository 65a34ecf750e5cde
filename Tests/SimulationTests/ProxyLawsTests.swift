import PlimsollCore
import PlimsollSimulation
import Testing

/// The laws of the house, on the real worker: permits out = exchanges forwarding, every exchange
/// ends once, every buffer returns, no answer to the wrong request, nothing truncated looks whole.
@Suite struct ProxyLawsTests {
    /// More with `PLIMSOLL_SEEDS=n`, one with `PLIMSOLL_SEED=s`.
    static var seeds: [UInt64] { SeedChoice.seeds(standard: 6) }

    private func run(_ seed: UInt64, _ settings: ProxyScenario.Settings) throws -> ProxyScenario {
        let scenario = try ProxyScenario(seed: seed, settings)
        scenario.run()
        #expect(scenario.broken == [], "seed \(seed)")
        return scenario
    }

    @Test(arguments: seeds)
    func `a good upstream and patient clients: everything is answered`(seed: UInt64) throws {
        var settings = ProxyScenario.Settings()
        settings.abandons = false
        settings.concurrency = 100
        settings.behaviour.decideAnswer = { _, chance in
            var plan = AnswerPlan()
            plan.framing = chance.pick([.length, .length, .chunked])
            plan.serviceTime = chance.within(0...2_000_000)
            return plan
        }
        settings.plan = { chance, count in
            var plan = ClientPlan.drawn(requests: count, with: &chance)
            plan.leavesAfter = nil
            return plan
        }
        let scenario = try run(seed, settings)
        let endings = scenario.ledger.endings
        #expect(
            endings == [.answered(status: 200): 50],
            "seed \(seed): \(scenario.ledger.oddities.filter { !$0.contains("(status: 503)") })")
    }

    @Test(arguments: seeds)
    func `anything may happen on either side`(seed: UInt64) throws {
        var settings = ProxyScenario.Settings()
        settings.behaviour.decideConnect = { chance in
            chance.pick([.accept, .accept, .accept, .accept, .refuse])
        }
        settings.behaviour.decideAnswer = { AnswerPlan.drawn(for: $0, with: &$1) }
        settings.behaviour.idleTimeout = { chance in
            chance.happens(0.5) ? chance.within(0...30_000_000) : nil
        }
        _ = try run(seed, settings)
    }

    @Test(arguments: seeds)
    func `overload: the line holds and nothing is lost`(seed: UInt64) throws {
        var settings = ProxyScenario.Settings()
        settings.abandons = false
        settings.clients = 30
        settings.concurrency = 3
        settings.queue = 5
        settings.behaviour.decideAnswer = { _, chance in
            var plan = AnswerPlan()
            plan.serviceTime = chance.within(1_000_000...20_000_000)
            return plan
        }
        settings.plan = { chance, count in
            var plan = ClientPlan()
            plan.requests = (0..<count).map { _ in RequestPlan() }
            plan.startsAfter = chance.within(0...5_000_000)
            return plan
        }
        let scenario = try run(seed, settings)
        let ways = Set(scenario.ledger.endings.keys)
        #expect(
            ways.isSubset(of: [.answered(status: 200), .refused(status: 503)]),
            "seed \(seed): \(scenario.ledger.oddities.filter { !$0.contains("(status: 503)") })")
        #expect(scenario.upstreams.reduce(0) { $0 + $1.concurrencyMaximum } >= 3)
    }
}
