import PlimsollCore
import PlimsollIO
import PlimsollPolicy
import Testing

@testable import PlimsollProxy

/// What the operator reads while requests flow.
@Suite struct OperatorWatchTests {
    private let lines = LineCollector()
    private let server: TestServer
    private var now: Instant

    init() throws {
        server = try TestServer(upstreams: [("app", ["127.0.0.1:1", "127.0.0.1:2"])])
        now = server.state.startedAt
    }

    private var upstream: PlanUpstream { server.state.snapshot.plan.upstreams[0] }

    /// Lines without their time.
    private func told() -> [String] {
        lines.lines.map { String($0.dropFirst(WallTime.timestampBytes + 1).dropLast()) }
    }

    private mutating func look(_ watch: inout OperatorWatch, after milliseconds: Int64) {
        now = now.advanced(byNanoseconds: milliseconds * 1_000_000)
        watch.call(at: now)
        if now >= watch.nextLook {
            watch.look(at: server.state, health: [:], now: now)
        }
    }

    @Test mutating func `nothing to tell is nothing told`() {
        var watch = OperatorWatch(log: lines.makeLog())
        for _ in 0..<10 { look(&watch, after: 200) }
        #expect(told().isEmpty)
        let isAsleep = watch.isAsleep
        #expect(isAsleep, "nothing is left to tell")
    }

    @Test mutating func `it is woken by what loops count, and sleeps when all is told`() {
        var watch = OperatorWatch(log: lines.makeLog())
        look(&watch, after: 200)
        #expect(!server.state.news.isRinging)
        server.state.metrics[0].countNews(.socketErrors)
        #expect(server.state.news.isRinging)
        #expect(server.state.news.takeRing())
        look(&watch, after: 200)
        let isAwake = !watch.isAsleep
        #expect(isAwake, "the end is still to be told")
        look(&watch, after: 5_000)
        let isAsleep = watch.isAsleep
        #expect(isAsleep)
        #expect(told().count == 2)
    }

    @Test mutating func `it looks five times a second at most`() {
        var watch = OperatorWatch(log: lines.makeLog())
        look(&watch, after: 200)
        watch.call(at: now.advanced(byNanoseconds: 1))
        let next = watch.nextLook
        #expect(next == now.advanced(byNanoseconds: OperatorWatch.intervalNanoseconds))
    }

    @Test mutating func `a breaker that opens says why, once`() {
        var watch = OperatorWatch(log: lines.makeLog())
        look(&watch, after: 200)
        for _ in 0..<10 {
            guard case .pass(let pass) = upstream.shared.breaker.pass(at: now) else { break }
            upstream.shared.breaker.record(
                .failure(.connectRefused), for: pass, worker: WorkerIndex(rawValue: 0), at: now)
        }
        look(&watch, after: 200)
        look(&watch, after: 2_000)
        let opened = told()
        #expect(opened.count == 1)
        #expect(
            opened.first?.hasPrefix(
                "warning a breaker opened: requests are refused until a probe succeeds "
                    + "breaker=app reason=\"10 requests in a row failed\" seconds=") == true,
            "\(opened)")
    }

    @Test mutating func `an endpoint that is unwell, or ejected, is told, and its return`() {
        var watch = OperatorWatch(log: lines.makeLog())
        let endpoint = upstream.endpoints[1].shared
        endpoint.setHealthy(false, at: now)
        look(&watch, after: 200)
        endpoint.setHealthy(true, at: now)
        look(&watch, after: 999)
        #expect(told().count == 1)
        look(&watch, after: 201)
        endpoint.eject(until: now.advanced(byNanoseconds: 10_000_000_000), .slow)
        look(&watch, after: 1_000)
        look(&watch, after: 10_000)
        let words = [
            "warning an endpoint is unwell", "info an endpoint is well again",
            "warning an endpoint was ejected", "info an ejected endpoint is back",
        ]
        #expect(told().count == words.count)
        for (line, start) in zip(told(), words) {
            #expect(line.hasPrefix(start) && line.contains("endpoint=127.0.0.1:2"), "\(line)")
        }
    }

    @Test mutating func `an overload has a beginning and an end, with what was refused`() {
        var watch = OperatorWatch(log: lines.makeLog())
        look(&watch, after: 200)
        for _ in 0..<3 {
            var facts = ExchangeFacts.sample(status: 503, reason: .shed(.queueFull))
            facts.upstream = upstream.index
            server.state.metrics[0].record(facts)
        }
        look(&watch, after: 200)
        look(&watch, after: 4_999)
        #expect(told().count == 1)
        look(&watch, after: 201)
        #expect(told().count == 2)
        #expect(told().first?.contains("requests are being refused upstream=app") == true)
        #expect(told().last?.contains("refused=3") == true)
    }

    @Test mutating func `a refusal that is not about room is no overload`() {
        var watch = OperatorWatch(log: lines.makeLog())
        var facts = ExchangeFacts.sample(status: 503, reason: .shed(.breakerOpen))
        facts.upstream = upstream.index
        server.state.metrics[0].record(facts)
        look(&watch, after: 200)
        #expect(told().isEmpty)
    }

    @Test mutating func `want of descriptors and of buffers are told`() {
        var watch = OperatorWatch(log: lines.makeLog())
        server.state.metrics[0].count(.acceptErrors)
        server.state.metrics[0].count(.buffersExhausted)
        look(&watch, after: 200)
        #expect(told().count == 2)
        #expect(told().first?.contains("descriptors are exhausted accept_errors=1") == true)
        #expect(told().last?.hasPrefix("warning buffers are exhausted") == true)
    }
}
