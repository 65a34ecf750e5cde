import PlimsollCore
import PlimsollIO
import PlimsollSimulation
import Testing

/// Clients, a relay on one or two loops, an upstream: what the simulation says about itself.
private struct RelayScenario {
    let network: SimulatedNetwork
    let ledger = Ledger()
    let world: SimulatedWorld
    let upstream: SimulatedUpstream
    let clients: [SimulatedClient]
    let relays: [RelayLoop]
    let pools: [BufferPool]

    static let front = SimulatedAddress(10, 0, 0, 1, port: 80)
    static let back = SimulatedAddress(10, 0, 0, 2, port: 8080)

    init(seed: UInt64, loops: Int, behaviour: SimulatedUpstream.Behaviour) {
        let network = SimulatedNetwork(seed: seed)
        network.trace.linesMaximum = 200
        self.network = network
        let world = SimulatedWorld(network: network)
        self.world = world
        upstream = SimulatedUpstream(
            network: network, address: Self.back, ledger: ledger, behaviour: behaviour)
        pools = (0..<loops).map { _ in BufferPool(capacity: 20) }
        relays = pools.map { pool in
            let driver = SimulatedDriver(network: network, buffers: pool, waiting: .never)
            let relay = RelayLoop(
                driver: driver, listener: network.makeListener(at: Self.front), target: Self.back)
            world.addLoop(driver) { relay.turn() }
            return relay
        }
        var chance = network.chance.fork()
        let ledger = ledger
        clients = (0..<6).map { _ in
            var plan = ClientPlan.drawn(requests: 4, with: &chance)
            // A relay neither answers on its own nor orders pipelined requests.
            plan.pipelineDepth = 1
            plan.endsSendingEarly = false
            return SimulatedClient(
                network: network, address: Self.front, ledger: ledger, plan: plan)
        }
    }

    func run() -> Bool {
        let isOver = world.run(atMost: .seconds(60)) { clients.allSatisfy(\.isDone) }
        return world.run(atMost: .seconds(1)) { relays.allSatisfy { $0.pairCount == 0 } } && isOver
    }
}

@Suite struct `A simulated world` {
    @Test(arguments: 0..<20)
    func `brings every answer to its request over a relay`(seed: Int) {
        let scenario = RelayScenario(
            seed: UInt64(seed), loops: 1 + seed % 2, behaviour: SimulatedUpstream.Behaviour())
        let isOver = scenario.run()
        #expect(isOver, "\(scenario.network.trace.lines.suffix(20))")
        #expect(scenario.ledger.violations == [])
        #expect(scenario.ledger.openCount == 0)
        #expect(scenario.pools.allSatisfy { $0.available == $0.capacity })
    }

    @Test(arguments: 0..<20)
    func `never takes a fault for a whole answer`(seed: Int) {
        var behaviour = SimulatedUpstream.Behaviour()
        behaviour.decideAnswer = { AnswerPlan.drawn(for: $0, with: &$1) }
        behaviour.decideConnect = { chance in chance.pick([.accept, .accept, .refuse]) }
        let scenario = RelayScenario(seed: UInt64(seed), loops: 2, behaviour: behaviour)
        _ = scenario.run()
        // A relay hands on what an upstream says, nonsense too; nothing else may go wrong.
        let others = scenario.ledger.violations.filter { !isNonsense($0) }
        #expect(others == [])
    }

    @Test func `does the same again with the same seed and something else with another`() {
        func hash(_ seed: UInt64) -> UInt64 {
            let scenario = RelayScenario(
                seed: seed, loops: 2, behaviour: SimulatedUpstream.Behaviour())
            _ = scenario.run()
            return scenario.network.trace.hash
        }
        let first = hash(7)
        #expect(hash(7) == first)
        #expect(hash(8) != first)
    }

    private func isNonsense(_ violation: String) -> Bool {
        violation.contains("not a status line") || violation.contains("answer nothing")
            || violation.contains("was seen twice")
    }
}
