import PlimsollCore
import PlimsollPolicy
import PlimsollProxy
import PlimsollSimulation
import Testing

/// A loop that has more to do than it can, and how it saves itself.
@Suite struct StrainTests {
    static var seeds: [UInt64] { SeedChoice.seeds(standard: 3) }

    /// Two hundred clients at a loop that takes `cost` nanoseconds over each completion.
    private func run(
        _ seed: UInt64, cost: Int64, protection: String
    ) throws -> (scenario: ProxyScenario, pressure: Double) {
        var settings = ProxyScenario.Settings()
        settings.loops = 1
        settings.clients = 200
        settings.requestsPerClient = 20
        settings.concurrency = 1_000
        settings.queue = 0
        settings.connections = 512
        settings.buffers = 1_024
        settings.abandons = false
        settings.extra = "[server.protection]\n\(protection)"
        settings.manners.partialTurns = 0
        settings.plan = { _, count in
            var plan = ClientPlan()
            plan.requests = (0..<count).map { _ in RequestPlan() }
            return plan
        }
        let scenario = try ProxyScenario(seed: seed, settings)
        let loop = scenario.proxy.loops[0]
        loop.driver.completionCost = cost
        var pressure = 0.0
        let check = scenario.world.afterTurn
        scenario.world.afterTurn = {
            check()
            pressure = max(pressure, loop.worker.strainPressure)
        }
        scenario.run()
        #expect(scenario.broken == [], "seed \(seed)")
        return (scenario, pressure)
    }

    @Test(arguments: seeds)
    func `a loop that lags refuses some and loses none`(seed: UInt64) throws {
        let (scenario, pressure) = try run(seed, cost: 500_000, protection: "lag = \"20ms\"")
        let endings = scenario.ledger.endings
        #expect(pressure > 2, "default requests are refused above 2")
        #expect((endings[.refused(status: 503)] ?? 0) > 0)
        #expect((endings[.answered(status: 200)] ?? 0) > 0)
        #expect(endings.values.reduce(0, +) == 4_000)
    }

    @Test(arguments: seeds)
    func `without protection the same loop lags and refuses none`(seed: UInt64) throws {
        let (scenario, pressure) = try run(
            seed, cost: 500_000, protection: "mode = \"off\"\nlag = \"20ms\"")
        #expect(pressure == 0)
        #expect(scenario.ledger.endings == [.answered(status: 200): 4_000])
    }

    @Test(arguments: seeds)
    func `a quick loop refuses none`(seed: UInt64) throws {
        let (scenario, pressure) = try run(seed, cost: 5_000, protection: "lag = \"20ms\"")
        #expect(pressure == 0)
        #expect(scenario.ledger.endings == [.answered(status: 200): 4_000])
    }
}
