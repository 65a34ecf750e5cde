import PlimsollCore
import PlimsollPolicy
import Testing

@testable import PlimsollProxy

private let worker = WorkerIndex(rawValue: 0)

private func at(_ milliseconds: Int64) -> Instant {
    Instant(nanoseconds: milliseconds * 1_000_000)
}

private func ticket(_ number: UInt32) -> Ticket {
    Ticket(
        worker: worker, exchange: Handle(index: number, generation: 0), enqueuedAt: at(0))
}

private func granted(_ number: UInt32) -> EndedTicket {
    EndedTicket(ticket: ticket(number), end: .granted)
}

extension Admission {
    fileprivate var isAdmitted: Bool { if case .admitted = self { true } else { false } }
    fileprivate var isQueued: Bool { if case .queued = self { true } else { false } }
    fileprivate var reason: ShedReason? {
        if case .shed(let reason, _) = self { reason } else { nil }
    }
    fileprivate var retryAfterNanoseconds: Int64? {
        if case .shed(_, let nanoseconds) = self { nanoseconds } else { nil }
    }
}

private struct Fixture {
    let bell = ControlBell()
    let endpoints: [SharedEndpoint]
    let upstream: SharedUpstream

    init(
        endpoints count: Int = 2, bulkhead: BulkheadSettings, breaker: BreakerSettings = .standard,
        outlier: OutlierSettings = .standard
    ) {
        let bell = bell
        endpoints = (0..<count).map { position in
            SharedEndpoint(
                index: EndpointIndex(rawValue: UInt16(position)), address: "192.0.2.1:80",
                breaker: breaker, workers: 1, seed: 1, bell: bell)
        }
        upstream = SharedUpstream(
            index: UpstreamIndex(rawValue: 0), name: "u", bulkhead: bulkhead, breaker: breaker,
            retry: .standard, outlier: outlier, endpoints: endpoints, workers: 1, seed: 1,
            bell: bell, at: at(0))
    }

    /// Arrives where nobody can be evicted.
    func arrive(_ ticket: Ticket, now: Instant) -> Admission {
        var ended: [EndedTicket] = []
        defer { #expect(ended.isEmpty) }
        return upstream.admit(ticket, now: now, ended: &ended)
    }

    func fail(_ position: Int, times: Int, at now: Instant) {
        for _ in 0..<times {
            guard let pass = endpoints[position].enter(at: now) else { return }
            endpoints[position].leave(
                .failure(.connectRefused), for: pass, worker: worker, at: now)
            upstream.recordForEjection(endpoints[position], isFailure: true, at: now)
        }
    }
}

@Suite struct SharedUpstreamTests {
    @Test func `refuses for the reason that holds`() throws {
        let fixture = Fixture(bulkhead: try BulkheadSettings(concurrency: 1, queue: 1))
        #expect(fixture.arrive(ticket(0), now: at(0)).isAdmitted)
        #expect(fixture.arrive(ticket(1), now: at(0)).isQueued)
        #expect(fixture.arrive(ticket(2), now: at(0)).reason == .queueFull)
        let bare = Fixture(bulkhead: try BulkheadSettings(concurrency: 1, queue: 0))
        #expect(bare.arrive(ticket(0), now: at(0)).isAdmitted)
        #expect(bare.arrive(ticket(1), now: at(0)).reason == .noQueue)
    }

    @Test func `without enforcement everything is let in and counted`() throws {
        let fixture = Fixture(
            bulkhead: try BulkheadSettings(concurrency: 1, queue: 0, isEnforced: false))
        for number in UInt32(0)..<100 {
            #expect(fixture.arrive(ticket(number), now: at(0)).isAdmitted)
        }
        #expect(fixture.upstream.permits.counts.inFlight == 100)
    }

    @Test func `the limit follows the endpoints that take requests`() throws {
        let fixture = Fixture(
            bulkhead: try BulkheadSettings(concurrency: 10, queue: 10, perEndpoint: 2))
        #expect(fixture.upstream.permits.limitNow == 4)
        fixture.endpoints[0].setHealthy(false, at: at(1))
        #expect(fixture.upstream.refreshLimit(at: at(1)).isEmpty)
        #expect(fixture.upstream.permits.limitNow == 2)
        for number in UInt32(0)..<5 { _ = fixture.arrive(ticket(number), now: at(1)) }
        #expect(fixture.upstream.permits.counts == PermitWord(inFlight: 2, waiting: 3))
        fixture.endpoints[0].setHealthy(true, at: at(2))
        #expect(fixture.upstream.refreshLimit(at: at(2)) == [granted(2), granted(3)])
    }

