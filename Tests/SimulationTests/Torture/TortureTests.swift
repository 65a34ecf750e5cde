import PlimsollPolicy
import PlimsollSimulation
import Testing

/// The default limit where others are known to fail; the optimum is the number of slots.
@Suite struct TortureTests {
    private static let seeds: [UInt64] = [1, 2, 3]

    private func reports(
        _ scenario: LimitScenario, _ algorithm: LimitAlgorithm = .knee
    ) -> [LimitReport] {
        Self.seeds.map { seed in
            var run = LimitRun(scenario, algorithm: algorithm, seed: seed)
            return run.run()
        }
    }

    @Test func `the same seed gives the same report`() {
        var first = LimitRun(.coldStart, algorithm: .knee, seed: 7)
        var second = LimitRun(.coldStart, algorithm: .knee, seed: 7)
        let limits = (first.run().slices.map(\.limitMean), second.run().slices.map(\.limitMean))
        #expect(limits.0 == limits.1)
    }

    @Test func `twice the load brings all the upstream can do, and no queue there`() {
        for report in reports(.overload) {
            let steady = report.between(4, 12)
            #expect(steady.goodPerSecond >= 0.96 * 640)
            #expect(report.between(2, 12).inFlightMaximum <= 48)
            #expect((12...21).contains(steady.limitMean))
        }
    }

    @Test func `below its capacity the limit is nobody's concern`() {
        let scenario = LimitScenario("half", seconds: 20, demand: 320)
        for report in reports(scenario) {
            #expect(report.between(1, 20).shedShare <= 0.001)
        }
    }

    @Test(arguments: [LimitScenario.coldStart, .lowBeginning])
    func `a bad beginning is over within a few seconds`(_ scenario: LimitScenario) {
        for report in reports(scenario) {
            let end = report.between(scenario.seconds - 5, scenario.seconds)
            #expect(end.goodPerSecond >= 0.94 * 640, "\(scenario.name)")
            #expect((12...21).contains(end.limitMean), "\(scenario.name): \(end.limitMean)")
        }
    }

    @Test func `a limit far too high at first is found within a few seconds`() {
        // The first baseline is that of a queue, and soundings take it down too slowly.
        withKnownIssue(isIntermittent: true) {
            for report in reports(.highBeginning) {
                #expect((12...21).contains(report.between(11, 16).limitMean))
            }
        }
    }

    @Test func `it follows capacity down and up`() {
        for report in reports(.capacitySteps) {
            #expect(report.between(4, 14).goodPerSecond >= 0.95 * 640)
            #expect(report.between(14, 26).goodPerSecond >= 0.93 * 320)
            #expect(report.between(27, 38).goodPerSecond >= 0.95 * 960)
            #expect(report.between(17, 26).limitMean <= 14)
        }
    }

    @Test func `slower work is not taken for a queue`() {
        for report in reports(.slowdown) {
            #expect(report.between(8, 23).answeredPerSecond >= 0.8 * 64)
            #expect(report.between(25, 44).goodPerSecond >= 0.95 * 512)
            #expect(report.between(25, 44).inFlightMaximum <= 48)
        }
    }

    @Test func `a degradation that lasts neither starves it nor leaves a trace`() {
        for report in reports(.degradation) {
            // Work that is only half as slow again looks much like a queue: one seed of three is
            // still looking for the answer after fifteen seconds.
            withKnownIssue(isIntermittent: true) {
                #expect(report.between(25, 40).answeredPerSecond >= 0.85 * 427)
            }
            #expect(report.between(25, 40).answeredPerSecond >= 0.4 * 427)
            #expect(report.between(55, 70).goodPerSecond >= 0.93 * 640)
        }
    }

    @Test func `a few very slow answers do not starve the others`() {
        for report in reports(.mixedRoutes) {
            #expect(report.between(5, 60).answeredPerSecond >= 0.92 * 640)
            #expect((12...22).contains(report.between(5, 60).limitMean))
        }
    }

    @Test func `a stall is forgotten within two seconds`() {
        for report in reports(.stall) {
            #expect(report.between(9, 20).goodPerSecond >= 0.95 * 640)
            #expect((12...22).contains(report.between(9, 20).limitMean))
        }
    }

    @Test func `while everything times out the limit goes down, and comes back`() {
        for report in reports(.constantTimeouts) {
            #expect(report.between(7, 16).limitMaximum <= 30)
            #expect(report.between(12, 16).limitMean <= 6)
            #expect(report.between(30, 40).goodPerSecond >= 0.93 * 640)
        }
    }

    @Test func `errors that do not depend on the load do not starve it`() {
        for report in reports(.halfErrors) {
            #expect(report.between(12, 26).answeredPerSecond >= 0.6 * 320)
            #expect(report.between(30, 40).goodPerSecond >= 0.93 * 640)
        }
    }

    @Test func `an upstream that gets quicker is not taken for one with room`() {
        for report in reports(.herd) {
            #expect(report.between(8, 30).goodPerSecond >= 0.93 * 640)
            #expect(report.between(8, 30).limitMean <= 24)
        }
    }

    @Test func `a slight overload for an hour moves nothing`() {
        var run = LimitRun(.hour, algorithm: .knee, seed: 1)
        let report = run.run()
        let early = report.between(60, 600)
        let late = report.between(3_000, 3_600)
        #expect((12...22).contains(early.limitMean))
        #expect((12...22).contains(late.limitMean))
        #expect(abs(late.limitMean / early.limitMean - 1) < 0.1)
        #expect(late.answeredPerSecond >= 0.95 * 160)
    }

    @Test func `every algorithm lives through everything within its bounds`() {
        for algorithm in LimitAlgorithm.allCases {
            for scenario in LimitScenario.torture where scenario.seconds <= 20 {
                var run = LimitRun(scenario, algorithm: algorithm, seed: 1)
                let report = run.run()
                let all = report.between(0, scenario.seconds)
                #expect(all.limitMinimum >= 1)
                #expect(all.limitMaximum <= 1_024)
            }
        }
    }
}
