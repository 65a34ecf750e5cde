import Testing

@testable import PlimsollPolicy

@Suite struct CutTrialTests {
    @Test func `latency that stays when the limit falls is slower work`() {
        var trial = CutTrial(knee: 16)
        for limit in [12.0, 9, 6] {
            trial.add(limit: limit, latency: 250e6, precision: 100)
        }
        #expect(trial.isService)
    }

    @Test func `latency that falls with the limit is a queue`() {
        var trial = CutTrial(knee: 16)
        for limit in [18.0, 13, 8] {
            trial.add(limit: limit, latency: limit * 3e6, precision: 100)
        }
        #expect(trial.evidence < -9)
    }

    @Test func `few and noisy samples decide nothing`() {
        var trial = CutTrial(knee: 16)
        trial.add(limit: 12, latency: 250e6, precision: 20)
        trial.add(limit: 9, latency: 240e6, precision: 20)
        #expect(!trial.isService)
        #expect(trial.evidence > -9)
    }
}