    @Test func `an ejection lowers the limit at once, its end raises it`() throws {
        let fixture = Fixture(
            bulkhead: try BulkheadSettings(concurrency: 10, queue: 10, perEndpoint: 2),
            outlier: try OutlierSettings(consecutiveFailures: 3, ejection: .seconds(1)))
        fixture.fail(0, times: 2, at: at(0))
        #expect(fixture.upstream.permits.limitNow == 4)
        fixture.fail(0, times: 1, at: at(0))
        #expect(fixture.upstream.permits.limitNow == 2)
        #expect(fixture.endpoints[0].isEjected(at: at(999)))
        fixture.fail(1, times: 9, at: at(0))
        #expect(!fixture.endpoints[1].isEjected(at: at(0)), "the last one stays")
        _ = fixture.upstream.refreshLimit(at: at(999))
        #expect(fixture.upstream.permits.limitNow == 2)
        _ = fixture.upstream.refreshLimit(at: at(1_000))
        #expect(fixture.upstream.permits.limitNow == 4)
    }

    @Test func `when hardly one is well all are used, until one is`() throws {
        let fixture = Fixture(endpoints: 4, bulkhead: .standard)
        for position in 0..<3 { fixture.endpoints[position].setHealthy(false, at: at(1)) }
        _ = fixture.upstream.refreshLimit(at: at(1))
        #expect(!fixture.upstream.isPanicking, "a quarter is not fewer than a quarter")
        fixture.endpoints[3].setHealthy(false, at: at(2))
        _ = fixture.upstream.refreshLimit(at: at(2))
        #expect(fixture.upstream.isPanicking)
        #expect(fixture.endpoints.allSatisfy { $0.isFit(at: at(2)) })
        fixture.endpoints[0].setHealthy(true, at: at(3))
        _ = fixture.upstream.refreshLimit(at: at(3))
        #expect(!fixture.upstream.isPanicking)
        #expect(fixture.endpoints.map { $0.isFit(at: at(3)) } == [true, false, false, false])
    }

    @Test func `an endpoint that is back gets its share little by little`() {
        let fixture = Fixture(bulkhead: .standard)
        let endpoint = fixture.endpoints[0]
        #expect(endpoint.weight(at: at(0)) == 1, "all begin with their whole share")
        endpoint.setHealthy(false, at: at(0))
        endpoint.setHealthy(true, at: at(1_000))
        #expect(endpoint.weight(at: at(1_000)) == 0.1)
        #expect(endpoint.weight(at: at(3_500)) == 0.5)
        #expect(endpoint.weight(at: at(6_000)) == 1)
        endpoint.eject(until: at(20_000), .slow)
        #expect(endpoint.weight(at: at(20_000)) == 0.1)
        #expect(endpoint.ejectionCounts == [0, 0, 1])
    }

    @Test func `an endpoint that fails far more than its peers is ejected`() throws {
        let fixture = Fixture(
            endpoints: 3, bulkhead: .standard,
            outlier: try OutlierSettings(consecutiveFailures: 1_000))
        for number in 0..<100 {
            for (position, endpoint) in fixture.endpoints.enumerated() {
                let isGood = position > 0 || number % 2 == 0
                endpoint.attempts.record(
                    isGood ? .success(nanoseconds: 1_000_000) : .failure(.serverError), worker)
            }
        }
        _ = fixture.upstream.refreshLimit(at: at(4_999))
        #expect(!fixture.endpoints[0].isEjected(at: at(4_999)))
        _ = fixture.upstream.refreshLimit(at: at(5_000))
        #expect(fixture.endpoints.map { $0.isEjected(at: at(5_000)) } == [true, false, false])
        #expect(fixture.endpoints[0].ejectionCounts == [0, 1, 0])
    }

    @Test func `silence opens the breaker of the only endpoint's upstream`() throws {
        let fixture = Fixture(endpoints: 1, bulkhead: .standard)
        let endpoint = fixture.endpoints[0]
        var now = Int64(0)
        for _ in 0..<80 {
            endpoint.attempts.begin(worker)
            endpoint.attempts.record(.success(nanoseconds: 1_000_000), worker)
            endpoint.attempts.end(worker, isAnswer: true)
            _ = fixture.upstream.refreshLimit(at: at(now))
            #expect(fixture.upstream.nextRefresh(at: at(now)) == at(now + 50))
            now += 50
        }
        for _ in 0..<3 { endpoint.attempts.begin(worker) }
        for _ in 0..<5 {
            _ = fixture.upstream.refreshLimit(at: at(now))
            #expect(fixture.upstream.breaker.isClosed)
            now += 50
        }
        _ = fixture.upstream.refreshLimit(at: at(now))
        #expect(fixture.upstream.breakerSnapshot(at: at(now)).lastTrip == .silence)
    }

    @Test func `nothing is due while all is well`() throws {
        let fixture = Fixture(
            bulkhead: try BulkheadSettings(concurrency: 10, queue: 10, perEndpoint: 2))
        #expect(fixture.upstream.nextRefresh(at: at(0)) == .distantFuture)
        #expect(!fixture.bell.takeRing())
    }

    @Test func `an ejection rings, and its end is when to look again`() throws {
        let fixture = Fixture(
            bulkhead: try BulkheadSettings(concurrency: 10, queue: 10, perEndpoint: 2),
            outlier: try OutlierSettings(consecutiveFailures: 3, ejection: .seconds(1)))
        fixture.fail(0, times: 3, at: at(0))
        #expect(fixture.bell.takeRing())
        #expect(fixture.upstream.nextRefresh(at: at(0)) == at(1_000))
        #expect(fixture.upstream.nextRefresh(at: at(1_000)) == .distantFuture)
    }

