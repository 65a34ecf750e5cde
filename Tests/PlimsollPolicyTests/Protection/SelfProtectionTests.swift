import PlimsollCore
import PlimsollPolicy
import Testing

@Suite struct LagMeterTests {
    private static func lag(_ stretches: [(busy: Int64, idle: Int64)]) -> Int64 {
        var now = Instant(nanoseconds: 1_000_000_000)
        var meter = LagMeter(at: now)
        for (busy, idle) in stretches {
            now = now.advanced(byNanoseconds: (busy + idle) * 1_000_000)
            _ = meter.note(busyNanoseconds: busy * 1_000_000, at: now)
        }
        return meter.takeLag(at: now).lag / 1_000_000
    }

    @Test func `a loop that is busy on end lags by its turns`() {
        #expect((59...60).contains(Self.lag(Array(repeating: (60, 0), count: 10))))
        #expect((0...1).contains(Self.lag(Array(repeating: (1, 0), count: 100))))
    }

    @Test func `one long turn in a calm second is little`() {
        #expect(Self.lag([(60, 940)]) == 3)
        #expect(Self.lag([(0, 5_000)]) == 0)
    }

    @Test func `a thousand short turns do not hide a long one`() {
        let turns = [(busy: Int64(100), idle: Int64(0))] + Array(repeating: (1, 0), count: 100)
        #expect(Self.lag(turns) == 50)
    }

    @Test func `a loop that stood still for a day does not overflow`() {
        let day: Int64 = 86_400_000
        #expect(Self.lag([(day, 0)]) == day)
    }

    @Test func `a window ends after fifty milliseconds, not before`() {
        var meter = LagMeter(at: Instant(nanoseconds: 0))
        let early = meter.note(busyNanoseconds: 1, at: Instant(nanoseconds: 49_999_999))
        let due = meter.note(busyNanoseconds: 1, at: Instant(nanoseconds: 50_000_000))
        #expect(!early)
        #expect(due)
    }
}

@Suite struct SelfProtectionTests {
    private static let window: Int64 = 50_000_000

    private static func signals(lag milliseconds: Int64) -> StrainSignals {
        StrainSignals(lagNanoseconds: milliseconds * 1_000_000)
    }

    /// Of a thousand requests of each class, how many are refused.
    private static func shed(_ protection: SelfProtection) -> [Priority: Int] {
        var random = RandomSource(seed: 1)
        var counts: [Priority: Int] = [:]
        for priority in Priority.allCases {
            counts[priority] = (0..<1_000).count { _ in protection.sheds(priority, &random) }
        }
        return counts
    }

    @Test func `without strain nothing is refused`() {
        var protection = SelfProtection(.standard)
        for _ in 0..<100 {
            protection.judge(
                StrainSignals(
                    lagNanoseconds: 50_000_000, memoryShare: 0.9, connectionShare: 0.95),
                over: Self.window)
        }
        #expect(!protection.isStrained)
        #expect(Self.shed(protection).values.allSatisfy { $0 == 0 })
    }

    @Test func `the lowest class goes first, critical last`() {
        var protection = SelfProtection(.standard)
        var before = Self.shed(protection)
        for _ in 0..<20 {
            protection.judge(Self.signals(lag: 60), over: Self.window)
            let now = Self.shed(protection)
            let order = Priority.allCases.reversed().map { now[$0] ?? 0 }
            #expect(order == order.sorted(by: >))
            for (lower, higher) in zip(order, order.dropFirst()) where higher > 0 {
                #expect(lower == 1_000, "a higher class before a lower one was refused whole")
            }
            #expect(Priority.allCases.allSatisfy { (now[$0] ?? 0) >= (before[$0] ?? 0) - 50 })
            before = now
        }
        #expect(before.values.allSatisfy { $0 == 1_000 })
        #expect(protection.holdsConnections)
    }

