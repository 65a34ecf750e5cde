import PlimsollCore
import PlimsollPolicy
import Testing

/// An endpoint whose answers take so long, watched every 50 ms.
private struct Watched {
    var watch = SilenceWatch()
    var now = Instant(nanoseconds: 0)
    var counts = SilenceWatch.Counts(begun: 0, answered: 0, ended: 0)
    var alarms = 0

    /// Steps in which requests come and are all answered, after so long.
    mutating func answer(for seconds: Int, nanoseconds: Int64) {
        for _ in 0..<seconds * 20 { step(begun: 5, answered: 5, slowest: nanoseconds) }
    }

    mutating func step(begun: Int, answered: Int, ended: Int? = nil, slowest: Int64 = 0) {
        now = now.advanced(byNanoseconds: 50_000_000)
        counts.begun += begun
        counts.answered += answered
        counts.ended += ended ?? answered
        if watch.tick(counts, slowestNanoseconds: slowest, at: now) { alarms += 1 }
    }

    /// Steps until it says silence, up to so many.
    mutating func stepsToAlarm(begun: Int = 5, limit: Int = 1000) -> Int? {
        for count in 1...limit {
            step(begun: begun, answered: 0)
            if alarms > 0 { return count }
        }
        return nil
    }
}

@Suite struct SilenceWatchTests {
    @Test(arguments: [(1, 250), (100, 300), (1_000, 3_000)])
    func `silence is three times the usual, a quarter of a second at least`(
        milliseconds: Int64, silence: Int64
    ) {
        var watched = Watched()
        watched.answer(for: 5, nanoseconds: milliseconds * 1_000_000)
        #expect(watched.watch.silenceNanoseconds == silence * 1_000_000)
    }

    @Test func `a hang is noticed within silence and a tick or two`() throws {
        var watched = Watched()
        watched.answer(for: 5, nanoseconds: 100_000_000)
        let steps = watched.stepsToAlarm()
        #expect(try #require(steps) <= 8)
        #expect(watched.alarms == 1)
        for _ in 0..<100 { watched.step(begun: 1, answered: 0) }
        #expect(watched.alarms == 1, "it says so once")
    }

    @Test func `before anything is known nothing is silence`() {
        var watched = Watched()
        let steps = watched.stepsToAlarm(limit: 1000)
        #expect(steps == nil)
    }

    @Test(arguments: [(2, false), (3, true)])
    func `enough requests must wait`(waiting: Int, isAlarm: Bool) {
        var watched = Watched()
        watched.answer(for: 5, nanoseconds: 1_000_000)
        watched.step(begun: waiting, answered: 0)
        let steps = watched.stepsToAlarm(begun: 0, limit: 100)
        #expect((steps != nil) == isAlarm)
    }

    @Test func `an upstream that is ten times slower is not silent`() {
        var watched = Watched()
        watched.answer(for: 5, nanoseconds: 50_000_000)
        // 500 ms each, overlapping: nothing for a fifth of a second, then one every 100 ms.
        for _ in 0..<4 { watched.step(begun: 1, answered: 0) }
        for _ in 0..<400 {
            watched.step(begun: 1, answered: 1, slowest: 500_000_000)
            watched.step(begun: 1, answered: 0)
        }
        #expect(watched.alarms == 0)
    }

    @Test func `clients that leave are no answer and do not wait`() {
        var watched = Watched()
        watched.answer(for: 5, nanoseconds: 1_000_000)
        for _ in 0..<20 { watched.step(begun: 2, answered: 0, ended: 2) }
        #expect(watched.alarms == 0)
    }

    @Test func `a false alarm doubles the patience for a minute`() {
        var watched = Watched()
        watched.answer(for: 5, nanoseconds: 100_000_000)
        _ = watched.stepsToAlarm()
        let waiting = watched.counts.begun - watched.counts.ended
        watched.step(begun: 0, answered: waiting, slowest: 100_000_000)
        #expect(watched.watch.silenceNanoseconds == 600_000_000)
        watched.answer(for: 61, nanoseconds: 100_000_000)
        #expect(watched.watch.silenceNanoseconds == 300_000_000)
    }

    @Test func `the end of a long hang is no false alarm`() {
        var watched = Watched()
        watched.answer(for: 5, nanoseconds: 100_000_000)
        _ = watched.stepsToAlarm()
        for _ in 0..<20 { watched.step(begun: 1, answered: 0, ended: 1) }
        watched.step(begun: 1, answered: 1)
        #expect(watched.watch.silenceNanoseconds == 300_000_000)
    }

    @Test func `a tenth of slow seconds does not change what is usual`() {
        var watched = Watched()
        for second in 0..<60 {
            watched.answer(for: 1, nanoseconds: second % 20 == 0 ? 10_000_000_000 : 100_000_000)
        }
        #expect(watched.watch.silenceNanoseconds == 300_000_000)
    }
}
