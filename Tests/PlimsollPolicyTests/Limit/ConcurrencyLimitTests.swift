import PlimsollCore
import Testing

@testable import PlimsollPolicy

@Suite struct ConcurrencyLimitTests {
    private func settings(_ algorithm: LimitAlgorithm) throws -> LimitSettings {
        try LimitSettings(algorithm: algorithm, initial: 20, minimum: 2, maximum: 100)
    }

    /// Windows of 64 answers each 20 ms, all after a wait for a permit.
    private func feed(
        _ limit: inout ConcurrencyLimit, windows: Int, ceiling: Int = 1_000,
        nanoseconds: (Int) -> Int64?, from start: Int = 0
    ) {
        for number in start..<start + windows {
            let now = Instant(nanoseconds: Int64(number + 1) * 20_000_000)
            var window = SampleWindow()
            let begin = Instant(nanoseconds: Int64(number) * 20_000_000)
            for _ in 0..<64 {
                if let latency = nanoseconds(limit.limit) {
                    window.recordAnswer(latency, hasWaited: true, at: begin)
                } else {
                    window.recordDrop(at: begin)
                }
            }
            limit.record(window, inFlight: limit.limit, ceiling: ceiling, at: now)
        }
    }

    @Test(arguments: LimitAlgorithm.allCases)
    func `every algorithm begins at the initial limit and keeps within its bounds`(
        _ algorithm: LimitAlgorithm
    ) throws {
        var limit = ConcurrencyLimit(settings: try settings(algorithm))
        #expect(limit.limit == 20)
        feed(&limit, windows: 400, nanoseconds: { _ in 5_000_000 })
        #expect((2...100).contains(limit.limit))
        feed(&limit, windows: 400, nanoseconds: { _ in nil }, from: 400)
        #expect((2...100).contains(limit.limit))
    }

    @Test func `fixed stays where it is`() throws {
        var limit = ConcurrencyLimit(settings: try settings(.fixed))
        feed(&limit, windows: 100, nanoseconds: { _ in nil })
        #expect(limit.limit == 20)
    }

    @Test func `the knee grows to the maximum while nothing queues`() throws {
        var limit = ConcurrencyLimit(settings: try settings(.knee))
        feed(&limit, windows: 200, nanoseconds: { _ in 5_000_000 })
        #expect(limit.limit >= 95)
    }

    @Test func `the knee stays below a ceiling`() throws {
        var limit = ConcurrencyLimit(settings: try settings(.knee))
        feed(&limit, windows: 200, ceiling: 30, nanoseconds: { _ in 5_000_000 })
        #expect(limit.limit <= 30)
    }

    @Test func `an upstream that drops everything is asked for as little as allowed`() throws {
        var limit = ConcurrencyLimit(settings: try settings(.knee))
        feed(&limit, windows: 50, nanoseconds: { _ in nil })
        #expect(limit.limit == 2)
    }

    @Test func `another algorithm begins anew, other bounds do not`() throws {
        var limit = ConcurrencyLimit(settings: try settings(.knee))
        feed(&limit, windows: 100, nanoseconds: { max(5_000_000, Int64($0) * 125_000) })
        let found = limit.limit
        #expect((34...54).contains(found), "the knee is at 40, not at \(found)")
        limit.reconfigure(try LimitSettings(algorithm: .knee, initial: 10, maximum: 1_000))
        #expect(limit.limit == found)
        limit.reconfigure(try LimitSettings(algorithm: .knee, initial: 10, maximum: 30))
        #expect(limit.limit == 30)
        limit.reconfigure(try LimitSettings(algorithm: .vegas, initial: 10, maximum: 30))
        #expect(limit.limit == 10)
    }
}
