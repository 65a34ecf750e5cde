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

    @Test(arguments: seeds)
    func `classes, tenants, disciplines: whoever is sent away is told once`(seed: UInt64) throws {
        var settings = ProxyScenario.Settings()
        settings.clients = 40
        settings.concurrency = 2 + Int(seed % 2)
        settings.queue = 4 + Int(seed % 5)
        settings.queueTimeout = "20ms"
        settings.route = """
            priority_header = "x-priority"
            tenant = { header = "x-tenant" }
            timeout = "1s"
            """
        let disciplines = ["adaptive", "fifo", "lifo", "controlled-delay"]
        settings.extra = """
            [upstream.back.queue]
            discipline = "\(disciplines[Int(seed % 4)])"
            target = "\(seed % 4 + 1)ms"
            interval = "5ms"
            """
        settings.behaviour.decideAnswer = { _, chance in
            var plan = AnswerPlan()
            plan.serviceTime = chance.within(500_000...8_000_000)
            return plan
        }
        settings.plan = { chance, count in
            var plan = ClientPlan()
            let tenant = chance.below(3)
            plan.requests = (0..<count).map { _ in
                var request = RequestPlan()
                let name = chance.pick(["critical", "default", "sheddable", "background", "odd"])
                request.fields = "X-Priority: \(name)\r\nX-Tenant: \(tenant)\r\n"
                if chance.happens(0.2) { request.fields += "X-Attempt: 2\r\n" }
                return request
            }
            plan.startsAfter = chance.within(0...5_000_000)
            plan.leavesAfter = chance.happens(0.2) ? chance.within(0...30_000_000) : nil
            return plan
        }
        let scenario = try run(seed, settings)
        let statuses = Set(
            scenario.ledger.endings.keys.compactMap { ending in
                if case .refused(let status) = ending { status } else { nil }
            })
        #expect(statuses.isSubset(of: [503, 504]), "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `a house without room: nothing leaks when everything runs out`(seed: UInt64) throws {
        var settings = ProxyScenario.Settings()
        settings.clients = 20
        settings.buffers = 3 + Int(seed % 9)
        settings.connections = 4 + Int(seed % 5)
        settings.socketExhaustion = 0.1
        settings.manners.acceptErrors = 0.1
        settings.behaviour.decideAnswer = { AnswerPlan.drawn(for: $0, with: &$1) }
        _ = try run(seed, settings)
    }

    @Test(arguments: seeds)
    func `a silent upstream: every wait has its end`(seed: UInt64) throws {
        var settings = ProxyScenario.Settings()
        settings.timeouts = "connect = \"20ms\", response = \"50ms\", idle = \"100ms\""
        settings.extra = """
            [upstream.back.retry]
            attempts = 3
            on = ["connect-failure", "reset-before-response", "503"]
            """
        settings.behaviour.decideConnect = { chance in
            chance.pick([.accept, .accept, .accept, .hang, .refuse])
        }
        settings.behaviour.decideAnswer = { request, chance in
            var plan = AnswerPlan.drawn(for: request, with: &chance)
            if chance.happens(0.2) { plan.fault = .silence }
            plan.serviceTime = chance.pick([0, 1_000_000, 45_000_000, 60_000_000])
            return plan
        }
        _ = try run(seed, settings)
    }

    @Test(arguments: seeds)
    func `hedges and pauses: whoever answers, nothing is left behind`(seed: UInt64) throws {
        var settings = ProxyScenario.Settings()
        settings.endpoints = 3
        settings.clients = 16
        settings.concurrency = 4 + Int(seed % 8)
        settings.timeouts = "connect = \"20ms\", response = \"80ms\", idle = \"100ms\""
        settings.extra = """
            [upstream.back.retry]
            attempts = 2
            hedge_after = "\(seed % 3 + 1)ms"
            backoff = "1ms"
            budget_minimum_per_second = 1000000
            """
        settings.behaviour.decideConnect = { chance in
            chance.pick([.accept, .accept, .accept, .accept, .hang, .refuse])
        }
        settings.behaviour.decideAnswer = { request, chance in
            var plan = AnswerPlan.drawn(for: request, with: &chance)
            if chance.happens(0.1) { plan.fault = .silence }
            plan.serviceTime = chance.pick([0, 500_000, 2_000_000, 6_000_000, 40_000_000])
            return plan
        }
        _ = try run(seed, settings)
    }

    @Test(arguments: seeds)
    func `a drain under load: both loops end and give back what they hold`(seed: UInt64) throws {
        var settings = ProxyScenario.Settings()
        settings.clients = 20
        settings.behaviour.decideAnswer = { AnswerPlan.drawn(for: $0, with: &$1) }
        let scenario = try ProxyScenario(seed: seed, settings)
        scenario.drain(
            after: Int64(seed % 40) * 1_000_000, within: seed % 3 == 0 ? 5_000_000 : 400_000_000_000
        )
        scenario.run()
        #expect(scenario.broken == [], "seed \(seed)")
        #expect(scenario.proxy.loops.allSatisfy { $0.hasEnded }, "seed \(seed)")
    }

    @Test(arguments: seeds)
    func `thrice the load: goodput stays at the capacity`(seed: UInt64) throws {
        // Two slots of 10 ms carry 200 requests a second; 600 a second come, at random.
        var settings = ProxyScenario.Settings()
        settings.abandons = false
        settings.endpoints = 1
        settings.link = .smooth
        settings.clients = 1200
        settings.requestsPerClient = 1
        settings.connections = 1024
        settings.concurrency = 2
        settings.queue = 4
        settings.behaviour.slots = 2
        settings.behaviour.decideAnswer = { _, _ in
            var plan = AnswerPlan()
            plan.serviceTime = 10_000_000
            return plan
        }
        settings.plan = { chance, count in
            var plan = ClientPlan()
            plan.requests = (0..<count).map { _ in RequestPlan() }
            plan.startsAfter = chance.within(0...2_000_000_000)
            return plan
        }
        let scenario = try run(seed, settings)
        let start = scenario.ledger.entries.map(\.sentAt.nanoseconds).min()!
        let good = scenario.ledger.entries.filter {
            $0.ending == .answered(status: 200)
                && $0.endedAt.nanoseconds < start + 2_000_000_000
        }
        #expect(good.count > 380, "seed \(seed): \(good.count) of 400 in two seconds")
    }

    @Test(arguments: seeds)
    func `what follows an answer unasked reaches nobody`(seed: UInt64) throws {
        // Without cuts it arrives together with the answer's end.
        var settings = ProxyScenario.Settings()
        settings.link = .smooth
        settings.manners.partialReceives = 0
        settings.behaviour.decideAnswer = { _, chance in
            var plan = AnswerPlan()
            plan.framing = chance.pick([.length, .chunked])
            plan.hasSurplus = chance.happens(0.3)
            return plan
        }
        settings.plan = { chance, count in
            var plan = ClientPlan()
            plan.requests = (0..<count).map { _ in
                var request = RequestPlan()
                request.method = chance.pick(["GET", "HEAD", "DELETE"])
                request.answerBytes = chance.pick([0, 1, 5000])
                return request
            }
            return plan
        }
        let scenario = try run(seed, settings)
        let ways = Set(scenario.ledger.endings.keys)
        #expect(ways.isSubset(of: [.answered(status: 200), .refused(status: 503)]), "seed \(seed)")
    }

    @Test func `the same seed does the same again`() throws {
        func hash() throws -> UInt64 {
            var settings = ProxyScenario.Settings()
            settings.behaviour.decideAnswer = { AnswerPlan.drawn(for: $0, with: &$1) }
            return try run(5, settings).network.trace.hash
        }
        let first = try hash()
        #expect(try hash() == first)
    }
}
