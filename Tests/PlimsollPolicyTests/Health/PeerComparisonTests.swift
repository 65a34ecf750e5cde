import PlimsollPolicy
import Testing

@Suite struct PeerComparisonTests {
    private let comparison = PeerComparison(settings: .standard)

    private func sample(
        _ successes: Int, _ failures: Int, milliseconds: Int = 10, isInUse: Bool = true
    ) -> PeerSample {
        PeerSample(
            successes: successes, failures: failures,
            latencySum: successes * milliseconds * 1_000_000, isInUse: isInUse)
    }

    private func found(_ samples: [PeerSample]) -> [String] {
        comparison.outliers(samples).map { "\($0.position) \($0.cause.label)" }
    }

    @Test func `equals are no outliers, good or bad`() {
        #expect(found([sample(100, 0), sample(100, 0), sample(100, 0)]).isEmpty)
        #expect(found([sample(0, 100), sample(0, 100), sample(0, 100)]).isEmpty)
    }

    @Test(arguments: [(29, false), (30, true)])
    func `a share of failures this much above the others' is`(failures: Int, isOutlier: Bool) {
        let samples = [sample(100, 0), sample(100 - failures, failures), sample(100, 0)]
        #expect(found(samples) == (isOutlier ? ["1 failure-excess"] : []))
    }

    @Test func `one bad endpoint of four is far enough away`() {
        #expect(
            found([sample(0, 100), sample(99, 1), sample(99, 1), sample(99, 1)])
                == ["0 failure-excess"])
    }

    @Test(arguments: [(49, false), (50, true)])
    func `five times the median latency is`(milliseconds: Int, isOutlier: Bool) {
        let samples = [
            sample(100, 0), sample(100, 0, milliseconds: milliseconds), sample(100, 0),
        ]
        #expect(found(samples) == (isOutlier ? ["1 slow"] : []))
    }

    @Test func `a difference below ten milliseconds is noise`() {
        let quick = PeerSample(successes: 100, failures: 0, latencySum: 100_000, isInUse: true)
        let slow = PeerSample(
            successes: 100, failures: 0, latencySum: 100 * 9_000_000, isInUse: true)
        #expect(found([quick, quick, slow]).isEmpty)
    }

    @Test(arguments: [(49, false), (50, true)])
    func `who has ended few requests takes no part`(requests: Int, isOutlier: Bool) {
        let samples = [sample(100, 0), sample(0, requests), sample(100, 0)]
        #expect(found(samples) == (isOutlier ? ["1 failure-excess"] : []))
    }

    @Test func `with fewer than three that take part nobody is`() {
        #expect(found([sample(100, 0), sample(0, 100)]).isEmpty)
        #expect(found([sample(100, 0), sample(0, 100), sample(100, 0, isInUse: false)]).isEmpty)
    }

    @Test func `the worst comes first, failures before slowness`() {
        #expect(
            found([
                sample(40, 60), sample(100, 0), sample(100, 0, milliseconds: 1_000),
                sample(20, 80), sample(100, 0), sample(100, 0), sample(100, 0),
            ]) == ["3 failure-excess", "0 failure-excess", "2 slow"])
    }
}