    @Test func `a probe that is out is looked for when it is overdue`() throws {
        let breaker = try BreakerSettings(consecutiveFailures: 3)
        let fixture = Fixture(
            bulkhead: try BulkheadSettings(concurrency: 10, queue: 10), breaker: breaker)
        fixture.fail(0, times: 3, at: at(0))
        #expect(fixture.bell.takeRing())
        #expect(
            fixture.upstream.nextRefresh(at: at(0)) == .distantFuture,
            "an open breaker waits for a request")
        guard case .open(let until) = fixture.endpoints[0].breaker.snapshot(at: at(0)).state else {
            Issue.record("the breaker did not open")
            return
        }
        let later = max(until, fixture.endpoints[0].returns(after: at(0)))
        let probe = fixture.endpoints[0].enter(at: later == .distantFuture ? until : later)
        #expect(probe != nil)
        #expect(fixture.bell.takeRing())
        let due = fixture.upstream.nextRefresh(at: until)
        #expect(due != .distantFuture)
        _ = fixture.upstream.refreshLimit(at: due)
        #expect(fixture.upstream.nextRefresh(at: due) == .distantFuture, "it opened again")
    }

    @Test func `an endpoint's open breaker lowers the limit, an only endpoint has none`() throws {
        let breaker = try BreakerSettings(consecutiveFailures: 3)
        let bulkhead = try BulkheadSettings(concurrency: 10, queue: 10, perEndpoint: 2)
        let outlier = try OutlierSettings(isEnforced: false)
        let pair = Fixture(bulkhead: bulkhead, breaker: breaker, outlier: outlier)
        pair.fail(0, times: 3, at: at(0))
        #expect(pair.upstream.permits.limitNow == 2)
        #expect(pair.endpoints[0].enter(at: at(1)) == nil)
        let single = Fixture(endpoints: 1, bulkhead: bulkhead, breaker: breaker, outlier: outlier)
        single.fail(0, times: 9, at: at(0))
        #expect(single.endpoints[0].isFit(at: at(1)))
    }

    @Test func `an endpoint's own limit is exact and its places come back`() throws {
        let fixture = Fixture(
            bulkhead: try BulkheadSettings(concurrency: 10, queue: 10, perEndpoint: 2))
        let passes = (0..<3).map { _ in fixture.endpoints[0].enter(at: at(0)) }
        #expect(passes.map { $0 != nil } == [true, true, false])
        fixture.endpoints[0].leave(
            .success(nanoseconds: 1), for: try #require(passes[0]), worker: worker, at: at(1))
        #expect(fixture.endpoints[0].inFlightNow == 1)
        #expect(fixture.endpoints[0].hasRoom)
    }

    @Test func `an open breaker turns arrivals away for as long as it stays open`() throws {
        let fixture = Fixture(
            bulkhead: .standard,
            breaker: try BreakerSettings(consecutiveFailures: 1, openFor: .seconds(2)))
        let pass = BreakerPass(closedEpoch: 0)
        fixture.upstream.breaker.record(
            .failure(.connectRefused), for: pass, worker: worker, at: at(0))
        let admission = fixture.arrive(ticket(0), now: at(500))
        #expect(admission.reason == .breakerOpen)
        #expect(admission.retryAfterNanoseconds == 1_500_000_000)
    }

    @Test func `a reload keeps what is in flight and what waits`() throws {
        let fixture = Fixture(bulkhead: try BulkheadSettings(concurrency: 1, queue: 5))
        for number in UInt32(0)..<4 { _ = fixture.arrive(ticket(number), now: at(0)) }
        let ended = fixture.upstream.reconfigure(
            bulkhead: try BulkheadSettings(concurrency: 3, queue: 1), breaker: .standard,
            retry: .standard, outlier: .standard, endpoints: fixture.endpoints, at: at(1))
        #expect(ended == [granted(1), granted(2)])
        #expect(fixture.upstream.permits.counts == PermitWord(inFlight: 3, waiting: 1))
        #expect(fixture.arrive(ticket(9), now: at(1)).reason == .queueFull)
    }

    @Test func `the time to drain follows the rate of completions`() throws {
        let fixture = Fixture(bulkhead: try BulkheadSettings(concurrency: 2, queue: 0))
        #expect(fixture.upstream.drainNanoseconds(now: at(0)) == 1_000_000_000)
        var ended: [EndedTicket] = []
        // One request every 20 ms.
        for step in Int64(1)...50 {
            _ = fixture.arrive(ticket(0), now: at(step * 20))
            fixture.upstream.release(now: at(step * 20), ended: &ended)
        }
        for number in UInt32(0)..<2 { _ = fixture.arrive(ticket(number), now: at(1_000)) }
        let estimate = fixture.upstream.drainNanoseconds(now: at(1_000))
        #expect(estimate >= 38_000_000 && estimate <= 50_000_000)
        let stalled = fixture.upstream.drainNanoseconds(now: at(6_000))
        #expect(stalled >= 9_000_000_000, "an upstream that is silent for 5 s is not drained soon")
    }
}