    @Test func `strain is answered within a second, and one stall is no strain`() {
        var protection = SelfProtection(.standard)
        protection.judge(Self.signals(lag: 500), over: 500_000_000)
        #expect(Self.shed(protection)[.sheddable] == 0)
        #expect(Self.shed(protection)[.standard] == 0)
        for _ in 0..<10 {
            protection.judge(Self.signals(lag: 100), over: Self.window)
        }
        #expect(Self.shed(protection)[.critical] == 1_000)
    }

    @Test func `between calm and the mark it stays as it is`() {
        var protection = SelfProtection(.standard)
        for _ in 0..<6 {
            protection.judge(Self.signals(lag: 51), over: Self.window)
        }
        let pressure = protection.pressure
        #expect(pressure > 1)
        for _ in 0..<100 {
            protection.judge(Self.signals(lag: 40), over: Self.window)
        }
        #expect(protection.pressure == pressure)
        protection.judge(Self.signals(lag: 34), over: Self.window)
        #expect(protection.pressure < pressure)
    }

    @Test func `it is over a second a class after the lag is`() {
        var protection = SelfProtection(.standard)
        for _ in 0..<100 {
            protection.judge(Self.signals(lag: 1_000), over: Self.window)
        }
        #expect(protection.pressure == SelfProtection.pressureMaximum)
        protection.judge(Self.signals(lag: 0), over: 1_000_000_000)
        #expect(Self.shed(protection)[.critical] == 0)
        #expect(Self.shed(protection)[.standard] == 1_000)
        protection.judge(Self.signals(lag: 0), over: 3_000_000_000)
        #expect(!protection.isStrained)
    }

    @Test(arguments: [(0.9, 0.0), (0.95, 1.5), (1.0, 3.0)])
    func `memory is answered as it is used`(share: Double, pressure: Double) {
        var protection = SelfProtection(.standard)
        protection.judge(StrainSignals(memoryShare: share), over: Self.window)
        #expect(abs(protection.pressure - pressure) < 1e-9)
        #expect(!protection.holdsConnections)
        protection.judge(StrainSignals(), over: Self.window)
        #expect(!protection.isStrained)
    }

    @Test func `full listeners cost the lower classes alone`() {
        var protection = SelfProtection(.standard)
        protection.judge(StrainSignals(connectionShare: 1), over: Self.window)
        let shed = Self.shed(protection)
        #expect(shed[.background] == 1_000)
        #expect(shed[.sheddable] == 1_000)
        #expect(shed[.standard] == 0)
        #expect(shed[.critical] == 0)
    }

    @Test func `a mark at the very end is reached only there`() throws {
        var protection = SelfProtection(
            try ProtectionSettings(memory: 1, connections: 1))
        protection.judge(
            StrainSignals(memoryShare: 0.999, connectionShare: 0.999), over: Self.window)
        #expect(!protection.isStrained)
        protection.judge(StrainSignals(memoryShare: 1), over: Self.window)
        #expect(protection.isStrained)
    }

    @Test func `whoever is refused is told when its class is welcome again`() {
        var protection = SelfProtection(.standard)
        #expect(protection.retryAfterNanoseconds(.background) == 1_000_000_000)
        for _ in 0..<100 {
            protection.judge(Self.signals(lag: 1_000), over: Self.window)
        }
        #expect(protection.retryAfterNanoseconds(.background) == 8_000_000_000)
        #expect(protection.retryAfterNanoseconds(.critical) == 2_000_000_000)
        protection.judge(Self.signals(lag: 0), over: 0)
        #expect(protection.retryAfterNanoseconds(.background) == 4_000_000_000)
        protection.judge(Self.signals(lag: 0), over: 4_000_000_000)
        #expect(protection.retryAfterNanoseconds(.background) == 1_000_000_000)
    }

    @Test func `off is off`() throws {
        var protection = SelfProtection(try ProtectionSettings(isEnforced: false))
        for _ in 0..<100 {
            protection.judge(
                StrainSignals(lagNanoseconds: .max, memoryShare: 1, connectionShare: 1),
                over: Self.window)
        }
        #expect(!protection.isStrained)
        #expect(!protection.holdsConnections)
    }
}
