import PlimsollCore
import PlimsollPolicy
import Testing

@Suite struct EndpointLoadTests {
    private let start = Instant(nanoseconds: 0)
    private let tau = Instant(nanoseconds: EndpointLoad.tauNanoseconds)

    @Test func `an unknown endpoint is expected to take 30 ms`() {
        let load = EndpointLoad(at: start)
        #expect(load.expectedNanoseconds(at: start) == 30_000_000)
        #expect(load.cost(inFlight: 0, at: start) == 30_000_000)
        #expect(load.cost(inFlight: 2, at: start) == 90_000_000)
    }

    @Test func `a slow answer counts at once`() {
        var load = EndpointLoad(at: start)
        load.record(latencyNanoseconds: 500_000_000, at: start)
        #expect(load.expectedNanoseconds(at: start) == 500_000_000)
    }

    @Test func `a quick answer counts by the time since the last news`() {
        var load = EndpointLoad(at: start)
        load.record(latencyNanoseconds: 1_000_000, at: start)
        #expect(load.expectedNanoseconds(at: start) == 30_000_000, "no time, no weight")
        load.record(latencyNanoseconds: 1_000_000, at: tau)
        let expected = 30_000_000 * 0.36787944117 + 1_000_000 * 0.63212055883
        #expect(abs(load.expectedNanoseconds(at: tau) - expected) < 1)
    }

    @Test func `without news the expectation shrinks, so a slow endpoint is tried again`() {
        var load = EndpointLoad(at: start)
        load.record(latencyNanoseconds: 1_000_000_000, at: start)
        let left = load.expectedNanoseconds(at: tau)
        #expect(abs(left - 367_879_441) < 100)
    }

    @Test func `failures cost more each time, up to ten seconds`() {
        var load = EndpointLoad(at: start)
        load.recordFailure(at: start)
        #expect(load.expectedNanoseconds(at: start) == 60_000_000)
        for _ in 0..<100 { load.recordFailure(at: start) }
        #expect(
            load.expectedNanoseconds(at: start) == EndpointLoad.penaltyMaximumNanoseconds)
    }

    @Test func `a failure never makes an endpoint look better`() {
        var load = EndpointLoad(at: start)
        load.record(latencyNanoseconds: 20_000_000_000, at: start)
        load.recordFailure(at: start)
        #expect(load.expectedNanoseconds(at: start) == 20_000_000_000)
    }

    @Test func `a reading of the clock that is a turn old changes no weight`() {
        var load = EndpointLoad(at: tau)
        load.record(latencyNanoseconds: 1_000_000, at: start)
        #expect(load.expectedNanoseconds(at: start) == 30_000_000)
        #expect(load.expectedNanoseconds(at: tau) == 30_000_000)
    }
}
