import PlimsollPolicy
import Testing

/// The adaptive discipline against an upstream of 16 slots and 25 ms, which is 640 a second, behind
/// a limit of 18.
@Suite struct OverloadTests {
    private static let capacity = 640.0

    @Test(arguments: [1.2, 2.0, 4.0], [UInt64(1), 2, 3])
    func `an overload costs no capacity, and what is served is served in time`(
        load: Double, seed: UInt64
    ) {
        var simulation = QueueSimulation(seed: seed, queue: .adaptive)
        simulation.sources = [.init(rate: load * Self.capacity)]
        simulation.run()
        let tally = simulation.tally { _ in true }
        // Of 3,840 service times the mean is off by a percent as often as not.
        #expect(Double(tally.good) >= 0.965 * 6 * Self.capacity)
        #expect(tally.percentile(0.99) < 100)
        #expect(tally.dropped * 100 < tally.refused, "refusals leave at once")
    }

    @Test(arguments: [0.5, 0.9], [UInt64(1), 2, 3])
    func `nobody is refused for a burst`(load: Double, seed: UInt64) {
        var simulation = QueueSimulation(seed: seed, queue: .adaptive)
        simulation.sources = [.init(rate: load * Self.capacity)]
        simulation.measured = 4..<24
        simulation.run()
        #expect(simulation.tally { _ in true }.refusedShare <= 0.001)
    }

    @Test func `swarms of slow requests are seldom taken for an overload`() {
        var refused = 0.0
        for seed in UInt64(1)...6 {
            var simulation = QueueSimulation(seed: seed, queue: .adaptive)
            simulation.service = .bimodal
            simulation.sources = [.init(rate: 0.9 * Self.capacity)]
            simulation.measured = 4..<24
            simulation.run()
            refused += simulation.tally { _ in true }.refusedShare / 6
        }
        #expect(refused <= 0.01)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `without word of the upstream's latency it is found out`(seed: UInt64) {
        var simulation = QueueSimulation(seed: seed, queue: .adaptive)
        simulation.fastLatencyNanoseconds = 0
        simulation.sources = [.init(rate: 2 * Self.capacity)]
        simulation.run()
        let tally = simulation.tally { _ in true }
        #expect(Double(tally.good) >= 0.96 * 6 * Self.capacity)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `the critical get through twice the load`(seed: UInt64) {
        var simulation = QueueSimulation(seed: seed, queue: .adaptive)
        simulation.sources = [
            .init(rate: 0.6 * Self.capacity, priority: .critical),
            .init(rate: 1.4 * Self.capacity, priority: .sheddable),
        ]
        simulation.run()
        #expect(simulation.tally { $0.priority == .critical }.goodShare >= 0.995)
        #expect(Double(simulation.tally { _ in true }.good) >= 0.965 * 6 * Self.capacity)
    }

    @Test(arguments: [1, 40], [UInt64(1), 2, 3])
    func `a tenant at twenty times its share does not hurt a modest one`(
        others: Int, seed: UInt64
    ) {
        func play(flood: Double) -> QueueSimulation.Tally {
            var simulation = QueueSimulation(seed: seed, queue: .adaptive)
            let share = Self.capacity / Double(others + 2)
            simulation.sources = [
                .init(rate: flood * share, tenant: 77_777),
                .init(rate: max(10, share / 10), tenant: 123_456_789),
            ]
            for tenant in 0..<others {
                let name = UInt32(tenant + 1) &* 2_654_435_761
                simulation.sources.append(.init(rate: 0.7 * share, tenant: name))
            }
            simulation.measured = 4..<24
            simulation.run()
            return simulation.tally { $0.tenant == 123_456_789 }
        }
        let calm = play(flood: 1)
        let flooded = play(flood: 20)
        #expect(Double(flooded.served) >= 0.999 * Double(flooded.offered))
        #expect(flooded.percentile(0.99) <= 2 * calm.percentile(0.99))
    }

    @Test(arguments: [0.8, 1.5], [UInt64(1), 2, 3])
    func `after a stall of a second the first served are fresh`(load: Double, seed: UInt64) {
        var simulation = QueueSimulation(seed: seed, queue: .adaptive)
        simulation.sources = [.init(rate: load * Self.capacity)]
        simulation.stall = 5..<6
        simulation.measured = 6..<8
        simulation.run()
        let oldest = simulation.agesAfterStall.max() ?? 0
        #expect(oldest <= 50_000_000)
        let ideal = 2 * Self.capacity * min(1, load)
        #expect(Double(simulation.tally { _ in true }.good) >= 0.9 * ideal)
    }
}
