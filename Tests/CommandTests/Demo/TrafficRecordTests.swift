import PlimsollCore
import Testing

@testable import plimsoll

@Suite struct TrafficRecordTests {
    @Test
    func
        `every bad end counts as bad, a void one not, and only good answers have a latency`()
    {
        var record = TrafficRecord()
        #expect(record.goodShare == nil)
        for outcome in [VisitOutcome.good, .refused, .timedOut, .failed, .void] {
            record.countSent(lateNanoseconds: 0)
            record.count(outcome, nanoseconds: 5_000_000)
        }
        #expect(record.goodShare == 0.25)
        #expect(record.bad == 3)
        #expect(record.goodLatency.count == 1)
        #expect(record.refusedLatency.count == 1)
    }

    @Test func `the last second is four whole quarters, and older ones are forgotten`() {
        func at(_ milliseconds: Int64) -> Instant {
            Instant(nanoseconds: milliseconds * 1_000_000)
        }
        var recent = RecentTraffic(start: at(0))
        recent.count(.good, nanoseconds: 1, at: at(249))
        let early = recent.second(at: at(249)).good
        let whole = recent.second(at: at(250)).good
        let last = recent.second(at: at(1_249)).good
        let gone = recent.second(at: at(1_250)).good
        #expect([early, whole, last, gone] == [0, 1, 1, 0])
        recent.count(.good, nanoseconds: 1, at: at(60_000))
        let late = recent.second(at: at(60_250)).good
        #expect(late == 1)
    }

    @Test func `requests count in the scene they were sent in, whenever they end`() {
        var journal = Journal(start: Instant(nanoseconds: 0))
        let first = journal.beginScene()
        let now = Instant(nanoseconds: 1_000)
        journal.countSent(.payments, meantAt: now, at: now)
        let second = journal.beginScene()
        journal.count(.payments, first, .good, meantAt: now, at: now)
        #expect(journal.record(.payments, scene: first).good == 1)
        #expect(journal.record(.payments, scene: second).good == 0)
    }
}
